"""The samples of a virtual Movella DOT: float32 in m/s² and °/s, with the flags of what clipped."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.movella_dot.files import RECORD
from firmware_protocols.movella_dot.samples import CLOCK, LIVE, MEDIUM_BYTES, SHORT_BYTES
from firmware_protocols.movella_dot.values import RATES_HZ
from pipelines.radio.virtual.pod import INT16, VirtualPod

_WRAP_US: Final = 2**32
_AXES: Final = 1 << np.arange(6)  # accelerometer x, y, z, then gyroscope


class PodSamples:
    """What a pod measures; positions are those of its samples, at its fastest rate.

    Where the counts of a real accelerometer or gyroscope would be at an end, it clips.
    """

    def __init__(self, pod: VirtualPod) -> None:
        if pod.rate_hz != RATES_HZ[0]:
            raise ValueError(
                f"{pod.name} measures at {pod.rate_hz:g} Hz; these pods do at {RATES_HZ[0]:g} Hz"
            )
        self.pod = pod
        both, scale = pod.counts, pod.scale
        self._acc = (both[:, :3] * scale.acc_mps2).astype(np.float32)
        self._gyr = np.degrees(both[:, 3:] * (scale.gyr_radps or 0.0)).astype(np.float32)
        self._status = ((both == INT16.min) | (both == INT16.max)) @ _AXES

    def step(self, rate_hz: int) -> int:
        """Return how many samples are taken for one that is sent."""
        return round(RATES_HZ[0] / rate_hz)

    def live(self, at: int) -> bytes:
        """Return what is notified of a sample."""
        one = self._filled(LIVE, at)
        one["acc"], one["gyr"] = self._acc[at], self._gyr[at]
        return one.tobytes().ljust(MEDIUM_BYTES, b"\0")

    def clock(self, at: int) -> bytes:
        """Return what is notified of a sample as free acceleration, which is 0 here."""
        return self._filled(CLOCK, at).tobytes().ljust(SHORT_BYTES, b"\0")

    def record(self, at: int, rate_hz: int) -> npt.NDArray[Any]:
        """Return the record of a sample, with what clipped since the one before."""
        one = self._filled(RECORD, at)
        one["acc"], one["gyr"] = self._acc[at], self._gyr[at]
        half_rad = np.radians(self._gyr[at].astype(np.float64)) / rate_hz / 2
        one["rotation"] = [np.sqrt(max(0.0, 1 - half_rad @ half_rad)), *half_rad]
        since = slice(max(0, at + 1 - self.step(rate_hz)), at + 1)
        one["status"] = np.bitwise_or.reduce(self._status[since])
        return one

    def _filled(self, layout: np.dtype[Any], at: int) -> npt.NDArray[Any]:
        one = np.zeros((), layout)
        one["time"] = int(self.pod.samples["device_us"][at]) % _WRAP_US
        return one
