"""Notice a clock that was set forward: its stamps jump, and the movement goes on as if nothing did.

Over a loss the movement goes much further than from one sample to the next, but for whole strides.
How often it would come as near by chance is told by other moments of the same recording.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import FloatArray, IntArray
from imu.recording.fills.side_by_side import Columns

LEAST: Final = 4
"""Sample periods of a step that is looked at: over less the movement does not go far."""
MOST_JUMPS: Final = 8
"""A clock is not set oftener: more such steps are losses."""
NEAR_ROWS: Final = 1500
FEWEST: Final = 200
AS_NEAR: Final = 1.6
"""Of the steps beside it, that over a jump without a loss: 1.2 at most on nine of ten."""
CHANCE: Final = 0.01
AT_REST: Final = 0.3
"""Of the usual step of the movement: at rest nothing tells."""


def set_forward(values: Columns, rows: IntArray, index: IntArray) -> IntArray:
    """Return before which of the `rows` (m,) the clock was set, and nothing lost: places (k,).

    `rows` are those of `values` (n, axes) that are samples, in order, `index` (m,) their places in
    the sampling as the stamps say.
    """
    step = np.diff(index)
    jumps = np.flatnonzero(step >= LEAST)
    if not 0 < len(jumps) <= MOST_JUMPS:
        return np.zeros(0, dtype=np.int64)
    found = [
        at + 1 for at in jumps.tolist() if _goes_on(values, rows, at, int(step[at]), len(jumps))
    ]
    return np.array(found, dtype=np.int64)


def _goes_on(values: Columns, rows: IntArray, at: int, lag: int, of: int) -> bool:
    """Whether the movement goes on from row `at` to the next one, at one of `of` jumps by `lag`."""
    near = values[rows[max(at - NEAR_ROWS, 0) : at + NEAR_ROWS]]
    here = at - max(at - NEAR_ROWS, 0)
    near = near / np.maximum(near.std(axis=0), 1e-12)
    if not 2 <= here < len(near) - 3:
        return False
    steps = np.abs(np.diff(near, axis=0)).sum(axis=1)
    beside = _beside(steps, np.array([here]), np.array([here + 1]))[0]
    if beside < AT_REST * np.percentile(steps, 75) or steps[here] > AS_NEAR * beside:
        return False
    one = np.arange(2, len(near) - 3)
    other = one + min(lag, len(near) // 3)
    both = (other < len(near) - 3) & ((one > here + 1) | (other < here))
    one, other = one[both], other[both]
    apart = np.abs(near[other] - near[one]).sum(axis=1)
    around = _beside(steps, one, other)
    moving = around > AT_REST * np.percentile(steps, 75)
    if np.count_nonzero(moving) < FEWEST:
        return False
    as_near = apart[moving] < max(steps[here] / beside, 1.0) * around[moving]
    return bool(as_near.mean() * of < CHANCE)


def _beside(steps: FloatArray, one: IntArray, other: IntArray) -> FloatArray:
    """Return the usual step (k,) just before the rows `one` and just after `other`."""
    before = steps[one - 1] * steps[one - 2]
    after = steps[other] * steps[other + 1]
    return np.asarray((before * after) ** 0.25)
