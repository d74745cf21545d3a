"""Find rows of a recording that say again, on all axes, what a row shortly before said."""

from typing import Final

import numpy as np
import numpy.typing as npt

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.side_by_side import Columns

ROWS: Final = 32_768
"""Rows that are looked at together, so that they stay in the processor's cache."""
DRAWERS: Final = 18
"""Bits of a number by which rows are put into drawers: several times as many drawers as rows."""
LOWEST: Final = np.uint64(20)
"""Bits of a number that hardly tell it from others: its relative size of 2**-32."""
ODD: Final = np.uint64(0x9E3779B97F4A7C15)


def rows_back(values: Columns, longest: int, candidates: BoolArray | None = None) -> IntArray:
    """Return how many rows before each row (n,) of `values` (n, axes) it stood, at most `longest`.

    0 where it did not. `candidates` (n,) are all rows that say what another says so near, and
    maybe others, if they are known.
    """
    back = np.zeros(len(values), dtype=np.int64)
    place = np.flatnonzero(twins(values, longest) if candidates is None else candidates)
    name = _names([axis[place] for axis in values.T])
    order = np.argsort(name, kind="stable")
    same = np.flatnonzero(name[order[1:]] == name[order[:-1]])
    later, earlier = place[order[same + 1]], place[order[same]]
    near = later - earlier <= longest
    back[later[near]] = (later - earlier)[near]
    return back


def twins(values: Columns, longest: int) -> BoolArray:
    """Return all rows (n,) of `values` (n, axes) that another one says within `longest` rows.

    And, by chance, a few others. Rows that say the same fall into one drawer, and few others do:
    to sort only what shares one is several times as fast as to sort all rows.
    """
    found = np.zeros(len(values), dtype=bool)
    drawers = np.zeros(1 << DRAWERS, dtype=np.int32)
    for first in range(0, len(values), ROWS):
        part = slice(first, first + ROWS + longest)
        number = _numbers([axis[part] for axis in values.T])
        drawer = (number >> np.uint64(64 - DRAWERS)).view(np.int64)
        place = np.arange(len(number), dtype=np.int32)
        drawers[drawer] = place
        last = drawers[drawer]  # of several in one drawer all but one find another there
        shared = np.flatnonzero(last != place)
        some = np.zeros(len(number), dtype=bool)
        some[shared] = some[last[shared]] = True
        at = np.flatnonzero(some)
        order = np.argsort(number[at])
        same = np.flatnonzero(np.diff(number[at][order]) == 0)
        found[first + at[order[same]]] = found[first + at[order[same + 1]]] = True
    return found


def _numbers(axes: list[FloatArray]) -> npt.NDArray[np.uint64]:
    """Return a number (n,) for each row of `axes`, (n,) each: the same, and rarely for others."""
    number = np.zeros(len(axes[0]), dtype=np.uint64)
    for axis, odd in zip(axes, np.cumprod(np.full(len(axes), ODD)), strict=True):
        bits = (axis + 0.0).view(np.uint64)  # -0.0 becomes 0.0
        number += (bits >> LOWEST) * odd  # of whole numbers the highest bits alone differ
    return number


def _names(axes: list[FloatArray]) -> IntArray:
    """Return a number (n,) for each row of `axes`, (n,) each, the same for the same row."""
    mixed = np.zeros(len(axes[0]), dtype=np.uint64)
    for axis in axes:
        bits = (axis + 0.0).view(np.uint64)
        mixed = (mixed ^ bits) * ODD
        mixed ^= mixed >> np.uint64(29)
    return mixed.view(np.int64)
