"""Integrals of a signal, and its values at many places, in one pass each."""

import numpy as np

from imu.compiled.just_in_time import compiled
from imu.frames import BoolArray, FloatArray, IntArray


@compiled
def read(x: FloatArray, position: FloatArray, value: FloatArray) -> None:  # pragma: no cover
    """Write `x` (n,) at fractional positions (k,), linear; NaN outside or unknown."""
    last = len(x) - 1
    for i in range(len(position)):
        at = position[i]
        if 0 <= at <= last:
            low = min(int(at), last - 1)
            value[i] = x[low] + (at - low) * (x[low + 1] - x[low])
        else:
            value[i] = np.nan


@compiled
def integrate(x: FloatArray, total: FloatArray) -> None:  # pragma: no cover
    """Write the sum of `imu.dsp.integral.step_means` of `x` (n,), n > 3, up to each sample."""
    n = len(x)
    total[0] = 0.0
    so_far = (5 * x[0] + 8 * x[1] - x[2]) / 12
    total[1] = so_far
    for i in range(2, n - 1):
        so_far += (13 * (x[i - 1] + x[i]) - (x[i - 2] + x[i + 1])) / 24
        total[i] = so_far
    total[n - 1] = so_far + (5 * x[n - 1] + 8 * x[n - 2] - x[n - 3]) / 12


@compiled
def integrate_periods(
    rows: FloatArray, inside: BoolArray, count: IntArray
) -> None:  # pragma: no cover
    """Integrate rows (k, m) in place as `imu.dsp.integral.periodic_integral` does."""
    width = rows.shape[1]
    for k in range(len(rows)):
        mean = 0.0
        for i in range(width):
            mean += rows[k, i]
        mean /= count[k, 0]
        total, after = 0.0, 0.0
        for i in range(width):
            value = rows[k, i] - mean if inside[k, i] else 0.0
            total += value
            value = total - value / 2 if inside[k, i] else 0.0
            rows[k, i] = value
            after += value
        after /= count[k, 0]
        for i in range(width):
            if inside[k, i]:
                rows[k, i] -= after
