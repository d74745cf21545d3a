"""A change of level among sessions: where it lies most likely, paid for by all the places tried."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import stdtr, stdtrit

from imu.baseline.across_weeks.effects import (
    WEEKS,
    Effect,
    hanging_together,
    plain_columns,
    plain_prior,
)
from imu.baseline.conditions import Conditions
from imu.baseline.expected import Cells
from imu.baseline.like_for_like import Model, asked_of, noisiness
from imu.baseline.regression import Fit, Prior, added, fit
from imu.frames import BoolArray, FloatArray, IntArray

LEAST_BESIDE: Final = 4
"""Runs on either side of a level shift."""


@dataclass(frozen=True)
class Shift:
    """A change of level: before which session (..., c) it is most likely, how large, how sure.

    `effect.p_value` and `low` to `high`, the 95 % interval, count all the `places` (..., c) that
    were tried.
    """

    session: FloatArray
    effect: Effect
    places: FloatArray

    @property
    def low(self) -> FloatArray:
        """Lower end of the 95 % interval."""
        return np.asarray(self.effect.size - self._reach)

    @property
    def high(self) -> FloatArray:
        """Upper end of the 95 % interval."""
        return np.asarray(self.effect.size + self._reach)

    @property
    def _reach(self) -> FloatArray:
        share = 1.0 - 0.025 / np.maximum(self.places, 1.0)
        return np.asarray(stdtrit(self.effect.freedom, share) * self.effect.error)


@dataclass(frozen=True)
class Search:
    """The sessions among which a change is sought, the places to try, and the fit without one.

    `rows` are the numbers of the j sessions that anybody uses; `values` and `used` (j, ..., c) are
    theirs, `place` (p,) the first session after each place.
    """

    values: FloatArray
    used: BoolArray
    rows: IntArray
    place: IntArray
    columns: FloatArray
    among: FloatArray
    prior: Prior
    fitted: Fit

    @property
    def step(self) -> FloatArray:
        """A step at each place, (j, p)."""
        return (np.arange(len(self.values))[:, None] >= self.place).astype(np.float64)

    def added(self, more: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return what each of the columns `more` (j, p) would do; see `regression.added`."""
        return added(self.fitted, self.values, self.columns, self.used, self.among, more)


def searched(
    values: FloatArray,
    conditions: Conditions,
    used: BoolArray,
    cells: Cells,
    *,
    least: int,
    model: Model,
) -> Search | None:
    """Return what a search for a change begins with; None where there is no place for one."""
    used = used & np.isfinite(values)
    rows = asked_of(used)
    values, conditions, used = values[rows], conditions.at(rows), used[rows]
    place = np.arange(least, len(values) - least + 1)
    if not len(place):
        return None
    columns, prior = plain_columns(conditions, used), plain_prior(cells, conditions, 0, model)
    among = hanging_together(values, columns, used, conditions.day, prior)
    fitted = fit(values, columns, used, among, prior)
    return Search(values, used, rows, place, columns, among, prior, fitted)


def level_shift(
    values: FloatArray,
    conditions: Conditions,
    used: BoolArray,
    cells: Cells,
    *,
    least: int = LEAST_BESIDE,
    model: Model = WEEKS,
) -> Shift:
    """Return the most likely change of level, with at least `least` used sessions on either side.

    Each used session is tried; the smallest p is multiplied by the number of places (Bonferroni),
    so the search is paid for. Looks at raw session values: smoothed ones always seem to shift.
    """
    search = searched(values, conditions, used, cells, least=least, model=model)
    if search is None:
        nothing = np.full(values.shape[1:], np.nan)
        return Shift(nothing, Effect(nothing, nothing, nothing, nothing, nothing), nothing)
    place, rows, used, prior, fitted = (
        search.place,
        search.rows,
        search.used,
        search.prior,
        search.fitted,
    )
    size, variance, squares = search.added(search.step)
    own = prior.error * noisiness(fitted, prior.error, model)[..., None]
    scale2 = (model.weight * own**2)[..., None] + squares
    error = model.spread * np.sqrt(variance * scale2 / (fitted.freedom[..., None] - 1.0))
    freedom = np.minimum(fitted.freedom - 1.0, model.tail)
    p_value = 2.0 * stdtr(freedom[..., None], -np.abs(size) / error)
    before = np.cumsum(used, axis=0)
    beside = np.minimum(before[place - 1], before[-1] - before[place - 1])
    tried = np.moveaxis(used[place] & (beside >= least), 0, -1)
    p_value = np.where(tried, p_value, np.nan)
    best = np.argmin(np.where(np.isfinite(p_value), p_value, 2.0), axis=-1)[..., None]
    size, error, p_value = (
        np.take_along_axis(v, best, axis=-1)[..., 0] for v in (size, error, p_value)
    )
    places = tried.sum(axis=-1).astype(np.float64)
    size = np.where(places > 0, size, np.nan)
    paid = np.minimum(p_value * places, 1.0)
    at = np.where(places > 0, rows[best[..., 0] + least], np.nan)
    return Shift(at, Effect(size, error, freedom, paid, fitted.sessions), places)
