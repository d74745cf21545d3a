"""Find samples that were held at one value with a little noise laid over them.

A movement stops gently and begins gently: where all axes hardly change for some samples, they
hardly do so just before and after. A value that was held ends in a jump to where the movement has
got to since, on all axes at once.
"""

from typing import Final

import numpy as np

from imu.dsp.gaps import marked, stretches
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.side_by_side import Columns

HARDLY: Final = 0.25
"""Of the usual step in movement, the mean of all axes: held values change by no more."""
SHORTEST: Final = 4
AFTER: Final = 1.0
"""Usual steps by which the movement jumps out of a fill."""
SURE: Final = {True: (4, 0.75), False: (6, 0.9)}
"""Of all axes of a pod, and of fewer: the least samples, and by which step the movement was under
way before. Of 290 made-up people no natural run had both steps beyond 0.51 and 0.69, of the real
recordings beyond 0.47 and 0.64."""
WANDERS: Final = 1.4
"""Usual steps in which all of a fill lies: what goes on, weakly, goes further."""
ALL_SIX: Final = 6
OFTEN: Final = 5
"""So many that are only too short say it together: the real recordings have two at most."""
MANY: Final = 3
"""So many sure fills say that the file has fills: then less says that others are some as well."""
ALSO: Final = 1.2
MOST_SECONDS: Final = 240


def noisy_fills(
    values: Columns, near: int, *, rate_hz: float, known: BoolArray | None = None
) -> BoolArray:
    """Return which samples (n,) of `values` (n, axes) hardly change where the movement goes on.

    Runs of over twice `near` samples may be rest between two recordings and are none. What is
    `known` (n,) to be filled in says nothing more.
    """
    nothing = np.zeros(len(values), dtype=bool)
    usual = _usual(values, rate_hz)
    if not (usual > 0).all():
        return nothing
    size = _size(values, usual)
    hardly = size <= HARDLY
    hardly[0] = False
    if known is not None:
        hardly &= ~known
    start, stop = stretches(hardly)
    kept = (stop - start >= SHORTEST) & (stop - start <= 2 * near) & (stop < len(values))
    kept[kept] = size[stop[kept]] > AFTER
    start, stop = start[kept], stop[kept]
    stays = _wander(values, usual, start, stop) <= WANDERS
    start, stop = start[stays], stop[stays]
    enough, moving = SURE[values.shape[1] >= ALL_SIX]
    leaps = size[np.maximum(start - 1, 0)] > moving
    sure = leaps if np.count_nonzero(leaps) >= OFTEN else leaps & (stop - start >= enough)
    if np.count_nonzero(sure) >= MANY:
        sure = leaps | (size[stop] > ALSO)
    return marked(len(values), start[sure], stop[sure])


def _usual(values: Columns, rate_hz: float) -> FloatArray:
    """Return the usual step (axes,) of each axis in the seconds in which it moves."""
    second = max(round(rate_hz), 4)
    seconds = len(values) // second
    if not seconds:
        return np.zeros(values.shape[1])
    some = np.arange(seconds)[:: 1 + seconds // MOST_SECONDS]
    rows = (some[:, None] * second + np.arange(second)).ravel()
    step = np.abs(np.diff(values[rows].reshape(len(some), second, -1), axis=1))
    return np.asarray(np.percentile(np.median(step, axis=1), 75, axis=0))


def _size(values: Columns, usual: FloatArray) -> FloatArray:
    """Return the step into each sample (n,), over the usual one of each axis, the mean of all."""
    size, step = np.zeros(len(values)), np.zeros(len(values))
    for axis, often in zip(values.T, usual, strict=True):
        np.subtract(axis[1:], axis[:-1], out=step[1:])  # one piece of memory for all axes
        np.abs(step, out=step)
        step /= often * len(usual)
        size += step
    return size


def _wander(values: Columns, usual: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return from where to where axes go within runs (r,), over their usual step, the mean."""
    length = stop - start
    first = np.cumsum(length) - length
    if not len(length):
        return np.zeros(0)
    inside = values[np.repeat(start - first, length) + np.arange(length.sum())]
    span = np.maximum.reduceat(inside, first) - np.minimum.reduceat(inside, first)
    return np.asarray((span / usual).mean(axis=1))
