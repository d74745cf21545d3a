"""Integrals of a signal, and its values at many places, in one pass each."""

import numpy as np

from imu.compiled.just_in_time import compiled
from imu.frames import FloatArray, IntArray


@compiled
def read(x: FloatArray, position: FloatArray, value: FloatArray) -> None:  # pragma: no cover
    """Write `x` (n,) at fractional positions (k,), linear; NaN outside or unknown."""
    last = len(x) - 1
    for i in range(len(position)):
        at = position[i]
        if 0 <= at <= last:
            low = int(at) if at < last else last - 1
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
def turn(
    x: FloatArray, y: FloatArray, z: FloatArray, share: float, turns: FloatArray
) -> None:  # pragma: no cover
    """Write what `imu.dsp.integral.turn_rates` makes of rates about `x` (n,), but at both ends.

    `y` and `z` (n,) are those about the axes that follow; `share` is that of their coning.
    """
    for i in range(len(x) - 3):
        mean = (13 * (x[i + 1] + x[i + 2]) - (x[i] + x[i + 3])) / 24
        turns[i + 2] = mean + share * (y[i + 1] * z[i + 2] - z[i + 1] * y[i + 2])


@compiled
def integrate_periods(rows: FloatArray, count: IntArray) -> None:  # pragma: no cover
    """Integrate the first `count` (k, 1) of each of the rows (k, m) in place, and no others.

    As `imu.dsp.integral.periodic_integral` does.
    """
    for k in range(len(rows)):
        period, mean, after, total = count[k, 0], 0.0, 0.0, 0.0
        for i in range(period):
            mean += rows[k, i]
        mean /= period
        for i in range(period):
            value = rows[k, i] - mean
            total += value
            rows[k, i] = total - value / 2
            after += rows[k, i]
        after /= period
        for i in range(period):
            rows[k, i] -= after
