"""Tell at which step a sensor was read that was written oftener: held, or on lines between.

What a sensor measures changes at any sample. Where all changes, or all bends, of a long recording
fall on one place of every two, or three, nothing was measured at the other places.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.alike_runs import count_sizes
from imu.recording.fills.held_fills import single_holds

MOST_STEPS: Final = 10
FEWEST: Final = 50
"""Changes that must fall on one place: by chance half of them would."""
NEARLY_ALL: Final = 0.98
ROUNDED: Final = 2.0
"""Counts that rounding alone bends a straight line by at most."""
MOST_SHARE: Final = 0.6
"""Of all samples that change: of a sensor read at every second place half of them do."""
OFTEN: Final = 0.15
"""Share of samples that say the one before again: fewer are losses."""


@dataclass(frozen=True, eq=False)
class OwnStep:
    """A sensor measures at every `step`-th place, 0: at no regular ones; the others are `how`.

    `measured` (n,) are its samples there, None for all of them, as of most sensors.
    """

    step: int = 1
    how: str = ""
    measured: BoolArray | None = None

    def same(self, other: "OwnStep") -> bool:
        """Whether another sensor is measured at the same samples."""
        if self.measured is None or other.measured is None:
            return self.measured is other.measured
        return self.how == other.how and bool((self.measured == other.measured).all())


def own_step(values: FloatArray, index: IntArray) -> OwnStep:
    """Return at which places the samples `values` (n, axes) of one sensor were measured.

    `index` (n,) are their places in the sampling as written, in order.
    """
    if len(values) < FEWEST:
        return OwnStep()
    follows = index[1:] == index[:-1] + 1
    most = MOST_SHARE * len(values)
    changed = _anywhere((axis[1:] != axis[:-1] for axis in values.T), follows, most)
    if changed is not None and (place := _one_place(index[1:][changed], most)) is not None:
        return _at(index, *place, "held from the one before")
    bent = _anywhere((_bends(axis) for axis in values.T), follows[1:] & follows[:-1], most)
    if bent is not None and (place := _one_place(index[1:-1][bent], most)) is not None:
        return _at(index, *place, "on a straight line between two")
    again = _held_alone(values)
    return OwnStep() if again is None else OwnStep(0, "held from the one before", ~again)


def _anywhere(axes: Iterator[BoolArray], follows: BoolArray, most: float) -> BoolArray | None:
    """Return where (m,) any of `axes` holds and `follows`; None where at more than `most` places.

    Of most sensors the first axis says so.
    """
    where = np.zeros(len(follows), dtype=bool)
    for axis in axes:
        where |= axis & follows
        if np.count_nonzero(where) > most:
            return None
    return where


def _held_alone(values: FloatArray) -> BoolArray | None:
    """Return which samples (n,) say the one before again, alone; None where few do."""
    alike = np.concatenate([[False], np.ones(len(values) - 1, dtype=bool)])
    for axis in values.T:
        alike[1:] &= axis[1:] == axis[:-1]
        if alike.mean() <= OFTEN:
            return None
    again = single_holds(values, count_sizes(values), alike)
    return again if again.mean() > OFTEN else None


def _at(index: IntArray, step: int, first: int, how: str) -> OwnStep:
    return OwnStep(step, how, index % step == first)


def _one_place(at: IntArray, most: float) -> tuple[int, int] | None:
    """Return the longest step of which all of these places (m,) are one, and which."""
    found = None
    if not FEWEST <= len(at) <= most:
        return found
    for step in range(2, MOST_STEPS + 1):
        often = np.bincount(at % step, minlength=step)
        if often.max() >= NEARLY_ALL * len(at):
            found = step, int(often.argmax())
    return found


def _bends(axis: FloatArray) -> BoolArray:
    """Return at which samples (n - 2,) an axis (n,) bends by more than rounding can."""
    count = float(count_sizes(axis[:, None])[0])
    slack = ROUNDED * count * (1 + 1e-3) + 1e-9 * max(axis.max(), -axis.min())
    return np.asarray(np.abs(axis[2:] - 2 * axis[1:-1] + axis[:-2]) > slack)
