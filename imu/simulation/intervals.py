"""A signal looked at in many intervals at once: highest value, value at an instant, integral."""

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray


def rows(time_s: FloatArray, start_s: FloatArray, stop_s: FloatArray) -> tuple[IntArray, BoolArray]:
    """Return indices (k, m) of the samples of a uniform grid in each interval, and which count."""
    first = np.searchsorted(time_s, start_s)
    stop = np.searchsorted(time_s, stop_s, side="right")
    index = first[:, None] + np.arange(int(np.max(stop - first, initial=1)))
    return np.minimum(index, len(time_s) - 1), index < stop[:, None]


def highest(
    time_s: FloatArray, x: FloatArray, start_s: FloatArray, stop_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the highest value of `x` (n,) in each interval and its instant (parabola)."""
    index, inside = rows(time_s, start_s, stop_s)
    best = np.where(inside, x[index], -np.inf).argmax(axis=1)
    at = np.clip(index[np.arange(len(index)), best], 1, len(x) - 2)
    before, here, after = x[at - 1], x[at], x[at + 1]
    bend = before - 2 * here + after
    shift = np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, 1.0), 0.0)
    step_s = time_s[1] - time_s[0]
    peak_s = time_s[at] + np.where(np.abs(shift) <= 1, shift, 0.0) * step_s
    return here, np.clip(peak_s, start_s, stop_s)


def lowest(
    time_s: FloatArray, x: FloatArray, start_s: FloatArray, stop_s: FloatArray
) -> FloatArray:
    """Return the lowest value of `x` (n,) in each interval."""
    return -highest(time_s, -x, start_s, stop_s)[0]


def integral(time_s: FloatArray, x: FloatArray) -> FloatArray:
    """Return the running integral (n,) of `x` over `time_s`, by trapezoids."""
    step_s = time_s[1] - time_s[0]
    return np.asarray(np.concatenate([[0.0], np.cumsum((x[1:] + x[:-1]) / 2)]) * step_s)
