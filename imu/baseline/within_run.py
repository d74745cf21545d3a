"""Within a run: how each value changes from its beginning to its end, at one pace.

Strides hang together, so the unit is the median of 25 of them (Zandbergen 2023), and what counts
is not whether a run drifts but whether it drifts otherwise than this runner's runs do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.baseline.usual_range import Rules, p_values, usual
from imu.frames import SIDES, FloatArray

STRIDES: Final = 25
LEAST_GROUPS: Final = 9
TEN_MIN_S: Final = 600.0
RULES: Final = Rules()


@dataclass(frozen=True)
class Drift:
    """Change over a run of each metric and side, (m, 2), in the metric's unit, pace taken off.

    `last_less_first` is the median of the last third less that of the first, `per_10_min` the
    median of all pairwise slopes (Theil and Sen). NaN with fewer than nine groups of strides.
    """

    last_less_first: FloatArray
    per_10_min: FloatArray


def drift(
    side: npt.ArrayLike,
    time_s: npt.ArrayLike,
    speed_mps: npt.ArrayLike,
    values: Mapping[str, npt.ArrayLike],
    *,
    per_mps: Mapping[str, float],
) -> Drift:
    """Return the drift over one run from its stances (n,).

    `speed_mps` (n,) is that of each stance, NaN where unknown; `per_mps` is how much each metric
    changes per m/s (the runner's own slope, or that of runners), and takes off the pace.
    """
    sides, time = np.asarray(side), np.asarray(time_s, dtype=np.float64)
    speed = np.asarray(speed_mps, dtype=np.float64)
    out = np.full((2, len(values), 2), np.nan)
    for i, (name, column) in enumerate(values.items()):
        level = np.asarray(column, dtype=np.float64) - per_mps.get(name, 0.0) * _about(speed)
        for j, s in enumerate(SIDES):
            mine = (sides == s) & np.isfinite(level)
            out[:, i, j] = _of_one(time[mine], level[mine])
    return Drift(out[0], out[1])


def _about(speed: FloatArray) -> FloatArray:
    """Return speed less its median; 0 where it is unknown."""
    known = np.isfinite(speed)
    middle = np.median(speed[known]) if known.any() else 0.0
    return np.asarray(np.where(known, speed - middle, 0.0))


def _of_one(time: FloatArray, level: FloatArray) -> tuple[float, float]:
    groups = len(level) // STRIDES
    if groups < LEAST_GROUPS:
        return float("nan"), float("nan")
    whole = slice(groups * STRIDES)
    y = np.median(level[whole].reshape(groups, STRIDES), axis=1)
    t = np.median(time[whole].reshape(groups, STRIDES), axis=1)
    third = groups // 3
    first, last = np.triu_indices(groups, 1)
    slope = np.median((y[last] - y[first]) / (t[last] - t[first]))
    return float(np.median(y[-third:]) - np.median(y[:third])), float(slope * TEN_MIN_S)


@dataclass(frozen=True)
class DriftToday:
    """Today's drift against the drift usual for this runner, (m, 2): range, p, past runs.

    A new run of an unchanged runner drifts by `low` to `high` 19 times out of 20.
    """

    today: FloatArray
    usual: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    runs: FloatArray


def against_usual_drift(
    today: npt.ArrayLike, past: npt.ArrayLike, typical_error: npt.ArrayLike, rules: Rules = RULES
) -> DriftToday:
    """Hold `today` (m, 2) against `past` (k, m, 2) drifts of as many runs; NaN where unknown.

    `typical_error` (m, 2) is what is known beforehand of the SD of drifts between runs.
    """
    now = np.asarray(today, dtype=np.float64)
    expected = usual(past, typical_error, rules)
    known = expected.count >= rules.minimum_sessions
    low, high = expected.mean - expected.reach, expected.mean + expected.reach
    p = np.where(known, p_values(now, expected), np.nan)
    middle, low, high = (np.where(known, v, np.nan) for v in (expected.mean, low, high))
    return DriftToday(now, middle, low, high, p, expected.count.astype(np.float64))
