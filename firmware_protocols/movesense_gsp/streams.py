"""Movesense, samples: the streams of a pod, how their frames look, and what their values mean.

A frame is the pod's time in ms at its first sample, then for each sensor in turn all its samples:
three float32 each, m/s² and °/s. The values are whole steps of the sensor behind them, an
LSM6 of ST, and that step tells the full scale, which cannot be asked for: of ±2 g it is 0.061 mg
and doubles with the scale, of ±125 °/s 0.004375 °/s. Movesense's g is 9.807 m/s². So samples are
kept as counts of the finest step, exactly, whatever the scale.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from typing import Any, Final

import numpy as np

G_MPS2: Final = 9.807  # the maker's, not the standard 9.80665
ACC_UNIT_MPS2: Final = 0.061e-3 * G_MPS2
GYR_UNIT_DPS: Final = 4.375e-3
ACC_RANGES_G: Final = (2, 4, 8, 16)
"""By the step: that of each is twice that of the one before."""
GYR_RANGES_DPS: Final = (125, 245, 500, 1000, 2000)
RATES_HZ: Final = (52.0, 104.0, 208.0, 416.0)
"""As they are named. The sensor's own clock makes them: one of 52 Hz was seen to run at 50.25."""
SAMPLES_IN_LOGS: Final = (1, 2, 4, 8)
MOST_SAMPLES: Final = 64
TIME_BYTES: Final = 4
AXIS_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Stream:
    """One resource that can be subscribed to. Its reference says which, in a journal too."""

    reference: int
    axes: int
    rate_hz: float

    @property
    def path(self) -> str:
        """What the pod calls it."""
        return f"/Meas/IMU{self.axes}/{self.rate_hz:.0f}"

    def frame_bytes(self, samples: int) -> int:
        """Return how long a frame of so many samples is."""
        return TIME_BYTES + samples * self.axes * AXIS_BYTES

    def samples_in(self, size_bytes: int) -> int:
        """Return how many samples a whole frame of this length has; 0 where none has it."""
        samples, left = divmod(size_bytes - TIME_BYTES, self.axes * AXIS_BYTES)
        return samples if left == 0 and 0 < samples <= MOST_SAMPLES else 0

    def layout(self, samples: int) -> np.dtype[Any]:
        """Return the layout of a frame."""
        return frame_layout(samples, axes=self.axes)


def frame_layout(samples: int, *, axes: int) -> np.dtype[Any]:
    """Return the layout of a frame, live and in a log: (samples, 3) for each sensor."""
    sensors = ("acc", "gyr", "mag")[: axes // 3]
    vectors = [(name, "<f4", (samples, 3)) for name in sensors]
    return np.dtype([("t_ms", "<u4"), *vectors])


SIX_AXES: Final = 6
_FIRST_REFERENCE: Final = {SIX_AXES: 0x61, 9: 0x91}
STREAMS: Final[Mapping[int, Stream]] = {
    first + at: Stream(first + at, axes, rate_hz)
    for axes, first in _FIRST_REFERENCE.items()
    for at, rate_hz in enumerate(RATES_HZ)
}
"""Every stream, by its reference."""


def stream_for(rate_hz: float) -> Stream:
    """Return the slowest stream that is not slower than `rate_hz`, else the fastest.

    Of those with acceleration and angular rate alone.
    """
    fitting = [stream for stream in STREAMS.values() if stream.axes == SIX_AXES]
    enough = [stream for stream in fitting if stream.rate_hz >= rate_hz]
    return enough[0] if enough else fitting[-1]


def radps(value_dps: float) -> float:
    """Return an angular rate in °/s in rad/s."""
    return value_dps * pi / 180
