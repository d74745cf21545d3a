"""Tell a recording that stands twice in its rows, as in a file that was appended to itself."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import IntArray
from imu.recording.fills.side_by_side import Columns

BLOCK: Final = 48
"""Rows about the hardest shock: no two of a run are alike in all of them."""
FURTHER: Final = 256
"""Rows: closer by, packets were sent again."""
MOST: Final = 3
"""Parts that come more often are strides that somebody wrote over and over."""


def check_once(values: Columns) -> None:
    """Raise ValueError where a part of `values` (n, axes) comes again much later, alike."""
    if len(values) < 2 * FURTHER:
        return
    first = next(iter(values.T))
    middle = int(np.argmax(np.abs(first)))
    start = min(max(middle - BLOCK // 2, 0), len(values) - BLOCK)
    there = np.flatnonzero(first == first[start])
    there = there[(np.abs(there - start) > FURTHER) & (there <= len(values) - BLOCK)]
    again = [at for at in there.tolist() if _alike(values, start, at)]
    if 1 <= len(again) <= MOST and not _at_rest(values, start):
        raise ValueError(SAID.format(start + 1, again[0] + 1))


SAID: Final = (
    "its rows from row {} on come again from row {} on, number by number: a recording stands there "
    "twice; export it once"
)


def _alike(values: Columns, one: int, other: int) -> bool:
    return all(
        bool((axis[one : one + BLOCK] == axis[other : other + BLOCK]).all()) for axis in values.T
    )


def _at_rest(values: Columns, start: int) -> bool:
    rows: IntArray = np.arange(start, start + BLOCK)
    return len(np.unique(np.asarray(values[rows]), axis=0)) < BLOCK // 2
