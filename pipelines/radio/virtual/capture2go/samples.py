"""The samples of a virtual Capture2Go pod: in its own counts, eight to a package."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.capture2go.frames import Package
from firmware_protocols.capture2go.packages import Id, Mode
from firmware_protocols.capture2go.samples import (
    FULL_6D_200HZ,
    FULL_9D_200HZ,
    PER_PACKAGE,
    RATES_HZ,
    SAMPLE_KINDS,
    SCALE,
    SINGLE_9D,
    Flag,
)
from pipelines.radio.virtual.pod import INT16, VirtualPod

UPRIGHT: Final = 0x000_00000_7FFFF_80000
"""A quaternion for the pod, which has no filter: about no rotation."""


@dataclass(frozen=True, eq=False)
class PodSamples:
    """What `pod` measures, as packages. Positions are those of its own 200 Hz samples."""

    pod: VirtualPod

    def __post_init__(self) -> None:
        if self.pod.rate_hz != RATES_HZ[0]:
            raise ValueError(
                f"{self.pod.name} measures at {self.pod.rate_hz:g} Hz; these pods do at "
                f"{RATES_HZ[0]:g} Hz"
            )

    @cached_property
    def _counts(self) -> npt.NDArray[np.int16]:
        """Gyroscope and accelerometer, (n, 2, 3), in the counts of these pods."""
        scale, samples = self.pod.scale, self.pod.samples
        gyr = samples["gyr_lsb"] * ((scale.gyr_radps or 0.0) / (SCALE.gyr_radps or 1.0))
        acc = samples["acc_lsb"] * (scale.acc_mps2 / SCALE.acc_mps2)
        both = np.stack([gyr, acc], axis=1)
        return np.asarray(np.clip(np.rint(both), INT16.min, INT16.max), dtype=np.int16)

    def step(self, mode: Mode) -> int:
        """Return how many samples are taken for one that is sent."""
        return round(self.pod.rate_hz / RATES_HZ[mode.packed - 1])

    def package(self, first: int, mode: Mode, *, offset_ns: int, gap: bool) -> Package:
        """Return the package that begins with sample `first`; `gap`: some before it were lost."""
        step = self.step(mode)
        stop = first + PER_PACKAGE * step
        base = FULL_9D_200HZ if mode.magnetometer else FULL_6D_200HZ
        kind = base + mode.packed - 1
        one = self._filled(SAMPLE_KINDS[kind].layout, first, stop, step, offset_ns)
        one["flags"] += Flag.TIME_GAP * gap
        return Package(kind, one.tobytes())

    def newest(self, position: int, *, offset_ns: int) -> Package:
        """Return one sample for the real-time channel."""
        one = self._filled(SINGLE_9D, position, position + 1, 1, offset_ns)
        return Package(Id.FULL_REALTIME, one.tobytes())

    def _filled(
        self, layout: np.dtype[Any], first: int, stop: int, step: int, offset_ns: int
    ) -> npt.NDArray[Any]:
        one = np.zeros((), layout)
        counts = self._counts[first:stop]
        full = np.any((counts == INT16.min) | (counts == INT16.max), axis=(0, 2))
        one["t_ns"] = int(self.pod.samples["device_us"][first]) * 1000 + offset_ns
        one["gyr"], one["acc"] = counts[::step, 0], counts[::step, 1]
        one["quat"] = UPRIGHT
        one["flags"] = full @ [Flag.GYR_CLIPPED, Flag.ACC_CLIPPED]
        return one
