"""Tell stamps of arrival from stamps of a sensor, and lay a line through them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from imu.frames import FloatArray, IntArray

ON_STEP: Final = 0.25
REGULAR: Final = 0.75
IN_A_BURST: Final = 0.3
"""Of the mean step: a sensor whose own stamps are so close would have lost most of its samples."""
LATER: Final = 4.0
BURSTS: Final = 1 / 64
BLOCKS: Final = 24
LONGEST_SILENCE: Final = 20
RATE_OFF: Final = 0.04
LITTLE_OFF: Final = 0.01
LEAST_LOSS_S: Final = 0.1
NEAR_S: Final = 1.0
MOST_LOSSES: Final = 2000
FEW_ROWS: Final = 20


def in_bursts(time_s: FloatArray) -> bool:
    """Whether stamps (n,), in order, come in bursts: the usual step is not that of the sampling.

    Losses of a sensor's own stamps leave steps of whole numbers of the usual one.
    """
    steps_s = np.diff(time_s)
    usual_s = float(np.median(steps_s))
    if usual_s <= 0:
        return True
    if usual_s < IN_A_BURST * steps_s.mean() and np.mean(steps_s > LATER * usual_s) > BURSTS:
        return True  # nearly all of the time is between bursts, and they are short
    near, far = (1 - ON_STEP) * usual_s, (1 + ON_STEP) * usual_s
    if np.mean((steps_s > near) & (steps_s < far)) >= REGULAR:  # as nearly always
        return False
    ratio = steps_s / usual_s
    on_step = np.abs(ratio - np.maximum(np.rint(ratio), 1)) < ON_STEP
    silent = ratio > LONGEST_SILENCE
    return bool(np.mean(on_step | silent) < REGULAR)


def rows_in_bursts(time_s: FloatArray) -> bool:
    """Whether rows with a stamp each (n,) come in bursts; of a few nothing tells."""
    return len(time_s) > FEW_ROWS and in_bursts(time_s)


@dataclass(frozen=True)
class Line:
    """A line through times of arrival: when each row (n,) was sampled, and its place.

    `unsure_s` is how far the line may be off against another clock: one standard deviation.
    """

    time_s: FloatArray
    index: IntArray
    rate_hz: float
    unsure_s: float


def line_through(time_s: FloatArray, rate_hz: float) -> Line:
    """Return the times of samples of a known rate from their arrivals (n,), in order.

    None arrives early: the line lies below all of them. Where they fall behind for good by more
    than `LEAST_LOSS_S`, samples were lost. ValueError where they come at another rate.
    """
    row = np.arange(len(time_s))
    at, floor_s = _floor(time_s)
    period_s = float(np.median(np.diff(floor_s) / np.diff(at)))
    check_near(rate_hz, 1 / period_s, "the rows arrive at")
    index = row + lost(time_s, row, period_s)
    at, lag_s = _floor(time_s - index * period_s)
    slope, offset_s, off_s = _fitted(index[at], lag_s)
    fitted_s = period_s + slope
    return Line(
        np.asarray(offset_s + index * fitted_s, dtype=np.float64),
        index,
        1 / fitted_s,
        float(np.hypot(off_s, period_s)),
    )


def rate_beside(time_s: FloatArray, index: IntArray, rate_hz: float) -> float:
    """Return the rate at which places (n,) in the sampling go by, by the stamps (n,) beside them.

    ValueError where that is another than `rate_hz`, by more than a sensor's clock is off.
    """
    at, lag_s = _floor(time_s - index / rate_hz)
    slope, _, _ = _fitted(index[at], lag_s)
    found_hz = 1 / (1 / rate_hz + slope)
    check_near(rate_hz, found_hz, "its stamps say")
    return float(found_hz)


def check_near(rate_hz: float, found_hz: float, says: str) -> None:
    """Raise ValueError where a rate is further from the one declared than a sensor's is."""
    if abs(rate_hz / found_hz - 1) > RATE_OFF:
        lost = (
            f", or if that is its rate, {1 - found_hz / rate_hz:.0%} of the samples were lost and "
            "nothing says where: export it with a counter, or with the pod's own time"
        )
        raise ValueError(
            f"rate_hz says {rate_hz:g} Hz but {says} {found_hz:.4g} Hz; correct rate_hz"
            f"{lost if found_hz < rate_hz else ''}"
        )


def a_little_off(rate_hz: float, found_hz: float) -> tuple[str, ...]:
    """Return a note where a rate is not quite the one declared."""
    if abs(rate_hz / found_hz - 1) < LITTLE_OFF:
        return ()
    return (
        f"rate_hz says {rate_hz:g} Hz and its stamps {found_hz:.4g} Hz: taken as its stamps say",
    )


def _floor(lag_s: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the earliest arrival of each of some blocks of rows: where, and its lag."""
    edges = np.unique(np.linspace(0, len(lag_s), BLOCKS + 1).astype(np.int64))
    at = np.array([a + int(np.argmin(lag_s[a:b])) for a, b in pairwise(edges)])
    return at, lag_s[at]


def _fitted(at: IntArray, lag_s: FloatArray) -> tuple[float, float, float]:
    """Return slope and offset of the line under points, and how far they lie from it."""
    one, other = np.triu_indices(len(at), 1)
    slope = (
        float(np.median((lag_s[other] - lag_s[one]) / (at[other] - at[one]))) if len(one) else 0.0
    )
    above_s = lag_s - slope * at
    return slope, float(above_s.min()), float(np.std(above_s))


def lost(time_s: FloatArray, index: IntArray, period_s: float) -> IntArray:
    """Return how many samples were lost before each row (n,) beyond what its place says.

    Of stamps (n,) in order, and places (n,) in the sampling: lags that never come back.
    """
    missed = np.zeros(len(time_s), dtype=np.int64)
    near = max(round(NEAR_S / period_s), 2)
    silent = np.flatnonzero(np.diff(time_s) > LEAST_LOSS_S) + 1
    jumps = silent[np.argsort(np.diff(time_s)[silent - 1])[::-1]][:MOST_LOSSES]
    for at in jumps:
        around = slice(max(at - near, 0), at + near)
        lag_s = time_s[around] - (index[around] + missed[around]) * period_s
        here = min(at, near)
        late_s = float(lag_s[here:].min() - lag_s[:here].min())
        if late_s > max(LEAST_LOSS_S, 3 * period_s):
            missed[at:] += round(late_s / period_s)
    return missed
