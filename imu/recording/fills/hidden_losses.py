"""Find samples that no sensor read: losses that an exporter filled in without a word.

A sensor has noise, so it never says the same thing several times over in all axes, nor draws a
straight line, while it moves. Where it says the same for long because its counts are coarser than
its noise, as in quiet standing, nothing can be told, and nothing is.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from imu.dsp.gaps import marked, stretches
from imu.frames import BoolArray, FloatArray
from imu.recording.fills.alike_runs import (
    COUNTS_MOVED,
    FEWEST,
    believed,
    moves,
)
from imu.recording.fills.each_axis import Axes, axes_of
from imu.recording.fills.held_fills import held_fills, single_holds
from imu.recording.fills.line_fills import on_chord
from imu.recording.fills.noisy_fills import noisy_fills
from imu.recording.fills.rows_again import rows_back
from imu.recording.fills.side_by_side import Columns
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
    "noisy": "held at one value, with noise on top",
}
"""Kind of filling -> words, in the order in which a sample is counted."""


def hidden_losses(
    values: Columns,
    *,
    rate_hz: float,
    known: BoolArray | None = None,
    seen: Axes | None = None,
) -> dict[str, BoolArray]:
    """Return for each of `KINDS` which samples (n,) of a pod were filled in by an exporter.

    `values` (n, axes) has all axes that share rows, as the file has them, in order, without NaN.
    Each sample is of one kind at most. `known` (n,) are samples of which it is known already,
    `seen` is what is seen of these axes, if that is known.
    """
    if len(values) < 4 * FEWEST:
        return {kind: np.zeros(len(values), dtype=bool) for kind in KINDS}
    longest, near = longest_of(rate_hz), near_of(rate_hz)
    seen = axes_of(values, longest=longest) if seen is None else seen
    if (seen.low == seen.high).all():
        return {kind: np.zeros(len(values), dtype=bool) for kind in KINDS}
    values, count, alike = seen.values, seen.count, seen.alike
    found = {
        "sentinel": _sentinel(values, count, near),
        "held": held_fills(values, count, alike, near, known),
        "again": single_holds(values, count, alike),
        "straight": _straight(seen, near),
        "repeated": _repeated(seen, longest),
        "smooth": smooth_fills(seen, near, known),
        "noisy": noisy_fills(values, near, rate_hz=rate_hz, known=known),
    }
    taken = np.zeros(len(values), dtype=bool)
    for kind, where in found.items():
        found[kind] = where & ~taken
        taken |= where
    return found


def near_of(rate_hz: float) -> int:
    """Return how many samples to either side what is usual is looked up in."""
    return max(round(NEAR_S * rate_hz), FEWEST_NEAR)


def longest_of(rate_hz: float) -> int:
    """Return how many samples back rows are looked for that say the same."""
    return max(round(LONGEST_LAG_S * rate_hz), 1)


def _sentinel(values: Columns, count: FloatArray, near: int) -> BoolArray:
    """Return samples (n,) that say one value on all axes, not by chance."""
    first, one = values.T[0], np.ones(len(values), dtype=bool)
    for axis in values.T[1:]:
        if one.any():
            one &= axis == first
    if not one.any() or one.all():
        return np.zeros(len(values), dtype=bool)
    others = values[~one]
    beyond = (first < others.min()) | (first > others.max())
    six = values.shape[1] >= ALL_SIX
    start, stop = stretches(one & (beyond | six))
    if six:  # as no two sensors do in one sample
        return marked(len(values), start, stop)
    long = stop - start >= FEWEST
    found = marked(len(values), start[long], stop[long])
    zero = one & (first == 0)  # as a gyroscope at rest may say in coarse counts
    start, stop = stretches(zero)
    moved = moves(values, count, start) & moves(values, count, stop)
    sure = moved & believed(zero, start, stop, moved, near)
    return found | marked(len(values), start[sure], stop[sure])


def _straight(seen: Axes, near: int) -> BoolArray:
    values, count, flat = seen.values, seen.count, seen.flat
    start, stop = stretches(flat)
    chord = np.abs(values[np.minimum(stop, len(values) - 1)] - values[np.maximum(start - 1, 0)])
    travelled = np.asarray(
        (chord >= COUNTS_MOVED * (stop - start + 1)[:, None] * count).any(axis=1)
    )
    sure = believed(flat, start, stop, travelled, near)
    sure &= stop - start > FEWEST
    start, stop = start[sure], stop[sure]
    on = on_chord(values, count, seen.largest, start, stop)
    by_line = marked(len(values), start[on], stop[on])
    return by_line | straight_fills(seen, near)


def _repeated(seen: Axes, longest: int) -> BoolArray:
    """Return which rows (n,) repeat several rows from shortly before, one by one."""
    values, count = seen.values, seen.count
    back = rows_back(values, longest, seen.twin)
    if not back.any():
        return np.zeros(len(values), dtype=bool)
    again = back > 1
    first = again & (back != np.concatenate([[0], back[:-1]]))
    block = np.cumsum(first | ~again)
    at = np.flatnonzero(again)
    # A movement that came back to where it was goes on alike for as long as it is steady.
    step = np.abs(values[at] - 2 * values[at - 1] + values[np.maximum(at - 2, 0)])
    at_end = (values[at] == seen.low) | (values[at] == seen.high)
    step[at_end] = 0  # a clipped axis says the same each time
    bits = np.log2(1 + step / np.maximum(count, np.finfo(float).tiny)).sum(axis=1)
    enough = np.bincount(block[at], bits, minlength=int(block[-1]) + 1) > REPEATED_BITS
    return np.asarray(again & enough[block])
