"""Runs of samples that say the same: where they are, and how unlikely they are by chance."""

from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.side_by_side import Columns

FEWEST: Final = 2
SURE_BITS: Final = 24.0
"""How much less likely than usual a run of alike samples must be, as a power of two."""
COUNTS_MOVED: Final = 3.0
"""Counts by which an axis must move into and out of a run, where alike samples are no rarity."""
RARE: Final = 0.02
LOOKED_AT: Final = 50_000
ENOUGH_STEPS: Final = 1000
SMALL_PCT: Final = 10.0
CREEPS: Final = 0.02
"""Of a count: so much an offset that is estimated on the way moves from one sample to the next."""
HARDLY_ANY: Final = 0.005
"""Share of steps that are neither creeping nor a count; of a fine sensor's nearly 0.05 are."""


def count_sizes(values: Columns) -> FloatArray:
    """Return the least difference (axes,) that each axis of `values` (n, axes) shows.

    Or that by which it moves from sample to sample, where an offset that creeps was taken off its
    counts: then no two levels are a count apart, and yet it says the same again as often.
    """
    some = values[:: 1 + len(values) // LOOKED_AT]
    middle = max((len(values) - LOOKED_AT) // 2, 0)
    beside = values[middle : middle + LOOKED_AT]
    return np.array(
        [
            max(_least_step(np.unique(axis)), _usual_least_step(near))
            for axis, near in zip(some.T, beside.T, strict=True)
        ]
    )


def _usual_least_step(axis: FloatArray) -> float:
    """Return the least step from one sample to the next but for creeping, 0 where steps are fine.

    Steps of a fine sensor grow ever rarer towards none; between creeping and a count there is none.
    """
    step = np.abs(np.diff(axis))
    step = step[step > 0]
    if len(step) < ENOUGH_STEPS:
        return 0.0
    count = float(np.percentile(step, SMALL_PCT))
    between = (step > CREEPS * count) & (step < count / 2)
    return count if np.mean(between) < HARDLY_ANY else 0.0


def _least_step(levels: FloatArray) -> float:
    # Float arithmetic leaves differences of one count that are none.
    size = np.diff(levels)
    size = size[size > 1e-9 * max(np.abs(levels).max(initial=0), 1e-30)]
    return float(size.min()) if len(size) else 0.0


def spreads(values: Columns) -> FloatArray:
    """Return the standard deviation (axes,) of each axis of `values` (n, axes)."""
    return np.array([axis.std() for axis in values.T])


def step_bits(values: Columns, count: FloatArray, at: IntArray) -> FloatArray:
    """Return by how many counts all axes move into the samples `at` (r,), as a power of two."""
    inside = np.clip(at, 1, len(values) - 1)
    step = np.abs(values[inside] - values[inside - 1])
    bits = np.log2(1 + step / np.maximum(count, np.finfo(float).tiny)).sum(axis=1)
    return np.asarray(np.where((at >= 1) & (at < len(values)), bits, 0.0))


def usual(where: BoolArray, start: IntArray, stop: IntArray, near: int) -> FloatArray:
    """Return how often `where` (n,) holds beside each run (r,): on that side where it does more."""
    low, high = np.maximum(start - near, 0), np.minimum(stop + near, len(where))
    # Mostly it holds at few places: to find these and search in them is faster than to add up all.
    up_to_low, up_to_start, up_to_stop, up_to_high = np.searchsorted(
        np.flatnonzero(where), [low, start, stop, high]
    )
    before = (up_to_start - up_to_low + 0.5) / (start - low + 1)
    after = (up_to_high - up_to_stop + 0.5) / (high - stop + 1)
    return np.asarray(  # beyond the ends of a recording nothing is usual
        np.maximum(np.where(start > low, before, 0.0), np.where(high > stop, after, 0.0))
    )


def run_bits(where: BoolArray, start: IntArray, stop: IntArray, near: int) -> FloatArray:
    """Return how much less likely than usual each run (r,) of `where` (n,) is, in bits."""
    often = usual(where, start, stop, near)
    return np.asarray(-(stop - start) * np.log2(np.maximum(often, 2.0**-52)))


def believed(
    where: BoolArray, start: IntArray, stop: IntArray, moved: BoolArray, near: int
) -> BoolArray:
    """Return which runs (r,) of `where` (n,) are too unlikely; `moved` where both ends move."""
    wide = usual(where, start, stop, 6 * near)
    bits = run_bits(where, start, stop, near)
    return np.asarray((stop - start >= FEWEST) & (bits > SURE_BITS) & (moved | (wide < RARE)))


def moves(
    values: Columns, count: FloatArray, at: IntArray, counts: float = COUNTS_MOVED
) -> BoolArray:
    """Whether an axis moves by several counts into the samples `at` (r,), or all ends there."""
    inside = np.clip(at, 1, len(values) - 1)
    step = np.abs(values[inside] - values[inside - 1])
    return np.asarray((step >= counts * count).any(axis=1) | (at < 1) | (at >= len(values)))
