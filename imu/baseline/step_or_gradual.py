"""A step at one session, or a gradual change up to now: which fits the same sessions better.

Both have one place and one size, so their fits may be compared as they are. Where the better one
is not clearly better, the two cannot be told apart, and that is the answer.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.baseline.conditions import Conditions
from imu.baseline.expected import Cells
from imu.baseline.level_shift import LEAST_BESIDE
from imu.baseline.like_for_like import Model, asked_of, noisiness
from imu.baseline.regression import added, fit
from imu.baseline.weeks import WEEKS, hanging_together, plain_columns, plain_prior
from imu.frames import BoolArray, FloatArray

CLEARLY: Final = 3.0
"""Log likelihood ratio from which on one is said to fit better."""


@dataclass(frozen=True)
class Course:
    """How each cell (c,) changed: `for_step` is the log likelihood ratio of a step to a slope.

    `step_at` is the first session (of all k) after the step, `slope_from` the last one before the
    gradual change; NaN where there are too few sessions.
    """

    for_step: FloatArray
    step_at: FloatArray
    slope_from: FloatArray


def step_or_gradual(
    values: FloatArray,
    conditions: Conditions,
    used: BoolArray,
    cells: Cells,
    *,
    least: int = LEAST_BESIDE,
    model: Model = WEEKS,
) -> Course:
    """Hold a step against a slope up to the last session in `values` (k, c) that are `used` (k, c).

    Either takes `least` used sessions on both sides of its place.
    """
    used = used & np.isfinite(values)
    rows = asked_of(used)
    values, conditions, used = values[rows], conditions.at(rows), used[rows]
    k = len(values)
    place = np.arange(least, k - least + 1)
    if not len(place):
        nothing = np.full(values.shape[1:], np.nan)
        return Course(nothing, nothing, nothing)
    columns, prior = plain_columns(conditions, used), plain_prior(cells, conditions, 0, model)
    among = hanging_together(values, columns, used, conditions.day, prior)
    fitted = fit(values, columns, used, among, prior)
    day = conditions.day[:, None]
    step = (np.arange(k)[:, None] >= place).astype(np.float64)
    slope = np.maximum(day - conditions.day[place - 1], 0.0)
    own = model.weight * (prior.error * noisiness(fitted, prior.error, model)[..., None]) ** 2
    before = np.cumsum(used, axis=0)
    beside = np.minimum(before[place - 1], before[-1] - before[place - 1]).T
    best = []
    for more in (step, slope):
        _, variance, squares = added(fitted, values, columns, used, among, more)
        squares = np.where((beside >= least) & np.isfinite(variance), squares, np.inf)
        at = np.argmin(squares, axis=-1)
        best.append((own + squares.min(axis=-1), at))
    (of_step, at_step), (of_slope, at_slope) = best
    known = np.isfinite(of_step) & np.isfinite(of_slope)
    ratio = np.where(known, of_slope, 1.0) / np.where(known, of_step, 1.0)
    return Course(
        np.where(known, 0.5 * fitted.freedom * np.log(ratio), np.nan),
        np.where(known, rows[place[at_step]], np.nan),
        np.where(known, rows[place[at_slope] - 1], np.nan),
    )
