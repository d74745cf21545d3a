"""What every way of filling asks of the axes of a pod, computed once for all of them.

Where an axis says again what it said, where it is nearly straight, where nearly a cubic curve:
what holds for several axes together is where it holds for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.dsp.filters import blocks
from imu.dsp.gaps import marked
from imu.frames import BoolArray, FloatArray
from imu.recording.fills.alike_runs import count_sizes
from imu.recording.fills.rows_again import twins
from imu.recording.fills.side_by_side import Columns, SideBySide

FLAT: Final = 2.0
"""Counts that rounding alone bends a straight line by at most."""
ORDER: Final = 4
"""Lines, parabolas and pieces of cubic splines have no differences of this order."""
ROUNDED: Final = 8.0
"""Counts that rounding alone adds to a fourth difference at most: half of 1 + 4 + 6 + 4 + 1."""
AT_END: Final = 3
"""Samples of one axis at the end of its range that make a clipped one: that is no curve."""


@dataclass(frozen=True, eq=False)
class Axes:
    """Samples of some axes (n, axes), in order and without NaN, and what is seen of them at once.

    `count` (axes,) is the least step of each, `low` and `high` (axes,) its range. `again`
    (axes, n) is where each says what it said before; `flat` (n,) where all bend by a few counts at
    most, `smooth` (n - 4,) where the fourth differences of all may be rounding, and `twin` (n,)
    what another row near says on all axes, with a few others.
    """

    values: Columns
    count: FloatArray
    low: FloatArray
    high: FloatArray
    again: BoolArray
    flat: BoolArray
    smooth: BoolArray
    twin: BoolArray

    @property
    def alike(self) -> BoolArray:
        """Where (n,) all axes say what they said before."""
        return np.asarray(np.logical_and.reduce(self.again))

    @property
    def largest(self) -> FloatArray:
        """The largest size (axes,) that each has."""
        return np.asarray(np.maximum(self.high, -self.low))

    @property
    def smooth_slack(self) -> FloatArray:
        """What rounding adds to a fourth difference of each axis (axes,) at most."""
        size = np.maximum(self.largest, 1e-30)
        return np.asarray(ROUNDED * self.count * (1 + 1e-3) + 2e-8 * size)


def axes_of(values: Columns, *, longest: int) -> Axes:
    """Look at `values` (n, axes); rows that say the same are looked for `longest` rows away."""
    if not isinstance(values, SideBySide) and values.strides[0] != values.itemsize:
        values = np.asfortranarray(values)  # axis by axis is several times faster
    n, width = values.shape
    low, high = (np.array([most(axis) for axis in values.T]) for most in (np.min, np.max))
    seen = Axes(
        values=values,
        count=count_sizes(values),
        low=low,
        high=high,
        again=np.zeros((width, n), dtype=bool),
        flat=np.zeros(n, dtype=bool),
        smooth=np.ones(max(n - ORDER, 0), dtype=bool),
        twin=twins(values, longest),
    )
    seen.flat[1:-1] = True
    for part in blocks(n):
        _look(seen, part)
    for k in range(width):
        _clipped_is_not_smooth(seen, k)
    return seen


def joined(parts: Sequence[Axes]) -> Axes:
    """Return what is seen of the axes of all `parts` side by side."""
    if len(parts) == 1:
        return parts[0]
    return Axes(
        values=SideBySide(tuple(axis for one in parts for axis in one.values.T)),
        count=np.concatenate([one.count for one in parts]),
        low=np.concatenate([one.low for one in parts]),
        high=np.concatenate([one.high for one in parts]),
        again=np.concatenate([one.again for one in parts]),
        flat=np.logical_and.reduce([one.flat for one in parts]),
        smooth=np.logical_and.reduce([one.smooth for one in parts]),
        twin=np.logical_and.reduce([one.twin for one in parts]),
    )


def _look(seen: Axes, part: slice) -> None:
    """Fill in `again`, `flat` and `smooth` for one block of samples."""
    n, first = len(seen.values), part.start
    last = min(part.stop, n)
    flat_most = FLAT * seen.count + 1e-9 * seen.largest
    for k, (axis, flat, smooth) in enumerate(
        zip(seen.values.T, flat_most, seen.smooth_slack, strict=True)
    ):
        # From one sample before the block to four after it: so many each difference reaches over.
        before = max(first - 1, 0)
        step = np.diff(axis[before : last + ORDER])
        seen.again[k, before + 1 : last] = step[: last - before - 1] == 0
        bend = np.diff(step)
        at = slice(before + 1, min(last, n - 1))
        seen.flat[at] &= np.abs(bend[: max(at.stop - at.start, 0)]) <= flat
        fourth = np.diff(bend, ORDER - 2)[first - before :]
        seen.smooth[first:last] &= np.abs(fourth) <= smooth


def _clipped_is_not_smooth(seen: Axes, k: int) -> None:
    at = np.flatnonzero(at_end(seen, k, seen.values.T[k]))
    near = at[AT_END - 1 :] - at[: 1 - AT_END] <= ORDER
    if seen.low[k] == seen.high[k] or not near.any():
        return
    first, last = at[: 1 - AT_END][near], at[AT_END - 1 :][near]
    n = len(seen.smooth)
    seen.smooth[marked(n, np.maximum(last - ORDER, 0), np.minimum(first + 1, n))] = False


def at_end(seen: Axes, k: int, values: FloatArray) -> BoolArray:
    """Return which `values` of axis `k` are at an end of its range."""
    return np.asarray((values == seen.low[k]) | (values == seen.high[k]))
