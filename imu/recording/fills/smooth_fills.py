"""Find samples on one smooth curve through their neighbours: fills by splines and the like.

A line, a parabola and one piece of a cubic spline have no fourth differences but those of rounding,
while those of a sensor are its noise eight times over, and its movement. Where counts are so coarse
that a sensor's own are often as small, nothing can be told, and nothing is.
"""

from typing import Final

import numpy as np

from imu.dsp.gaps import stretches
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.alike_runs import marked, usual

ORDER: Final = 4
ROUNDED: Final = 8.0
"""Counts that rounding alone adds to a fourth difference at most: half of 1 + 4 + 6 + 4 + 1."""
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
AT_END: Final = 3
"""Samples of one axis at the end of its range that make a clipped one: that is no curve."""


def smooth_fills(
    values: FloatArray, count: FloatArray, near: int, known: BoolArray | None = None
) -> BoolArray:
    """Return which samples (n,) of `values` (n, axes) lie on a cubic curve, not by chance.

    `count` (axes,) is the least step of each axis; what is usual is looked up in the `near`
    samples to either side, and in how long those smooth runs last that end smoothly. Nobody fills
    more than `near` by a curve. What is `known` (n,) to be filled in says nothing more.
    """
    nothing = np.zeros(len(values), dtype=bool)
    if len(values) <= 3 * ORDER:
        return nothing
    largest = _largest(values, count)
    smooth = largest <= 1.0
    start, stop = stretches(smooth)
    length = stop - start
    broken = np.minimum(_beside(largest, start - ORDER), _beside(largest, stop))
    able = (broken > ALSO_BROKEN) & (length >= FEWEST) & (length <= near)
    if known is not None:
        able &= ~known[start + 1]
    if not able.any():
        return nothing
    often = np.maximum(usual(smooth, start, stop, near), _goes_on(length, broken <= BROKEN))
    by_run = -length * np.log2(often)
    bits = by_run + 2 * np.log2(np.maximum(broken, 1.0))
    sure = able & (broken > BROKEN) & (by_run > RUN_BITS) & (bits > SURE_BITS)
    if np.count_nonzero(sure) >= MANY:
        sure = able & (by_run > ALSO_RUN_BITS) & (bits > ALSO_BITS)
    return marked(len(values), start[sure] + 1, stop[sure] + ORDER - 1)


def _largest(values: FloatArray, count: FloatArray) -> FloatArray:
    """Return the largest fourth difference (n - 4,) of any axis, over what rounding adds."""
    largest = np.zeros(len(values) - ORDER)
    for axis, step in zip(values.T, count, strict=True):
        low, high = float(axis.min()), float(axis.max())
        slack = ROUNDED * step * (1 + 1e-3) + 2e-8 * max(high, -low, 1e-30)
        np.maximum(largest, np.abs(np.diff(axis, ORDER)) / slack, out=largest)
        if low < high:
            ends = np.concatenate([[0], np.cumsum((axis == low) | (axis == high))])
            largest[ends[ORDER + 1 :] - ends[: -ORDER - 1] >= AT_END] = CLIPPED
    return largest


def _beside(largest: FloatArray, first: IntArray) -> FloatArray:
    """Return the largest of the differences (r,) that reach over one end of each run."""
    at = np.clip(first[:, None] + np.arange(ORDER), 0, len(largest) - 1)
    return np.asarray(largest[at].max(axis=1))


def _goes_on(length: IntArray, counted: BoolArray) -> FloatArray:
    """Return how often a smooth sample has one after it, in counted runs shorter than each (r,)."""
    order = np.argsort(length, kind="stable")
    weight = counted[order].astype(np.float64)
    shorter = np.searchsorted(length[order], length)
    samples, ends = (
        np.concatenate([[0.0], np.cumsum(one)])[shorter] for one in (weight * length[order], weight)
    )
    return np.asarray((samples - ends) / np.maximum(samples, 1.0))
