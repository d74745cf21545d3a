"""Integrals of sampled signals, timed right: a sample holds at an instant, not over a step.

A running sum takes each sample for the mean of the step that ends with it, so it leads the integral
by half a sample: 5 ms at 100 Hz. Here each step has the mean of the curve through its neighbours.
"""

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray


def step_means(x: FloatArray) -> FloatArray:
    """Return the mean of `x` (n, ...) over the step that ends with each sample; the first is 0.

    Of the cubic through the four samples around a step, of a parabola at both ends.
    """
    means = np.empty_like(x)
    means[:1] = 0.0
    steps = means[1:]
    np.add(x[1:], x[:-1], out=steps)
    steps *= 0.5
    if len(steps) > 1:
        change = steps[1:] - steps[:-1]
        change /= 12
        steps[1:-1] += change[:-1]
        steps[1:-1] -= change[1:]
        steps[0] -= (x[0] - 2 * x[1] + x[2]) / 12
        steps[-1] -= (x[-3] - 2 * x[-2] + x[-1]) / 12
    return means


def integral(x: FloatArray) -> FloatArray:
    """Return the integral of `x` (n, ...) from its first sample to each, in samples."""
    return np.asarray(np.cumsum(step_means(x), axis=0))


def turn_rates(rates: FloatArray, *, rate_hz: float) -> FloatArray:
    """Return the constant rates (n, 3) that turn a body as `rates` (n, 3) about its axes do.

    Each over the step that ends with its sample; the first is 0. While the axis itself moves
    (coning), a body turns about one more than the mean of its rates.
    """
    turns = step_means(rates)
    share = 1 / (12 * rate_hz)
    before, after = rates[:-1].T, rates[1:].T
    for axis in range(3):
        one, other = (axis + 1) % 3, (axis + 2) % 3
        coning = before[one] * after[other]
        coning -= before[other] * after[one]
        coning *= share
        turns[1:, axis] += coning
    return turns


def periodic_integral(rows: FloatArray, inside: BoolArray, count: IntArray) -> None:
    """Integrate rows (k, m) in place, each one period with mean 0, in samples: by trapezoids.

    Rows are 0 outside their `count` (k, 1) samples `inside` (k, m), and so is the result; the mean
    is taken out before and after.
    """
    rows -= rows.sum(axis=1, keepdims=True) / count
    rows *= inside
    half = rows / 2
    np.cumsum(rows, axis=1, out=rows)
    rows -= half
    rows *= inside
    rows -= rows.sum(axis=1, keepdims=True) / count
    rows *= inside
