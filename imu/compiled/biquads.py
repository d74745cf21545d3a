"""One second-order section, forward and backward, over channels and pieces of them at once.

The recursion is serial: each sample waits for the one before. So `PIECES` pieces of a channel go
through it side by side. Each begins `memory` samples early, after which what it began with has
decayed below rounding, so the result is that of one pass (`scipy.signal.sosfiltfilt`).
"""

import numpy as np

from imu.compiled import PIECES
from imu.compiled.just_in_time import compiled
from imu.frames import FloatArray


def both_ways(rows: FloatArray, section: FloatArray, state: FloatArray, memory: int) -> None:
    """Filter `rows` (c, n), contiguous, in place along n, forward and backward.

    `section` (6,) are b0, b1, b2, 1, a1, a2; `state` (2,) is that of the filter after ones for
    ever; `memory` is the number of samples after which nothing of it is left: at most n / `PIECES`.
    """
    piece, one, two = -(-rows.shape[1] // PIECES), np.empty(PIECES), np.empty(PIECES)
    for row in rows:
        for step in (1, -1):
            _pieces(row, section, state, piece, memory, step, one, two)


@compiled
def _pieces(
    x: FloatArray,
    section: FloatArray,
    unit: FloatArray,
    piece: int,
    memory: int,
    step: int,
    one: FloatArray,
    two: FloatArray,
) -> None:  # pragma: no cover
    """Filter all of `x` (n,) in place; the samples before a piece are read before they change.

    `one` and `two` (PIECES,) are room for the state of each piece.
    """
    b0, b1, b2 = section[0], section[1], section[2]
    a1, a2 = section[4], section[5]
    n = len(x)
    zero = 0 if step > 0 else n - 1
    one[0], two[0] = unit[0] * x[zero], unit[1] * x[zero]
    for lane in range(1, PIECES):
        at = zero + step * (lane * piece - memory)
        s, t = unit[0] * x[at], unit[1] * x[at]
        for _ in range(memory):
            value = x[at]
            result = b0 * value + s
            s = b1 * value - a1 * result + t
            t = b2 * value - a2 * result
            at += step
        one[lane], two[lane] = s, t
    shorter = n - (PIECES - 1) * piece
    for i in range(shorter):
        at = zero + step * i
        for lane in range(PIECES):
            value = x[at + step * lane * piece]
            result = b0 * value + one[lane]
            one[lane] = b1 * value - a1 * result + two[lane]
            two[lane] = b2 * value - a2 * result
            x[at + step * lane * piece] = result
    for lane in range(PIECES - 1):
        s, t = one[lane], two[lane]
        at = zero + step * (lane * piece + shorter)
        for _ in range(shorter, piece):
            value = x[at]
            result = b0 * value + s
            s = b1 * value - a1 * result + t
            t = b2 * value - a2 * result
            x[at] = result
            at += step
