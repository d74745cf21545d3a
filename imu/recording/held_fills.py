"""Find samples at which all axes of a pod, those of one sensor, or one axis, were held.

A few axes say the same several times over by themselves where they turn round, as the more, the
coarser their counts; and one does at the end of its range. They do not while they move by several
counts into and out of it.
"""

from functools import reduce
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.alike_runs import (
    COUNTS_MOVED,
    FEWEST,
    SURE_BITS,
    believed,
    marked,
    moves,
    run_bits,
    runs,
    step_bits,
)

ALL_SIX: Final = 6
ONE_MOVED: Final = 8.0
"""Counts by which one axis alone must move: one that turns round within a count for as long as
needs to be moves by three into and out of it."""
SHORT: Final = 4
MANY: Final = 3
"""So many sure fills say that the file has fills: then less says that others are some as well."""
ALSO_BITS: Final = 10.0


def held_fills(values: FloatArray, count: FloatArray, near: int) -> BoolArray:
    """Return which samples (n,) of `values` (n, axes) say again what the one before them said.

    `count` (axes,) is the least step of each axis; what is usual is looked up in the `near`
    samples to either side.
    """
    axes = values.shape[1]
    alike = [axis[1:] == axis[:-1] for axis in values.T]
    if axes == 1:
        alike = [alike[0] & (values[1:, 0] > values.min()) & (values[1:, 0] < values.max())]
    where = np.concatenate([[False], reduce(np.logical_and, alike)])
    start, stop = runs(where)
    long = stop - start >= FEWEST
    start, stop = start[long], stop[long]
    counts = ONE_MOVED if axes == 1 else COUNTS_MOVED
    moved = moves(values, count, start - 1, counts) & moves(values, count, stop, counts)
    sure = believed(where, start, stop, moved, near)
    if axes < ALL_SIX:
        sure &= moved
    if axes == 1:
        sure &= -(stop - start) * np.log2(_at_most(where, near)) > SURE_BITS
    # Where holds are common, what is usual nearby is theirs; how far axes move is not.
    moved_bits = np.minimum(*(step_bits(values, count, at) for at in (start - 1, stop)))
    sure |= FEWEST * moved_bits > SURE_BITS
    if np.count_nonzero(sure) >= MANY:
        moved = moves(values, count, start - 1) & moves(values, count, stop)
        sure |= moved & (run_bits(where, start, stop, near) > ALSO_BITS)
    start, stop = start[sure], stop[sure]
    return marked(len(values), start - _said_twice(values, start), stop)


def _at_most(where: BoolArray, near: int) -> float:
    """Return how often an axis says the same again where it does so most: at rest, by its noise.

    Where it turns round it is no more alike than at rest. Long runs, which may be fills, are not
    counted.
    """
    start, stop = runs(where)
    short = stop - start <= SHORT
    total, left_out = (
        np.concatenate([[0], np.cumsum(marked(len(where), start[kind], stop[kind]))])
        for kind in (short, ~short)
    )
    width = min(near, len(where))
    said, hidden = total[width:] - total[:-width], left_out[width:] - left_out[:-width]
    often = (said + 1.0) / (width - hidden + 1.0)
    return float(often[hidden <= width / 2].max(initial=1 / width))


def _said_twice(values: FloatArray, start: IntArray) -> IntArray:
    """Return 1 for each run (r,) of the values of another: then its first is filled in as well."""
    if not len(start):
        return start
    _, at, often = np.unique(values[start], axis=0, return_inverse=True, return_counts=True)
    return np.asarray(often[at.ravel()] > 1, dtype=np.int64)
