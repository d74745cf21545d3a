"""Find samples on one smooth curve through their neighbours: fills by splines and the like.

A line, a parabola and one piece of a cubic spline have no fourth differences but those of rounding,
while those of a sensor are its noise eight times over, and its movement. Where counts are so coarse
that a sensor's own are often as small, nothing can be told, and nothing is.
"""

from typing import Final

import numpy as np

from imu.dsp.gaps import marked, stretches
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.alike_runs import usual
from imu.recording.fills.each_axis import AT_END, ORDER, Axes, at_end

FEWEST: Final = 4
BROKEN: Final = 5.0
"""By how much differences that reach over both ends of a fill exceed what rounding adds."""
SURE_BITS: Final = 30.0
"""Of how unlikely a run of its length is, and how broken its ends are."""
RUN_BITS: Final = 12.0
"""Of these from its length alone."""
MANY: Final = 3
"""So many sure fills say that the file has fills: then less says that others are some as well."""
ALSO_BROKEN: Final = 2.0
ALSO_BITS: Final = 18.0
ALSO_RUN_BITS: Final = 8.0
CLIPPED: Final = 2.0
RUNS: Final = 20_000
"""Whose ends are looked at together: more take memory and are no faster."""


def smooth_fills(seen: Axes, near: int, known: BoolArray | None = None) -> BoolArray:
    """Return which samples (n,) lie on a cubic curve on all axes that are `seen`, not by chance.

    What is usual is looked up in the `near` samples to either side, and in how long those smooth
    runs last that end smoothly. Nobody fills more than `near` by a curve. What is `known` (n,) to
    be filled in says nothing more.
    """
    n = len(seen.values)
    nothing = np.zeros(n, dtype=bool)
    if n <= 3 * ORDER:
        return nothing
    start, stop = stretches(seen.smooth)
    length = stop - start
    able = (length >= FEWEST) & (length <= near)
    if known is not None:
        able[able] = ~known[start[able] + 1]
    able[able] = _broken(seen, start[able], stop[able]) > ALSO_BROKEN
    if not able.any():
        return nothing
    broken = _broken(seen, start, stop)
    often = np.maximum(usual(seen.smooth, start, stop, near), _goes_on(length, broken <= BROKEN))
    by_run = -length * np.log2(often)
    bits = by_run + 2 * np.log2(np.maximum(broken, 1.0))
    sure = able & (broken > BROKEN) & (by_run > RUN_BITS) & (bits > SURE_BITS)
    if np.count_nonzero(sure) >= MANY:
        sure = able & (by_run > ALSO_RUN_BITS) & (bits > ALSO_BITS)
    return marked(n, start[sure] + 1, stop[sure] + ORDER - 1)


def _broken(seen: Axes, start: IntArray, stop: IntArray) -> FloatArray:
    """Return the differences (r,) that reach over that end of each run where they are smaller."""
    ends = [np.zeros(0)]
    for first in range(0, len(start), RUNS):
        some = slice(first, first + RUNS)
        ends.append(np.minimum(_beside(seen, start[some] - ORDER), _beside(seen, stop[some])))
    return np.concatenate(ends)


def _beside(seen: Axes, first: IntArray) -> FloatArray:
    """Return the largest of the differences (r,) that reach over one end of each run."""
    at = np.clip(first[:, None] + np.arange(ORDER), 0, len(seen.smooth) - 1)
    return np.asarray(_largest(seen, at).max(axis=1))


def _largest(seen: Axes, at: IntArray) -> FloatArray:
    """Return the largest fourth difference of any axis from each sample of `at` (...) on.

    Over what rounding adds.
    """
    largest = np.zeros(at.shape)
    five = at[..., None] + np.arange(ORDER + 1)
    for k, (axis, slack) in enumerate(zip(seen.values.T, seen.smooth_slack, strict=True)):
        reached = axis[five]
        np.maximum(largest, np.abs(np.diff(reached, ORDER)[..., 0]) / slack, out=largest)
        if seen.low[k] < seen.high[k]:
            largest[at_end(seen, k, reached).sum(axis=-1) >= AT_END] = CLIPPED
    return largest


def _goes_on(length: IntArray, counted: BoolArray) -> FloatArray:
    """Return how often a smooth sample has one after it, in counted runs shorter than each (r,)."""
    order = np.argsort(length, kind="stable")
    weight = counted[order].astype(np.float64)
    shorter = np.searchsorted(length[order], length)
    samples, ends = (
        np.concatenate([[0.0], np.cumsum(one)])[shorter] for one in (weight * length[order], weight)
    )
    return np.asarray((samples - ends) / np.maximum(samples, 1.0))
