"""Today's drift over the run against the drift that is usual for this runner.

What counts is not whether a run drifts but whether it drifts otherwise than this runner's runs of
about the same length do. The drift itself: `imu.session.drift`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.baseline.expected import Expected
from imu.baseline.usual_range import Rules, p_values, usual
from imu.baseline.verdict import RATES, told
from imu.frames import BoolArray, FloatArray

OF_TYPICAL: Final = 0.5
"""SD of drifts between runs, in typical errors between sessions: no strap is touched in between."""
LONGER: Final = 2.0
"""Runs up to so many times as long or as short are held against each other."""
RULES: Final = Rules()


@dataclass(frozen=True)
class DriftToday:
    """Today's drift against the drift usual for this runner, (m, 2): range, p, past runs.

    A new run of an unchanged runner drifts by `low` to `high` 19 times out of 20. `named` is what
    is told from that, all measures judged together.
    """

    today: FloatArray
    usual: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    runs: FloatArray
    named: BoolArray


def against_usual_drift(
    today: npt.ArrayLike,
    past: npt.ArrayLike,
    metrics: Mapping[str, Expected],
    rules: Rules = RULES,
    *,
    rate: float = RATES.drift,
) -> DriftToday:
    """Hold `today` (m, 2) against `past` (k, m, 2) drifts of as many runs; NaN where unknown.

    Both are at one pace, in the order of the m `metrics`. What a belt that creeps moves on both
    legs alike is shown and never named.
    """
    now = np.asarray(today, dtype=np.float64)
    known_error = [OF_TYPICAL * e.typical_error for e in metrics.values()]
    expected = usual(past, np.array(known_error)[:, None], rules)
    known = expected.count >= rules.minimum_sessions
    low, high = expected.mean - expected.reach, expected.mean + expected.reach
    p = np.where(known, p_values(now, expected), np.nan)
    middle, low, high = (np.where(known, v, np.nan) for v in (expected.mean, low, high))
    named = _named(p, metrics, rate)
    return DriftToday(now, middle, low, high, p, expected.count.astype(np.float64), named)


def _named(p_value: FloatArray, metrics: Mapping[str, Expected], rate: float) -> BoolArray:
    families = [e.family for e in metrics.values()]
    number = {family: i for i, family in enumerate(dict.fromkeys(families))}
    belt = np.array([e.moved_by_belt for e in metrics.values()])
    tested = np.where(belt[:, None], np.nan, p_value)
    of_cells = np.repeat(np.array([number[f] for f in families]), p_value.shape[1])
    return told(tested.ravel(), of_cells, rate).reshape(p_value.shape)


def as_long(running_s: npt.ArrayLike, past_s: npt.ArrayLike) -> BoolArray:
    """Return which past runs, lasting `past_s` (k,), are about as long as today's `running_s`.

    Who tires drifts by more in a longer run. An unknown length is as long as none.
    """
    ratio = np.asarray(past_s, dtype=np.float64) / np.asarray(running_s, dtype=np.float64)
    return np.asarray((ratio >= 1.0 / LONGER) & (ratio <= LONGER))
