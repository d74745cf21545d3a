"""Maxima and level crossings in many intervals of a signal, where it lies."""

import numpy as np

from imu.compiled.just_in_time import compiled
from imu.frames import FloatArray, IntArray


@compiled
def find_highest(
    x: FloatArray, start: IntArray, stop: IntArray, at: IntArray, sign: float
) -> None:  # pragma: no cover
    """Write where `sign` times `x` (n,) is highest in each ``[start, stop)``, not empty, to `at`.

    All of these (k,).
    """
    for k in range(len(start)):
        best, most = start[k], sign * x[start[k]]
        for i in range(start[k] + 1, stop[k]):
            if sign * x[i] > most:
                best, most = i, sign * x[i]
        at[k] = best


@compiled
def find_crossing(
    x: FloatArray,
    level: FloatArray,
    start: IntArray,
    stop: IntArray,
    at: FloatArray,
    way: int,
    sign: float,
) -> None:  # pragma: no cover
    """Write where `sign` times `x` (n,) crosses `level` (k,) in ``[start, stop]``; NaN if never.

    Where it last rises through it with a `way` of -1, where it first falls with 1.
    """
    last, ahead = len(x) - 1, (way + 1) // 2
    for k in range(len(start)):
        at[k] = np.nan
        first = start[k] if start[k] > 0 else 0
        end = (stop[k] if stop[k] < last else last) - 1
        i = first if way > 0 else end
        while first <= i <= end:
            low, high = sign * x[i + ahead], sign * x[i + 1 - ahead]
            if low < level[k] <= high:
                at[k] = i + ahead - way * (level[k] - low) / (high - low)
                break
            i += way
