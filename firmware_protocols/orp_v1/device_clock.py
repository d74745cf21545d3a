"""ORP v1, unwrap the pod's clock: 32 bits of µs in the header of each frame."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import IntArray

WRAP_US: Final = 2**32
STRAY: Final = 0.1
"""A clock this far off its nominal rate between two frames is a jump, not a rate."""

DeviceClock = Callable[[IntArray], IntArray]


def device_clock(header: npt.NDArray[Any], begin_us: float | None, period_us: float) -> DeviceClock:
    """Return sample index -> device µs, unwrapped; between frames the clock runs evenly.

    `header` (k,) are those of frames of one sampling, `begin_us` the time of index 0 where it is
    known (from it follows how often the clock had wrapped), `period_us` the nominal sample period.
    """
    if not len(header):
        return lambda index: np.zeros(len(index), np.int64)
    index, at = np.unique(header["index"].astype(np.int64), return_index=True)
    time_us = header["t0_us"][at].astype(np.int64)
    step_us = nearest(np.diff(time_us), np.diff(index) * period_us)
    first_us = np.zeros(1) if begin_us is None else begin_us + index[:1] * period_us
    time_us = np.cumsum(np.concatenate([nearest(time_us[:1], first_us), step_us]))
    slope_us = np.append(np.diff(time_us) / np.diff(index), period_us)
    slope_us[np.abs(slope_us / period_us - 1) > STRAY] = period_us
    if len(slope_us) > 1:
        slope_us[-1] = np.median(slope_us[:-1])

    def device_us(wanted: IntArray) -> IntArray:
        frame = np.maximum(np.searchsorted(index, wanted, side="right") - 1, 0)
        passed_us = np.rint((wanted - index[frame]) * slope_us[frame])
        return np.asarray(time_us[frame] + passed_us, dtype=np.int64)

    return device_us


def nearest(wrapped_us: npt.ArrayLike, expected_us: npt.ArrayLike) -> IntArray:
    """Add full wraps of the u32 clock so that each value is as near as can be to `expected_us`."""
    wrapped = np.asarray(wrapped_us, np.int64)
    wraps = np.rint((np.asarray(expected_us, np.float64) - wrapped) / WRAP_US)
    return np.asarray(wrapped + wraps.astype(np.int64) * WRAP_US, dtype=np.int64)
