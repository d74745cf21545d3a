"""Find rows of a recording that say again, on all axes, what a row shortly before said."""

from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.side_by_side import Columns

WIDEST: Final = 3
"""A window is at least so many times as long as what it overlaps the next by."""
SHORTEST: Final = 2048
ROWS: Final = 32_768
"""Rows that are looked at together, so that they stay in the processor's cache."""
MOST_BITS: Final = 13
"""Of a place in its window, beside which a number of 32 bits still tells rows apart."""
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

    And, by chance, a few others. Sorted in windows that overlap by so many, rows that say the same
    stand beside each other: several times as fast as to sort all of them.
    """
    width = max(1 << (WIDEST * longest - 1).bit_length(), SHORTEST)
    hop = width - longest
    windows = max(ROWS // hop, 1)
    found = np.zeros(len(values), dtype=bool)
    for first in range(0, len(values), windows * hop):
        part = slice(first, first + windows * hop + longest)
        key = _keys([axis[part] for axis in values.T], width)
        whole = max((len(key) - longest) // hop, 0)
        if whole:
            _mark(found[part], sliding_window_view(key, width)[::hop][:whole], hop, width)
        _mark(found[part][whole * hop :], key[None, whole * hop :], hop, width, whole * hop)
    return found


def _keys(axes: list[FloatArray], width: int) -> npt.NDArray[np.unsignedinteger]:
    """Return a number (n,) for each row of `axes`, (n,) each.

    Its last bits are its place in windows of `width`.
    """
    name = np.zeros(len(axes[0]), dtype=np.uint64)
    for axis, odd in zip(axes, np.cumprod(np.full(len(axes), ODD)), strict=True):
        bits = (axis + 0.0).view(np.uint64)  # -0.0 becomes 0.0
        name += (bits >> LOWEST) * odd  # of whole numbers the highest bits alone differ
    if width.bit_length() - 1 <= MOST_BITS:
        name = (name >> np.uint64(32)).astype(np.uint32)
    last = name.dtype.type(width - 1)
    return np.asarray((name & ~last) | (np.arange(len(name), dtype=name.dtype) & last))


def _mark(
    found: BoolArray,
    windows: npt.NDArray[np.unsignedinteger],
    hop: int,
    width: int,
    start: int = 0,
) -> None:
    """Mark in `found` (n,) which of the numbers in `windows` (k, w) differ in their place only.

    A window begins every `hop` places, from `start` on.
    """
    ordered = np.sort(windows, axis=1)
    window, at = np.nonzero((ordered[:, 1:] ^ ordered[:, :-1]) < width)
    first = window * hop
    for side in (at, at + 1):
        place = ordered[window, side].astype(np.int64)
        found[first + (place - start - first) % width] = True


def _names(axes: list[FloatArray]) -> IntArray:
    """Return a number (n,) for each row of `axes`, (n,) each, the same for the same row."""
    mixed = np.zeros(len(axes[0]), dtype=np.uint64)
    for axis in axes:
        bits = (axis + 0.0).view(np.uint64)
        mixed = (mixed ^ bits) * ODD
        mixed ^= mixed >> np.uint64(29)
    return mixed.view(np.int64)
