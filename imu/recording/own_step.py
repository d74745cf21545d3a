"""Tell at which step a sensor was read that was written oftener: held, or on lines between.

What a sensor measures changes at any sample. Where all changes, or all bends, of a long recording
fall on one place of every two, or three, nothing was measured at the other places.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.alike_runs import count_sizes

MOST_STEPS: Final = 10
FEWEST: Final = 50
"""Changes that must fall on one place: by chance half of them would."""
NEARLY_ALL: Final = 0.98
ROUNDED: Final = 2.0
"""Counts that rounding alone bends a straight line by at most."""


@dataclass(frozen=True)
class OwnStep:
    """A sensor measures at every `step`-th place, those `first` + k x `step`; the others are `how`.

    What all sensors do: a step of 1.
    """

    step: int = 1
    first: int = 0
    how: str = ""


def own_step(values: FloatArray, index: IntArray) -> OwnStep:
    """Return at which places the samples `values` (n, axes) of one sensor were measured.

    `index` (n,) are their places in the sampling as written, in order.
    """
    if len(values) < FEWEST:
        return OwnStep()
    follows = np.diff(index) == 1
    changed = np.logical_or.reduce([axis[1:] != axis[:-1] for axis in values.T])
    at = index[1:][changed & follows]
    found = _one_place(at, len(values))
    if found.step > 1:
        return OwnStep(found.step, found.first, "held from the one before")
    at = index[1:-1][_bends(values) & follows[1:] & follows[:-1]]
    found = _one_place(at, len(values))
    if found.step > 1:
        return OwnStep(found.step, found.first, "on a straight line between two")
    return OwnStep()


def _one_place(at: IntArray, count: int) -> OwnStep:
    """Return the longest step of which all of these places (m,) are one, and which."""
    found = OwnStep()
    if not FEWEST <= len(at) <= 0.6 * count:
        return found
    for step in range(2, MOST_STEPS + 1):
        often = np.bincount(at % step, minlength=step)
        if often.max() >= NEARLY_ALL * len(at):
            found = OwnStep(step, int(often.argmax()))
    return found


def _bends(values: FloatArray) -> BoolArray:
    """Return at which samples (n - 2,) an axis bends by more than rounding can."""
    bent = np.zeros(len(values) - 2, dtype=bool)
    for axis, count in zip(values.T, count_sizes(values), strict=True):
        slack = ROUNDED * count * (1 + 1e-3) + 1e-9 * max(axis.max(), -axis.min())
        bent |= np.abs(axis[2:] - 2 * axis[1:-1] + axis[:-2]) > slack
    return bent
