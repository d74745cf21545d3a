"""Maxima and level crossings in many intervals of a signal, where it lies."""

import numpy as np

from imu.compiled.just_in_time import compiled
from imu.frames import FloatArray, IntArray


@compiled
def find_highest(
    x: FloatArray, start: IntArray, stop: IntArray, at: IntArray
) -> None:  # pragma: no cover
    """Write where `x` (n,) is highest in each ``[start, stop)`` (k,), not empty, to `at` (k,)."""
    for k in range(len(start)):
        best, most = start[k], x[start[k]]
        for i in range(start[k] + 1, stop[k]):
            if x[i] > most:
                best, most = i, x[i]
        at[k] = best


@compiled
def find_last_rise(
    x: FloatArray, level: FloatArray, start: IntArray, stop: IntArray, at: FloatArray
) -> None:  # pragma: no cover
    """Write where `x` (n,) last rises through `level` (k,) in ``[start, stop]``; NaN if never."""
    last = len(x) - 1
    for k in range(len(start)):
        at[k] = np.nan
        i = (stop[k] if stop[k] < last else last) - 1
        while i >= start[k] and i >= 0:
            low, high = x[i], x[i + 1]
            if low < level[k] <= high:
                at[k] = i + (level[k] - low) / (high - low)
                break
            i -= 1
