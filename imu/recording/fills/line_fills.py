"""Find where one axis of a sensor lies on a straight line while the others go on.

One axis draws a short line by itself now and then, where it turns little: the coarser its counts,
the longer. A fill bends at both ends, and where it is drawn nothing nearby is as straight.
"""

from typing import Final

import numpy as np

from imu.dsp.gaps import marked, stretches
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.alike_runs import run_bits
from imu.recording.fills.side_by_side import Columns

FEWEST: Final = 4
ROUNDED: Final = 2.0
"""Counts that rounding alone bends a straight line by at most."""
BOTH_ROUNDED: Final = 4 / 3
"""By how much more a sample is off its chord where the ends of that were rounded after."""
BENT: Final = 2.5
"""By how much both ends bend more than that."""
SLOPE: Final = 1.0
"""Counts from sample to sample: what does not move is held, or at the end of its range."""
SURE_BITS: Final = 60.0
"""Of 60 made-up people, in five sizes of count each, one such line came to 42 bits, another 30."""
MANY: Final = 3
MANY_BITS: Final = 30.0
"""So many lines of that say together that the file has fills."""
ALSO_BITS: Final = 21.0
"""Then less says that others are some as well."""


def line_fills(
    values: FloatArray, count: FloatArray, near: int, known: BoolArray | None = None
) -> BoolArray:
    """Return which samples (n,) of one axis, `values` (n, 1), lie on a line, not by chance.

    `count` (1,) is its least step; what is usual is looked up in the `near` samples to either side.
    What is `known` (n,) to be filled in says nothing more.
    """
    axis = values[:, 0]
    nothing = np.zeros(len(axis), dtype=bool)
    if len(axis) < 2 * FEWEST or not count[0] > 0:
        return nothing
    largest = np.maximum(values.max(axis=0), -values.min(axis=0))
    slack = ROUNDED * count[0] * (1 + 1e-3) + 1e-9 * largest[0]
    bend = np.zeros(len(axis))
    inner = bend[1:-1]  # worked on in place: a run of an hour has eighteen such axes
    np.subtract(axis[2:], 2 * axis[1:-1], out=inner)
    inner += axis[:-2]
    np.abs(inner, out=inner)
    inner /= slack
    straight = bend <= 1.0
    straight[[0, -1]] = False
    if known is not None:
        straight &= ~known
    start, stop = stretches(straight)
    ends = np.stack([bend[start - 1], bend[np.minimum(stop, len(axis) - 1)]])
    slope = np.abs(axis[np.minimum(stop, len(axis) - 1)] - axis[start - 1]) / (stop - start + 1)
    able = (stop - start >= FEWEST) & (stop - start <= 2 * near)
    able &= (ends.max(axis=0) > BENT) & (slope >= SLOPE * count[0])
    able[able] = on_chord(values, BOTH_ROUNDED * count, largest, start[able], stop[able])
    start, stop, bent = start[able], stop[able], ends.min(axis=0)[able]
    # what is usual nearby are lines that end softly: fills may be many
    natural = straight & ~marked(len(axis), start[bent > BENT], stop[bent > BENT])
    bits = run_bits(natural, start, stop, near)
    sure = (bits > SURE_BITS) & (bent > BENT)
    if np.count_nonzero((bits > MANY_BITS) & (bent > BENT)) >= MANY:
        sure = bits > ALSO_BITS
    return marked(len(axis), start[sure], stop[sure])


def on_chord(
    values: Columns, count: FloatArray, largest: FloatArray, start: IntArray, stop: IntArray
) -> BoolArray:
    """Whether all samples of each run (r,) lie on the line between those around it."""
    if not len(start):
        return np.zeros(0, dtype=bool)
    length = stop - start
    run = np.repeat(np.arange(len(start)), length)
    place = np.arange(len(run)) - np.repeat(np.cumsum(length) - length, length) + 1
    one, other = values[start - 1], values[np.minimum(stop, len(values) - 1)]
    share = (place / (length + 1)[run])[:, None]
    off = np.abs(values[start[run] + place - 1] - one[run] - share * (other - one)[run])
    slack = OFF_CHORD * count + 1e-9 * largest
    return np.asarray(
        np.logical_and.reduceat((off <= slack).all(axis=1), np.cumsum(length) - length)
    )


OFF_CHORD: Final = 0.75
"""Counts by which rounding moves a sample off a line: half of one, with some room."""
