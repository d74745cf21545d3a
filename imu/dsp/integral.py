"""Integrals of sampled signals, timed right: a sample holds at an instant, not over a step.

A running sum takes each sample for the mean of the step that ends with it, so it leads the integral
by half a sample: 5 ms at 100 Hz. Here each step has the mean of the curve through its neighbours.
"""

from typing import Final

import numpy as np

from imu import compiled
from imu.dsp.filters import blocks
from imu.frames import BoolArray, FloatArray, IntArray

CUBIC: Final[FloatArray] = np.array([-1.0, 13.0, 13.0, -1.0]) / 24
"""Weights of four samples in the mean of the cubic through them, over the step in the middle."""
LEAST_SAMPLES: Final = 4


def step_means(x: FloatArray) -> FloatArray:
    """Return the mean of `x` (n, ...) over the step that ends with each sample; the first is 0.

    Of the cubic through the four samples around a step, of a parabola at both ends.
    """
    means = np.empty_like(x)
    means[:1] = 0.0
    if len(x) == 2:
        means[1] = x.mean(axis=0)
    if len(x) > 2:
        means[1] = (5 * x[0] + 8 * x[1] - x[2]) / 12
        means[-1] = (5 * x[-1] + 8 * x[-2] - x[-3]) / 12
    if len(x) > 3:
        for part in blocks(len(x) - 3):
            reached = x[part.start : part.stop + 3]
            for axis in np.ndindex(x.shape[1:]):
                mean = np.correlate(reached[(slice(None), *axis)], CUBIC, "valid")
                means[2:-1][(part, *axis)] = mean
    return means


def integral(x: FloatArray) -> FloatArray:
    """Return the integral of `x` (n, ...) from its first sample to each, in samples."""
    if x.ndim > 1 or not compiled.usable(len(x)) or len(x) < LEAST_SAMPLES:
        return np.asarray(np.cumsum(step_means(x), axis=0))
    from imu.compiled.reading import integrate  # it needs numba

    total = np.empty(len(x))
    integrate(np.ascontiguousarray(x), total)
    return total


def double_integral(x: FloatArray) -> FloatArray:
    """Return the integral of the integral of `x` (n, ...), in samples squared; the first is 0.

    The result bends at each sample by what `x` is there (Störmer). Only its bends mean anything: in
    which direction it sets out is arbitrary.
    """
    result = np.zeros_like(x)
    np.cumsum(x[:-1], axis=0, out=result[1:])
    return np.asarray(np.cumsum(result, axis=0, out=result))


def turn_rates(rates: FloatArray, *, rate_hz: float) -> FloatArray:
    """Return the constant rates (n, 3) that turn a body as `rates` (n, 3) about its axes do.

    Each over the step that ends with its sample; the first is 0. While the axis itself moves
    (coning), a body turns about one more than the mean of its rates.
    """
    share, few = 1 / (12 * rate_hz), LEAST_SAMPLES
    if not compiled.usable(len(rates)) or len(rates) < 3 * few:
        return _turns(rates, share)
    from imu.compiled.reading import turn  # it needs numba

    turns = np.empty_like(rates, order="F")
    for axis in range(3):
        x, y, z = (np.ascontiguousarray(rates[:, (axis + k) % 3]) for k in range(3))
        turn(x, y, z, share, turns[:, axis])
    turns[:few] = _turns(rates[: 2 * few], share)[:few]
    turns[-few:] = _turns(rates[-2 * few :], share)[-few:]
    return turns


def _turns(rates: FloatArray, share: float) -> FloatArray:
    """Return the rates of `turn_rates`; `share` is that of the coning."""
    turns = step_means(rates)
    for part in blocks(len(rates) - 1):
        before, after = rates[:-1][part].T, rates[1:][part].T
        for axis in range(3):
            one, other = (axis + 1) % 3, (axis + 2) % 3
            coning = before[one] * after[other]
            coning -= before[other] * after[one]
            coning *= share
            turns[1:, axis][part] += coning
    return turns


def periodic_integral(rows: FloatArray, inside: BoolArray, count: IntArray) -> None:
    """Integrate rows (k, m) in place, each one period with mean 0, in samples: by trapezoids.

    Rows are 0 after their first `count` (k, 1) samples, those `inside` (k, m), and so is the
    result; the mean is taken out before and after.
    """
    if compiled.usable(rows.size):
        from imu.compiled.reading import integrate_periods  # it needs numba

        integrate_periods(rows, count)
        return
    rows -= rows.sum(axis=1, keepdims=True) / count
    rows *= inside
    half = rows / 2
    np.cumsum(rows, axis=1, out=rows)
    rows -= half
    rows *= inside
    rows -= rows.sum(axis=1, keepdims=True) / count
    rows *= inside
