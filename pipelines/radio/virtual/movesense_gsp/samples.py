"""The samples of a virtual Movesense pod: whole steps of its sensor, sent as float32."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.movesense_gsp.streams import (
    ACC_RANGES_G,
    ACC_UNIT_MPS2,
    G_MPS2,
    GYR_RANGES_DPS,
    GYR_UNIT_DPS,
    Stream,
    radps,
)
from imu.frames import FloatArray
from pipelines.radio.virtual.pod import INT16, VirtualPod

RATE_OFF: Final = 0.1
PER_FRAME: Final = {52: 4, 104: 4, 208: 8, 416: 8}
"""By named rate. Four at 52 Hz were captured from a pod, the others are assumed."""


class PodSamples:
    """What a pod measures. Its full scales are the least that hold those of `pod`."""

    def __init__(self, pod: VirtualPod) -> None:
        self.pod = pod
        acc, gyr = pod.scale.acc_range_mps2, pod.scale.gyr_range_radps
        acc_step = _step([g * G_MPS2 for g in ACC_RANGES_G], acc)
        gyr_step = _step([radps(dps) for dps in GYR_RANGES_DPS], gyr)
        self._acc = _measured(pod.samples["acc_lsb"] * pod.scale.acc_mps2, acc_step * ACC_UNIT_MPS2)
        counts, unit = pod.samples["gyr_lsb"], pod.scale.gyr_radps or 0.0
        self._gyr = _measured(np.degrees(counts * unit), gyr_step * GYR_UNIT_DPS)

    def every(self, stream: Stream) -> int:
        """Return which samples make a stream, every so-manieth; 0 where none do."""
        step = round(self.pod.rate_hz / stream.rate_hz)
        ran = 0 if step == 0 else self.pod.rate_hz / step / stream.rate_hz
        return step if abs(ran - 1) < RATE_OFF else 0

    def frame(self, first: int, stream: Stream) -> bytes:
        """Return the frame that begins with sample `first`; its time is cut to whole ms."""
        count, step = PER_FRAME[round(stream.rate_hz)], self.every(stream)
        chosen = slice(first, first + count * step, step)
        one: npt.NDArray[Any] = np.zeros((), stream.layout(count))
        one["t_ms"] = int(self.pod.samples["device_us"][first]) // 1000 % 2**32
        one["acc"], one["gyr"] = self._acc[chosen], self._gyr[chosen]
        return one.tobytes()


def _step(ranges: list[float], wanted: float | None) -> int:
    """Return the step of the least range that is not below what is wanted, to a per cent."""
    fits = [k for k, full in enumerate(ranges) if wanted is not None and full > 0.99 * wanted]
    return int(2 ** (fits[0] if fits else len(ranges) - 1))


def _measured(values: FloatArray, step: float) -> npt.NDArray[np.float32]:
    counts = np.clip(np.rint(values / step), INT16.min, INT16.max)
    return np.asarray(counts * step, dtype=np.float32)
