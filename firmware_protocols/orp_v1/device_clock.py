"""ORP v1, unwrap the pod's clock: 32 bits of µs in the header of each frame."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray

WRAP_US: Final = 2**32
STRAY: Final = 0.1
"""A clock this far off its nominal rate between two frames is a jump, not a rate."""

NEAR_S: Final = 1.0
"""A ping is under way for less, and the clocks of two starts of a pod are further apart."""
BESIDE_S: Final = 5.0
"""How long before and after the arrivals of a sampling a ping may tell of its clock."""

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
    """Return values (n,) with full wraps of the u32 clock added: each nearest to `expected_us`."""
    wrapped = np.asarray(wrapped_us, np.int64)
    wraps = np.rint((np.asarray(expected_us, np.float64) - wrapped) / WRAP_US)
    return np.asarray(wrapped + wraps.astype(np.int64) * WRAP_US, dtype=np.int64)


def requests_of(pings: Sequence[tuple[int, int]], arrival: FloatArray) -> FloatArray:
    """Return those pings that tell of one sampling's clock: device and host time (k, 2) in s.

    `pings` are device µs of coming in and host ns of sending; `arrival` (m, 2) those of its frames,
    device and host time in s, by which the pod's full clock is put on the count of its frames.
    """
    if not pings or not len(arrival):
        return np.zeros((0, 2))
    lag_s = float(np.min(arrival[:, 1] - arrival[:, 0]))
    came_us, sent_ns = np.array(pings, np.int64).T
    sent_s = sent_ns * 1e-9
    device_s = nearest(came_us % WRAP_US, (sent_s - lag_s) * 1e6) * 1e-6
    first_s, last_s = arrival[:, 1].min() - BESIDE_S, arrival[:, 1].max() + BESIDE_S
    own = np.abs(sent_s - lag_s - device_s) < NEAR_S
    own &= (sent_s > first_s) & (sent_s < last_s)
    found = np.column_stack([device_s, sent_s])[own]
    return np.asarray(found[np.argsort(found[:, 0], kind="stable")], dtype=np.float64)
