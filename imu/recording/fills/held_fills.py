"""Find samples at which all axes of a pod, those of one sensor, or one axis, were held.

A few axes say the same several times over by themselves where they turn round, as the more, the
coarser their counts; and one does at the end of its range. They do not while they move by several
counts into and out of it.
"""

from typing import Final

import numpy as np

from imu.dsp.gaps import marked, stretches
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.alike_runs import (
    COUNTS_MOVED,
    FEWEST,
    SURE_BITS,
    believed,
    moves,
    run_bits,
    spreads,
    step_bits,
)
from imu.recording.fills.side_by_side import Columns

ALL_SIX: Final = 6
ONE_MOVED: Final = 8.0
"""Counts by which one axis alone must move: one that turns round within a count for as long as
needs to be moves by three into and out of it."""
SHORT: Final = 4
"""Samples of a run that noise may well make at rest."""
MANY: Final = 3
"""So many sure fills say that the file has fills: then less says that others are some as well."""
ALSO_BITS: Final = 10.0
BEFORE: Final = 4
JUMP: Final = 2.0
"""How much further than in any of the steps `BEFORE` it a pod jumps to a value that was set."""
OFTEN: Final = 0.02
"""Share of all samples that must be held alone, each less likely than one in four thousand."""


def held_fills(
    values: Columns,
    count: FloatArray,
    alike: BoolArray,
    near: int,
    known: BoolArray | None = None,
) -> BoolArray:
    """Return which samples (n,) of `values` (n, axes) say again what the one before them said.

    `count` (axes,) is the least step of each axis, `alike` (n,) where all say what they said
    before; what is usual is looked up in the `near` samples to either side. What is `known` (n,)
    to be filled in says nothing more.
    """
    axes = values.shape[1]
    where = alike if known is None else alike & ~known
    if axes == 1 and where.any():
        (axis,) = values.T
        where = where & (axis > axis.min()) & (axis < axis.max())
    start, stop = stretches(where)
    long = stop - start >= FEWEST
    start, stop = start[long], stop[long]
    if not len(start):
        return np.zeros(len(values), dtype=bool)
    counts = ONE_MOVED if axes == 1 else COUNTS_MOVED
    moved = moves(values, count, start - 1, counts) & moves(values, count, stop, counts)
    sure = believed(where, start, stop, moved, near)
    if axes < ALL_SIX:
        sure &= moved
    if axes == 1 and sure.any():
        sure &= -(stop - start) * np.log2(_at_most(where, near)) > SURE_BITS
    # Where holds are common, what is usual nearby is theirs; how far axes move is not.
    moved_bits = np.minimum(*(step_bits(values, count, at) for at in (start - 1, stop)))
    sure |= FEWEST * moved_bits > SURE_BITS
    if np.count_nonzero(sure) >= MANY:
        moved = moves(values, count, start - 1) & moves(values, count, stop)
        sure |= moved & (run_bits(where, start, stop, near) > ALSO_BITS)
    start, stop = start[sure], stop[sure]
    return marked(len(values), np.maximum(start - _set(values, start), 0), stop)


def single_holds(values: Columns, count: FloatArray, alike: BoolArray) -> BoolArray:
    """Return single samples (n,) that say the one before again, of sensors read too often.

    One alone may be chance; many of them, in the midst of movement, are not. `alike` (n,) is where
    all axes of `values` (n, axes) say what they said before.
    """
    start, stop = stretches(alike)
    alone = stop - start == 1
    if np.count_nonzero(alone) < OFTEN * len(values):
        return np.zeros(len(values), dtype=bool)
    start, stop = start[alone], stop[alone]
    moved = np.minimum(*(step_bits(values, count, at) for at in (start - 1, stop)))
    sure = moved > SURE_BITS / FEWEST
    if np.count_nonzero(sure) < OFTEN * len(values):
        return np.zeros(len(values), dtype=bool)
    sure |= moves(values, count, start - 1) & moves(values, count, stop)
    return marked(len(values), start[sure], stop[sure])


def _at_most(where: BoolArray, near: int) -> float:
    """Return how often an axis says the same again where it does so most: at rest, by its noise.

    Where it turns round it is no more alike than at rest. Long runs, which may be fills, are not
    counted.
    """
    start, stop = stretches(where)
    short = stop - start <= SHORT
    total, left_out = (
        np.concatenate([[0], np.cumsum(marked(len(where), start[kind], stop[kind]))])
        for kind in (short, ~short)
    )
    width = min(near, len(where))
    said, hidden = total[width:] - total[:-width], left_out[width:] - left_out[:-width]
    often = (said + 1.0) / (width - hidden + 1.0)
    return float(often[hidden <= width / 2].max(initial=1 / width))


def _set(values: Columns, start: IntArray) -> IntArray:
    """Return 1 for each run (r,) before which all jump to a value: its first is filled in too.

    So it is as well where another run has the same values.
    """
    if not len(start):
        return start
    _, at, often = np.unique(values[start], axis=0, return_inverse=True, return_counts=True)
    place = np.maximum(start[:, None] - 1 - np.arange(BEFORE + 1), 1)
    step = np.abs(values[place] - values[place - 1]) / np.maximum(spreads(values), 1e-30)
    size = step.sum(axis=2)
    jumps = size[:, 0] > JUMP * size[:, 1:].max(axis=1)
    return np.asarray((often[at.ravel()] > 1) | jumps, dtype=np.int64)
