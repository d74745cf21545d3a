"""Prediction interval for the next session of an unchanged runner, under one set of conditions.

Every function works on whole arrays: sessions along the first axis, anything behind it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from imu.frames import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Rules:
    """Constants of the interval.

    `minimum_sessions` are needed to judge. `prior_weight` is the weight of the prior error, in
    sessions. A range holds the share `confidence` of new sessions of an unchanged runner.
    """

    minimum_sessions: int = 5
    prior_weight: float = 4.0
    confidence: float = 0.95


@dataclass(frozen=True)
class Usual:
    """The next session as predicted from past ones; arrays of one shape.

    A new session of an unchanged runner lies within `mean` ± `reach`. `error` is the SD between
    sessions with `freedom` degrees of freedom, `count` the sessions behind it.
    """

    count: IntArray
    mean: FloatArray
    error: FloatArray
    freedom: FloatArray
    reach: FloatArray


def usual(past: npt.ArrayLike, typical_error: npt.ArrayLike, rules: Rules) -> Usual:
    """Return the prediction from `past` (k, ...) sessions; NaN sessions do not count.

    The error is shrunk towards `typical_error` (...), with v = `rules.prior_weight`:
    TE² = (v TE0² + (k - 1) s²) / (v + k - 1); the range is mean ± t TE sqrt(1 + 1/k).
    """
    values = np.asarray(past, dtype=np.float64)
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    squares = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0)
    freedom = rules.prior_weight + np.maximum(count, 1) - 1
    error = np.sqrt((rules.prior_weight * np.square(typical_error) + squares) / freedom)
    reach = stdtrit(freedom, 0.5 + rules.confidence / 2) * error * _widening(count)
    return Usual(count, mean, error, freedom, reach)


def _widening(count: IntArray) -> FloatArray:
    """sqrt(1 + 1/k): the error of the new session and of the mean; NaN without sessions."""
    share = np.divide(1.0, count, out=np.full(np.shape(count), np.nan), where=count > 0)
    return np.asarray(np.sqrt(1.0 + share))


def p_values(today: FloatArray, expected: Usual) -> FloatArray:
    """Return the two-sided p of `today` (...) if nothing has changed."""
    ratio = np.abs(today - expected.mean) / (expected.error * _widening(expected.count))
    return np.asarray(2.0 * stdtr(expected.freedom, -ratio), dtype=np.float64)


def curve_band(past: npt.ArrayLike, rules: Rules | None = None) -> tuple[FloatArray, FloatArray]:
    """Return the usual range, low and high, of each point of (k, ...) past mean curves.

    For display, not a test: somewhere along 101 points an unchanged runner leaves it far more often
    than one run in 20. NaN with fewer than two curves.
    """
    given = rules or Rules()
    alone = Rules(prior_weight=0.0, confidence=given.confidence)
    values = np.asarray(past, dtype=np.float64)
    if len(values) < 2:
        nothing = np.full(values.shape[1:], np.nan)
        return nothing, nothing
    expected = usual(values, 0.0, alone)
    return expected.mean - expected.reach, expected.mean + expected.reach
