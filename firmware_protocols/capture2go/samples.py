"""Capture2Go, samples: what the packages that hold them look like, and what their counts mean.

All integers are little-endian, all times are int64 ns of the pod's clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from math import pi
from typing import Any, Final

import numpy as np

from imu.recording.samples import Scale

G_MPS2: Final = 9.81  # the maker's, not the standard 9.80665
ACC_RANGE_G: Final = 16
GYR_RANGE_DPS: Final = 2000
SCALE: Final = Scale(
    acc_mps2=ACC_RANGE_G * G_MPS2 / 32768,
    acc_range_mps2=ACC_RANGE_G * G_MPS2,
    gyr_radps=GYR_RANGE_DPS * pi / 180 / 32768,
    gyr_range_radps=GYR_RANGE_DPS * pi / 180,
)


class Flag(IntFlag):
    """What is special about the samples of a package, seen at 1666 Hz before decimation."""

    TIME_GAP = 1
    GYR_CLIPPED = 2
    ACC_CLIPPED = 4
    MAG_CLIPPED = 8
    PROCESSING = 16


RATES_HZ: Final = (200.0, 100.0, 50.0, 25.0, 10.0, 1.0)
"""By mode: 1 is the first of these, 0 is off."""
PER_PACKAGE: Final = 8
FULL_9D_200HZ: Final = 0x0221
FULL_6D_200HZ: Final = 0x0231
"""The first of six ids each, one for each rate."""


def _layout(samples: int, *, mag: bool) -> np.dtype[Any]:
    """Return the layout of a package: gyroscope and accelerometer, (samples, 3) counts each."""
    fields: list[tuple[Any, ...]] = [("t_ns", "<i8")]
    fields += [(name, "<i2", (samples, 3)) for name in ("gyr", "acc", *(("mag",) if mag else ()))]
    return np.dtype([*fields, ("quat", "<u8"), ("heading", "<i2"), ("flags", "u1")])


PACKED_9D, PACKED_6D = _layout(PER_PACKAGE, mag=True), _layout(PER_PACKAGE, mag=False)
SINGLE_9D, SINGLE_6D = _layout(1, mag=True), _layout(1, mag=False)


@dataclass(frozen=True, slots=True)
class SampleKind:
    """What packages of one id hold: `t_ns` is the time of the first of their samples."""

    layout: np.dtype[Any]
    rate_hz: float

    @property
    def samples(self) -> int:
        """How many samples a package has."""
        return int(self.layout["acc"].shape[0])

    @property
    def period_ns(self) -> int:
        """Nominal, and for these pods exact, time from one sample to the next."""
        return round(1e9 / self.rate_hz)


SAMPLE_KINDS: Final[Mapping[int, SampleKind]] = {
    first + at: SampleKind(layout, rate_hz)
    for first, layout in (
        (FULL_9D_200HZ, PACKED_9D),
        (FULL_6D_200HZ, PACKED_6D),
        (0x0241, SINGLE_9D),
        (0x0251, SINGLE_6D),
    )
    for at, rate_hz in enumerate(RATES_HZ)
}
