"""Find fills on a straight line in counts so coarse that a sensor often draws one by itself.

Rounded to counts, a line stays a digital straight line: some line passes within half a count of
every sample. One axis of a sensor may do so by chance for a while; that all of its axes do at once
is as unlikely as the product of how often each does nearby.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from imu.dsp.gaps import marked, stretches
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.each_axis import Axes
from imu.recording.fills.side_by_side import Columns

POINTS: Final = (15, 11, 7)
"""Samples of a window, those at both ends of a fill included: the longer, the more it says."""
SURE_BITS: Final = 24.0
"""Natural movement of 40 made-up people, each in four sizes of count, came to 20.8 at most."""
WINDOWS: Final = 40
"""How many windows of either side say how often an axis is straight by itself."""
MOVED: Final = 12.0
"""Counts that all axes together move by from end to end: else it may be rest."""
MOST_RUNS: Final = 4000


def straight_fills(seen: Axes, near: int) -> BoolArray:
    """Return which samples (n,) lie on a straight line on all axes that are `seen`, not by chance.

    What is usual is looked up in the `near` samples to either side.
    """
    found = np.zeros(len(seen.values), dtype=bool)
    if np.count_nonzero(seen.flat) < POINTS[-1] - 2:
        return found
    slack = seen.count + 1e-9 * seen.largest
    for points in POINTS:
        found |= _of_length(seen.values, slack, seen.flat, points, near)
    return found


def _of_length(
    values: Columns, slack: FloatArray, flat: BoolArray, points: int, near: int
) -> BoolArray:
    """Return the same by windows of so many points."""
    found = np.zeros(len(values), dtype=bool)
    first, stop = stretches(flat)
    room = stop - first - (points - 3)  # windows whose samples between both ends are all flat
    first, room = first[room > 0], room[room > 0]
    starts = np.repeat(first - 1 - (np.cumsum(room) - room), room) + np.arange(room.sum())
    moved = np.abs(values[starts + points - 1] - values[starts]) / np.maximum(slack, 1e-300)
    starts = starts[moved.sum(axis=1) >= MOVED]
    starts = starts[_straight(values, slack, starts, points).all(axis=1)]
    if not len(starts):
        return found
    new = np.concatenate([[True], np.diff(starts) > 1])
    first = starts[new]
    last = starts[np.append(np.flatnonzero(new)[1:] - 1, len(starts) - 1)] + points - 1
    if len(first) > MOST_RUNS:
        return found  # so common a shape is the sensor's own
    bits = np.minimum(
        _bits(values, slack, first, points, near, lambda run, back: run - points - back),
        _bits(values, slack, last, points, near, lambda run, on: run + 1 + on),
    )
    sure = bits > SURE_BITS
    return marked(len(values), first[sure] + 1, last[sure])


def _bits(
    values: Columns,
    slack: FloatArray,
    at: IntArray,
    points: int,
    near: int,
    placed: Callable[[IntArray, IntArray], IntArray],
) -> FloatArray:
    """Return how unlikely straight windows on all axes are on one side of runs (r,), in bits."""
    away = np.unique(np.linspace(0, max(near - points, 0), WINDOWS).astype(np.int64))
    starts = placed(at[:, None], away[None, :])
    there = (starts >= 0) & (starts <= len(values) - points)
    inside = np.clip(starts, 0, len(values) - points)
    each = _straight(values, slack, inside.ravel(), points).reshape(*inside.shape, -1)
    often = ((each & there[..., None]).sum(axis=1) + 0.5) / (there.sum(axis=1) + 1.0)[:, None]
    return np.asarray(-np.log2(often).sum(axis=1))


def _straight(values: Columns, slack: FloatArray, starts: IntArray, points: int) -> BoolArray:
    """Whether each axis of each window (w, axes) is a digital straight line.

    Some slope then fits all pairs of samples to within a count.
    """
    low = np.full((len(starts), values.shape[1]), -np.inf)
    high = np.full_like(low, np.inf)
    for apart in range(1, points):
        least, most = np.full_like(low, np.inf), np.full_like(low, -np.inf)
        for place in range(points - apart):
            step = values[starts + place + apart] - values[starts + place]
            np.minimum(least, step, out=least)
            np.maximum(most, step, out=most)
        np.maximum(low, (most - slack) / apart, out=low)
        np.minimum(high, (least + slack) / apart, out=high)
    return np.asarray(low <= high + 1e-9 * slack)
