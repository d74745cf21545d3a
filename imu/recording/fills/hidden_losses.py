"""Find samples that no sensor read: losses that an exporter filled in without a word.

A sensor has noise, so it never says the same thing several times over in all axes, nor draws a
straight line, while it moves. Where it says the same for long because its counts are coarser than
its noise, as in quiet standing, nothing can be told, and nothing is.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Final

import numpy as np

from imu.dsp.gaps import stretches
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.alike_runs import (
    COUNTS_MOVED,
    FEWEST,
    believed,
    count_sizes,
    marked,
    moves,
)
from imu.recording.fills.held_fills import held_fills, single_holds
from imu.recording.fills.smooth_fills import smooth_fills
from imu.recording.fills.straight_fills import straight_fills

NEAR_S: Final = 0.5
"""What is usual is looked up this far to either side."""
FEWEST_NEAR: Final = 60
LONGEST_LAG_S: Final = 3.0
REPEATED_BITS: Final = 56.0
"""What a block that comes again must say: an axis says the more, the more counts it moves by."""
ALL_SIX: Final = 6
KINDS: Final[Mapping[str, str]] = {
    "sentinel": "all zero or at one and the same value",
    "held": "held at one value",
    "again": "one here and there that says the one before again",
    "straight": "on a straight line",
    "repeated": "rows of shortly before over again",
    "smooth": "on a smooth curve, as of a spline",
}
"""Kind of filling -> words, in the order in which a sample is counted."""


def hidden_losses(
    values: FloatArray,
    *,
    rate_hz: float,
    count: FloatArray | None = None,
    known: BoolArray | None = None,
) -> dict[str, BoolArray]:
    """Return for each of `KINDS` which samples (n,) of a pod were filled in by an exporter.

    `values` (n, axes) has all axes that share rows, as the file has them, in order, without NaN.
    Each sample is of one kind at most. `count` (axes,) is the least step of each axis, `known` (n,)
    are samples of which it is known already.
    """
    if len(values) < 4 * FEWEST or not np.ptp(values, axis=0).any():
        return {kind: np.zeros(len(values), dtype=bool) for kind in KINDS}
    values = np.asfortranarray(values)  # axis by axis is several times faster
    near = near_of(rate_hz)
    count = count_sizes(values) if count is None else count
    found = {
        "sentinel": _sentinel(values, count, near),
        "held": held_fills(values, count, near, known),
        "again": single_holds(values, count),
        "straight": _straight(values, count, near),
        "repeated": _repeated(values, count, round(LONGEST_LAG_S * rate_hz)),
        "smooth": smooth_fills(values, count, near, known),
    }
    taken = np.zeros(len(values), dtype=bool)
    for kind, where in found.items():
        found[kind] = where & ~taken
        taken |= where
    return found


def near_of(rate_hz: float) -> int:
    """Return how many samples to either side what is usual is looked up in."""
    return max(round(NEAR_S * rate_hz), FEWEST_NEAR)


def _everywhere(axes: Iterable[BoolArray]) -> BoolArray:
    """Return where all of these (n,) hold."""
    return np.asarray(reduce(np.logical_and, axes))


def _largest(values: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(values.max(axis=0), -values.min(axis=0)))


def _sentinel(values: FloatArray, count: FloatArray, near: int) -> BoolArray:
    """Return runs (n,) of samples that say one value on all axes, not by chance."""
    one = _everywhere(axis == values[:, 0] for axis in values.T[1:])
    if not one.any() or one.all():
        return np.zeros(len(values), dtype=bool)
    others = values[~one]
    beyond = (values[:, 0] < others.min()) | (values[:, 0] > others.max())
    six = values.shape[1] >= ALL_SIX
    start, stop = stretches(one & (beyond | six))
    long = stop - start >= FEWEST
    found = marked(len(values), start[long], stop[long])
    if six:
        return found
    zero = one & (values[:, 0] == 0)  # as a gyroscope at rest may say in coarse counts
    start, stop = stretches(zero)
    moved = moves(values, count, start) & moves(values, count, stop)
    sure = moved & believed(zero, start, stop, moved, near)
    return found | marked(len(values), start[sure], stop[sure])


def _straight(values: FloatArray, count: FloatArray, near: int) -> BoolArray:
    slack = 2 * count + 1e-9 * _largest(values)
    straight = _everywhere(
        np.abs(axis[2:] - 2 * axis[1:-1] + axis[:-2]) <= most
        for axis, most in zip(values.T, slack, strict=True)
    )
    flat = np.concatenate([[False], straight, [False]])
    start, stop = stretches(flat)
    chord = np.abs(values[np.minimum(stop, len(values) - 1)] - values[np.maximum(start - 1, 0)])
    travelled = np.asarray(
        (chord >= COUNTS_MOVED * (stop - start + 1)[:, None] * count).any(axis=1)
    )
    sure = believed(flat, start, stop, travelled, near)
    sure &= stop - start > FEWEST
    start, stop = start[sure], stop[sure]
    on = _on_chord(values, count, start, stop)
    by_line = marked(len(values), start[on], stop[on])
    return by_line | straight_fills(values, count, flat, near)


def _on_chord(values: FloatArray, count: FloatArray, start: IntArray, stop: IntArray) -> BoolArray:
    """Whether all samples of each run (r,) lie on the line between those around it."""
    if not len(start):
        return np.zeros(0, dtype=bool)
    length = stop - start
    run = np.repeat(np.arange(len(start)), length)
    place = np.arange(len(run)) - np.repeat(np.cumsum(length) - length, length) + 1
    one, other = values[start - 1], values[np.minimum(stop, len(values) - 1)]
    share = (place / (length + 1)[run])[:, None]
    off = np.abs(values[start[run] + place - 1] - one[run] - share * (other - one)[run])
    slack = OFF_CHORD * count + 1e-9 * _largest(values)
    return np.asarray(
        np.logical_and.reduceat((off <= slack).all(axis=1), np.cumsum(length) - length)
    )


OFF_CHORD: Final = 0.75
"""Counts by which rounding moves a sample off a line: half of one, with some room."""


def _repeated(values: FloatArray, count: FloatArray, longest: int) -> BoolArray:
    """Return which rows (n,) repeat several rows from shortly before, one by one."""
    back = rows_back(values)
    if not back.any():
        return np.zeros(len(values), dtype=bool)
    again = (back > 1) & (back <= longest)
    first = again & (back != np.concatenate([[0], back[:-1]]))
    block = np.cumsum(first | ~again)
    at = np.flatnonzero(again)
    # A movement that came back to where it was goes on alike for as long as it is steady.
    step = np.abs(values[at] - 2 * values[at - 1] + values[np.maximum(at - 2, 0)])
    at_end = (values[at] == values.min(axis=0)) | (values[at] == values.max(axis=0))
    step[at_end] = 0  # a clipped axis says the same each time
    bits = np.log2(1 + step / np.maximum(count, np.finfo(float).tiny)).sum(axis=1)
    enough = np.bincount(block[at], bits, minlength=int(block[-1]) + 1) > REPEATED_BITS
    return np.asarray(again & enough[block])


def rows_back(values: FloatArray) -> IntArray:
    """Return how many rows before each row (n,) of `values` (n, axes) it stood; 0: never."""
    name = _names(values)
    back = np.zeros(len(values), dtype=np.int64)
    ordered = np.sort(name)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):  # several times faster than to sort the places too
        return back
    place = np.minimum(np.searchsorted(twice, name), len(twice) - 1)
    order = np.flatnonzero(twice[place] == name)
    order = order[np.argsort(name[order], kind="stable")]
    same = np.flatnonzero(name[order[1:]] == name[order[:-1]])
    back[order[same + 1]] = order[same + 1] - order[same]
    return back


def _names(values: FloatArray) -> IntArray:
    """Return a number (n,) for each row of `values` (n, axes), the same for the same row."""
    mixed = np.zeros(len(values), dtype=np.uint64)
    for axis in values.T:
        bits = (axis + 0.0).view(np.uint64)  # -0.0 becomes 0.0
        mixed = (mixed ^ bits) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed.view(np.int64)
