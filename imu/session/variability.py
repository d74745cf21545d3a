"""Variability of strides over a run: coefficient of variation, long-range correlation."""

from typing import Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray

FEWEST_STRIDES: Final = 100
FEWEST_FOR_ALPHA: Final = 500
MOST_UNKNOWN_PCT: Final = 5.0


def variation_pct(strides: FloatArray, time_s: FloatArray, bout: npt.ArrayLike) -> float:
    """Return the coefficient of variation of `strides` (n,), a line through each bout taken out.

    `time_s` and `bout` are (n,). NaN with fewer than 100 known strides.
    """
    known = np.isfinite(strides)
    if known.sum() < FEWEST_STRIDES:
        return float("nan")
    x, group = strides[known], np.unique(np.asarray(bout)[known], return_inverse=True)[1]
    t = _about_mean(time_s[known], group)
    left = _about_mean(x, group)
    spread = np.bincount(group, t * t)
    slope = np.bincount(group, t * left) / np.where(spread > 0, spread, 1.0)
    left = left - slope[group] * t
    spent = 2 * len(spread)  # a mean and a slope per bout
    return float(100.0 * np.sqrt(np.sum(left**2) / max(len(x) - spent, 1)) / np.mean(x))


def _about_mean(x: FloatArray, group: IntArray) -> FloatArray:
    return np.asarray(x - (np.bincount(group, x) / np.bincount(group))[group])


def alpha(x: FloatArray) -> float:
    """Return the DFA exponent of a series (n,): 0.5 without memory, towards 1 the longer it is.

    Windows from 10 to n / 10, sixteen sizes. NaN with fewer than 500 known values or more than
    5 % unknown; the few unknown are passed over.
    """
    known = x[np.isfinite(x)]
    if len(known) < max(FEWEST_FOR_ALPHA, (1 - MOST_UNKNOWN_PCT / 100) * len(x)):
        return float("nan")
    profile = np.cumsum(known - known.mean())
    sizes = np.unique(np.geomspace(10, len(known) // 10, 16).astype(np.int64))
    spread = np.array([_about_lines(profile, int(size)) for size in sizes])
    if not (spread > 0).all():
        return float("nan")
    return float(np.polyfit(np.log(sizes), np.log(spread), 1)[0])


def _about_lines(profile: FloatArray, size: int) -> float:
    """Return the RMS of `profile` about a line in each window of `size`, from both ends."""
    count = len(profile) // size
    windows = np.concatenate([profile[: count * size], profile[len(profile) - count * size :]])
    windows = windows.reshape(-1, size)
    t = np.arange(size) - (size - 1) / 2
    windows = windows - windows.mean(axis=1, keepdims=True)
    windows = windows - np.outer(windows @ t / (t @ t), t)
    return float(np.sqrt(np.mean(windows**2)))
