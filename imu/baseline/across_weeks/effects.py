"""Over weeks: trend, two periods, and how far the last runs lie off the reference.

All are one regression: session values on their conditions, with one more column whose coefficient
is asked for (weeks, or a period). Days that hang together and odd days are respected as they are
for a single run; no session is taken for more than one.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import stdtr, stdtrit

from imu.baseline.conditions import UNKNOWN, Conditions
from imu.baseline.expected import Cells, prior_of
from imu.baseline.like_for_like import Model, asked_of, design, noisiness, stretches
from imu.baseline.regression import Prior, between_days, evidence, fit
from imu.frames import BoolArray, FloatArray

WEEKS: Final = Model(day_span=12.0, tail=20.0, spread=1.0)
"""Means and slopes of many runs are nearer to normal than one run is."""
DAYS_A_WEEK: Final = 7.0
ODD: Final = 1.5
"""Errors beyond which a session counts less (Huber)."""
REWEIGHTED: Final = 3
MAD: Final = 0.6745
"""Median of the absolute deviations of a normal distribution, in SD."""
LAST_RUNS: Final = 6
LEAST_RUNS: Final = 5
"""Of a trend or two periods: level, what is asked, and three for the error."""
HANGING: Final = (
    (0.1, 12.0),
    (0.3, 12.0),
    (0.5, 12.0),
    (0.7, 12.0),
    (0.3, 25.0),
    (0.6, 25.0),
    (0.5, 5.0),
    (0.9, 5.0),
)
"""Shares of the variance that hang together, and over how many days; equally likely beforehand."""
INDEPENDENT: Final = 8


@dataclass(frozen=True)
class Effect:
    """One coefficient of each cell, (..., c), in the metric's unit; NaN where it is not known.

    `error` is its standard error, `p_value` two-sided against no effect; `low` to `high` is the
    95 % interval. `sessions` (..., c) are behind it.
    """

    size: FloatArray
    error: FloatArray
    freedom: FloatArray
    p_value: FloatArray
    sessions: FloatArray

    @property
    def low(self) -> FloatArray:
        """Lower end of the 95 % interval."""
        return np.asarray(self.size - stdtrit(self.freedom, 0.975) * self.error)

    @property
    def high(self) -> FloatArray:
        """Upper end of the 95 % interval."""
        return np.asarray(self.size + stdtrit(self.freedom, 0.975) * self.error)


def trend(
    values: FloatArray,
    conditions: Conditions,
    used: BoolArray,
    cells: Cells,
    model: Model = WEEKS,
) -> Effect:
    """Return the change per week of `values` (k, ..., c) over the sessions `used` (k, ..., c)."""
    weeks = (conditions.day - conditions.day.mean(axis=0)) / DAYS_A_WEEK
    return effect(values, conditions, used, weeks[..., None], cells, model)


def between_periods(
    values: FloatArray,
    conditions: Conditions,
    first: BoolArray,
    second: BoolArray,
    used: BoolArray,
    cells: Cells,
    model: Model = WEEKS,
) -> Effect:
    """Return how far the sessions `second` (k, ...) lie from those of `first`, under one condition.

    Of those only the sessions that are `used` (k, ..., c). Periods must not overlap: raises
    ValueError.
    """
    if np.any(first & second):
        raise ValueError("a run lies in both periods; give two periods without common runs")
    theirs = used & (first | second)[..., None]
    return effect(values, conditions, theirs, second[..., None].astype(np.float64), cells, model)


def lasting(
    values: FloatArray,
    conditions: Conditions,
    used: BoolArray,
    cells: Cells,
    *,
    reference: BoolArray | None = None,
    last: int = LAST_RUNS,
    model: Model = WEEKS,
) -> Effect:
    """Return how far the last runs lie from the reference, which does not creep.

    The reference is what the runner chose (k, ...), else the first `model.reference` sessions that
    are `used` (k, ..., c), which are all that may count, changed or not. NaN while the two would
    overlap.
    """
    counts = np.asarray(used.any(axis=-1))
    usual = counts & (stretches(counts, model, reference) == 0)
    to_come = counts.sum(axis=0) - np.cumsum(counts, axis=0)
    recent = counts & (to_come < last) & ~usual
    found = between_periods(values, conditions, usual, recent, used, cells, model)
    apart = (recent.sum(axis=0) == last)[..., None]
    return replace(
        found,
        size=np.where(apart, found.size, np.nan),
        p_value=np.where(apart, found.p_value, np.nan),
    )


def effect(
    values: FloatArray,
    conditions: Conditions,
    used: BoolArray,
    asked: FloatArray,
    cells: Cells,
    model: Model = WEEKS,
) -> Effect:
    """Return the coefficient of the first of the columns `asked` (k, ..., q), all left to the data.

    It is known where three sessions more than free columns are used.
    """
    used = used & np.isfinite(values)
    rows = asked_of(used)
    values, conditions, used, asked = values[rows], conditions.at(rows), used[rows], asked[rows]
    plain = plain_columns(conditions, used)
    columns = np.concatenate([plain, asked], axis=-1)
    prior = plain_prior(cells, conditions, asked.shape[-1], model)
    among = hanging_together(values, columns, used, conditions.day, prior)
    first = fit(values, columns, used, among, prior)
    fitted = first
    for _ in range(REWEIGHTED):
        rest = values - np.einsum("k...p,...cp->k...c", columns, fitted.slope)
        oddness = _oddness(np.where(used, rest, np.nan), prior.error)
        fitted = fit(values, columns, used, among, prior, oddness=oddness)
    own = prior.error * noisiness(first, prior.error, model)[..., None]
    scale2 = (model.weight * own**2 + first.squares) / first.freedom
    at = plain.shape[-1]
    error = model.spread * np.sqrt(fitted.inverse[..., at, at] * scale2)
    enough = first.freedom - model.weight >= LEAST_RUNS - 2
    freedom = np.minimum(first.freedom, model.tail)
    coefficient = np.where(enough, fitted.slope[..., at], np.nan)
    p_value = 2.0 * stdtr(freedom, -np.abs(coefficient) / error)
    return Effect(coefficient, error, freedom, p_value, fitted.sessions)


def _oddness(rest: FloatArray, error: FloatArray) -> FloatArray:
    """Return by how much the variance of each residual (k, ..., c) grows for being far out."""
    known = np.isfinite(rest).any(axis=0)
    middle = np.nanmedian(np.where(known, np.abs(rest), 0.0), axis=0) / MAD
    size = np.abs(np.nan_to_num(rest)) / np.maximum(middle, 0.5 * error)
    return np.asarray(np.maximum(size / ODD, 1.0))


def hanging_together(
    values: FloatArray, columns: FloatArray, used: BoolArray, day: FloatArray, prior: Prior
) -> FloatArray:
    """Return the correlation of this runner's sessions (..., k, k), learned from all cells.

    The mean of those in `HANGING`, weighted by how likely each makes the values; the cells together
    count as `INDEPENDENT`.
    """
    tried = [between_days(day, day, share, span) for share, span in HANGING]
    said = []
    for among in tried:
        of_cells = evidence(fit(values, columns, used, among, prior), values, used, among, prior)
        said.append(of_cells.mean(axis=-1) * min(INDEPENDENT, of_cells.shape[-1]))
    log = np.stack(said)
    chance = np.exp(log - log.max(axis=0))
    chance = chance / chance.sum(axis=0)
    return np.asarray(sum(c[..., None, None] * k for c, k in zip(chance, tried, strict=True)))


def plain_columns(conditions: Conditions, used: BoolArray) -> FloatArray:
    """Return the columns of `design` (k, ..., p), all sessions at one level."""
    counts = np.asarray(used.any(axis=-1))
    pace = np.where(counts & np.isfinite(conditions.speed_mps), conditions.speed_mps, np.nan)
    known = np.maximum(np.isfinite(pace).sum(axis=0), 1)
    level = np.zeros(counts.shape, dtype=np.int64)
    return design(conditions, pace_mps=np.nansum(pace, axis=0) / known, later=level)


def plain_prior(cells: Cells, conditions: Conditions, asked: int, model: Model) -> Prior:
    """Return what is known beforehand of `plain_columns` and `asked` more, left to the data."""
    return prior_of(
        cells,
        shoes=int(conditions.shoes.max(initial=UNKNOWN)) + 1,
        surfaces=int(conditions.surface.max(initial=UNKNOWN)) + 1,
        later=asked,
        weight=model.weight,
        error=np.array([e.typical_error for e in cells.expected]),
    )
