"""Today against the runner's own past, under today's own conditions.

The session is the unit. The level is that of a reference period which does not creep: runs after
it teach slopes, shoes and error, each stretch of them at a level of its own. A run outside that is
followed by another outside never enters the reference.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import stdtr, stdtrit

from imu.baseline.conditions import (
    UNKNOWN,
    UNKNOWN_GRADE_PCT,
    UNKNOWN_PACE_MPS,
    Conditions,
    comparable,
)
from imu.baseline.expected import Cells, prior_of
from imu.baseline.regression import Fit, Predicted, Prior, between_days, fit, predict
from imu.frames import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Model:
    """Constants of the comparison.

    `reference` runs make the reference, `least` are needed to judge. `weight` is that of the known
    error in sessions. `tail` caps the degrees of freedom of a prediction: single days fall far out
    more often than a normal distribution says. Such a Student t is wider than its scale, which is
    `spread` of the estimated error. `day_share` of the variance is that of days that
    hang together over `day_span` days. `runner_weight` is how many cells' worth of knowledge the
    average runner is, against this runner's own noisiness. `later` runs after the reference share
    one level. A run enters the reference unless its p is below `strange` twice in a row.
    """

    least: int = 5
    reference: int = 12
    weight: float = 4.0
    tail: float = 6.0
    spread: float = 0.9
    day_share: float = 0.35
    day_span: float = 10.0
    runner_weight: float = 20.0
    later: int = 6
    strange: float = 0.01


MODEL: Final = Model()
AT_ONCE: Final = 50
"""Sessions that are judged together: matrices of all pairs of many are large."""


@dataclass(frozen=True)
class Departures:
    """How far n sessions lie from what is usual, (n, ..., c); NaN where it cannot be known.

    `expected` is the usual value under the session's own conditions, `error` the SD of one session
    against it and `scale` the runner's typical error, `freedom` of the Student t. `p_value` is
    two-sided. `widening` (..., c, n, n) times `scale`² is the covariance of the departures.
    `comparable` (n, ...) is the place in `conditions.COMPARABLE`, `shoes_said` (n, ...) tells
    whether the pair was; `sessions` (..., c) are those behind the level, `fitted` the fit.
    """

    value: FloatArray
    expected: FloatArray
    error: FloatArray
    scale: FloatArray
    freedom: FloatArray
    p_value: FloatArray
    widening: FloatArray
    comparable: IntArray
    shoes_said: BoolArray
    sessions: FloatArray
    fitted: Fit

    @property
    def departure(self) -> FloatArray:
        """Value less expectation."""
        return self.value - self.expected

    def reach(self, confidence: float = 0.95) -> FloatArray:
        """Half the width of the range of a new session of an unchanged runner."""
        return np.asarray(self.error * stdtrit(self.freedom, 0.5 + confidence / 2))


def design(conditions: Conditions, *, pace_mps: FloatArray, later: IntArray) -> FloatArray:
    """Return the columns (k, ..., p) of sessions; see `expected.prior_of`.

    Pace counts from `pace_mps`. An unknown pace or grade stands for the usual one. `later`
    (k, ...) is 0 in the reference and numbers the stretches after it.
    """
    speed = np.nan_to_num(conditions.speed_mps - pace_mps)
    grade = np.nan_to_num(conditions.grade_pct)
    fixed = [np.ones(speed.shape), speed, speed**2, np.maximum(grade, 0), np.minimum(grade, 0)]
    kinds = [conditions.shoes == i for i in range(_count(conditions.shoes))]
    kinds += [conditions.surface == i for i in range(_count(conditions.surface))]
    kinds += [later == i + 1 for i in range(int(later.max(initial=0)))]
    return np.stack([*fixed, *(kind.astype(np.float64) for kind in kinds)], axis=-1)


def _count(codes: IntArray) -> int:
    return int(codes.max(initial=UNKNOWN)) + 1


def departures(
    values: FloatArray,
    conditions: Conditions,
    used: BoolArray,
    new: IntArray,
    cells: Cells,
    model: Model = MODEL,
    reference: BoolArray | None = None,
) -> Departures:
    """Hold the sessions `new` (n,) against those `used` (k, ..., c), by number.

    `values` (k, ..., c) are all sessions, oldest first (see `expected.stacked`), NaN where not
    measured. Those of `new` are left out of `used`. The level is that of the runs chosen as
    `reference` (k, ...), or else of the first `model.reference` that are used.
    """
    used = used & np.isfinite(values)
    used[new] = False
    return _held(values, conditions, used, new, cells, model, reference)


def _held(
    values: FloatArray,
    conditions: Conditions,
    used: BoolArray,
    new: IntArray,
    cells: Cells,
    model: Model,
    reference: BoolArray | None = None,
) -> Departures:
    any_cell = np.asarray(used.any(axis=-1))
    later = stretches(any_cell, model, reference)
    pace_mps = _mean(conditions.speed_mps, any_cell)
    columns = design(conditions, pace_mps=pace_mps, later=later)
    counted = [_count(conditions.shoes), _count(conditions.surface), int(later.max(initial=0))]
    error = np.array([e.typical_error for e in cells.expected])
    prior = prior_of(
        cells,
        shoes=counted[0],
        surfaces=counted[1],
        later=counted[2],
        weight=model.weight,
        error=error,
    )
    day = conditions.day
    among = between_days(day, day, model.day_share, model.day_span)
    rows = asked_of(used)
    first = fit(values[rows], columns[rows], used[rows], among[..., rows, :][..., rows], prior)
    own = error * noisiness(first, error, model)[..., None]
    scale2 = (model.weight * own**2 + first.squares) / first.freedom
    fitted = replace(first, scale2=scale2)
    usual = columns[new]
    usual[..., columns.shape[-1] - counted[2] :] = 0.0
    with_past = among[..., rows, :][..., :, new]
    said = predict(fitted, usual, with_past, among[..., new, :][..., :, new])
    said = _widened(said, fitted, conditions.at(new), prior)
    of_level = (used & (later == 0)[..., None]).sum(axis=0)
    reachable = comparable(conditions, any_cell, conditions.at(new))
    shoes_said = conditions.shoes[new] != UNKNOWN
    return _departures(values[new], said, fitted, of_level, model, reachable, shoes_said)


def members(
    values: FloatArray, conditions: Conditions, cells: Cells, model: Model = MODEL
) -> BoolArray:
    """Return which sessions count as past ones, (k, ..., c); each decided without later ones.

    A run far outside is left out if the run before or after it lies outside too; one odd run alone
    counts. While the reference grows, each run is judged by the runs before it, later ones by the
    reference: a change that lasts must neither move the level nor widen the range it is judged by.
    """
    measured = np.isfinite(values)
    used, inside = measured.copy(), np.ones(measured.shape, dtype=bool)
    for j in range(model.least, len(values)):
        if np.all(used[:j].any(axis=-1).sum(axis=0) >= model.reference):
            break
        known = slice(j + 1)
        held = departures(
            values[known], conditions.at(known), used[known], np.array([j]), cells, model
        )
        inside[j] = ~(held.p_value[0] < model.strange)
        used[j - 1] = measured[j - 1] & (inside[j - 1] | (inside[j] & inside[j - 2]))
        used[j] &= inside[j]
    later = stretches(np.asarray(used.any(axis=-1)), model, None)[..., None] > 0
    if len(values) > 1 and later.any():
        first = used & ~later
        p_value = [
            _held(values, conditions, first, some, cells, model).p_value
            for some in np.array_split(np.arange(len(values)), -(-len(values) // AT_ONCE))
        ]
        inside = np.where(later, ~(np.concatenate(p_value) < model.strange), inside)
        beside = np.ones(inside.shape, dtype=bool)
        beside[1:-1] = inside[:-2] & inside[2:]
        beside[-1] = inside[-2]
        used = np.where(later, measured & (inside | beside), used)
    return used


def _departures(
    value: FloatArray,
    said: Predicted,
    fitted: Fit,
    of_level: IntArray,
    model: Model,
    reachable: IntArray,
    shoes_said: BoolArray,
) -> Departures:
    freedom = np.minimum(fitted.freedom, model.tail)
    error = model.spread * said.error
    ratio = np.abs(value - said.expected) / error
    judged = (of_level >= model.least) & (reachable == 0)[..., None]
    p_value = np.where(judged, 2.0 * stdtr(freedom, -ratio), np.nan)
    return Departures(
        value,
        said.expected,
        error,
        model.spread * np.sqrt(fitted.scale2),
        freedom,
        p_value,
        said.widening,
        reachable,
        shoes_said,
        of_level.astype(np.float64),
        fitted,
    )


def _widened(said: Predicted, fitted: Fit, new: Conditions, prior: Prior) -> Predicted:
    """Return the prediction with what an uncertain pace or unknown grade adds to its error."""
    of_slopes = fitted.slope**2 + np.minimum(prior.slope_sd, 1e6) ** 2
    off_mps = np.where(np.isnan(new.speed_mps), UNKNOWN_PACE_MPS, new.index_error_mps)
    pace = of_slopes[..., 1] * off_mps[..., None] ** 2
    grade = np.isnan(new.grade_pct)[..., None] * of_slopes[..., 3] * UNKNOWN_GRADE_PCT**2
    return replace(said, error=np.sqrt(said.error**2 + pace + grade))


def stretches(used: BoolArray, model: Model, reference: BoolArray | None) -> IntArray:
    """Return 0 for the reference and 1, 2, ... for stretches of the other runs, (k, ...)."""
    mine = used & (np.cumsum(used, axis=0) <= model.reference) if reference is None else reference
    other = np.cumsum(used & ~mine, axis=0)
    return np.where(mine, 0, 1 + (np.maximum(other, 1) - 1) // model.later)


def asked_of(used: BoolArray) -> IntArray:
    """Return the numbers (j,) of sessions of `used` (k, ...) that anybody uses.

    Matrices of the others would be made for nothing.

    All of them where nobody uses any.
    """
    rows = np.flatnonzero(used.reshape(len(used), -1).any(axis=-1))
    return rows if len(rows) else np.arange(len(used))


def _mean(values: FloatArray, used: BoolArray) -> FloatArray:
    known = used & np.isfinite(values)
    count = np.maximum(known.sum(axis=0), 1)
    return np.asarray(np.where(known, values, 0.0).sum(axis=0) / count)


def noisiness(fitted: Fit, error: FloatArray, model: Model) -> FloatArray:
    """Return this runner's error over the typical one, all cells together, (...,).

    Runners differ in how steadily they run and strap; one factor for all cells is known long
    before each cell's own error is.
    """
    weight = model.runner_weight
    own = fitted.freedom - model.weight
    squares = (fitted.squares / error**2).sum(axis=-1)
    cells = max(error.shape[-1], 1)
    return np.asarray(np.sqrt((weight + squares / cells * 4) / (weight + own.sum(-1) / cells * 4)))
