"""A step at one session, or a gradual change up to now: which fits the same sessions better.

Both have one place and one size, so their fits may be compared as they are. Where the better one
is not clearly better, the two cannot be told apart, and that is the answer.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.baseline.across_weeks.effects import WEEKS
from imu.baseline.across_weeks.level_shift import LEAST_BESIDE, searched
from imu.baseline.conditions import Conditions
from imu.baseline.expected import Cells
from imu.baseline.like_for_like import Model, noisiness
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
    search = searched(values, conditions, used, cells, least=least, model=model)
    if search is None:
        nothing = np.full(values.shape[1:], np.nan)
        return Course(nothing, nothing, nothing)
    place, rows, used, prior, fitted = (
        search.place,
        search.rows,
        search.used,
        search.prior,
        search.fitted,
    )
    day = conditions.day[rows]
    slope = np.maximum(day[:, None] - day[place - 1], 0.0)
    own = model.weight * (prior.error * noisiness(fitted, prior.error, model)[..., None]) ** 2
    before = np.cumsum(used, axis=0)
    beside = np.minimum(before[place - 1], before[-1] - before[place - 1]).T
    best = []
    for more in (search.step, slope):
        _, variance, squares = search.added(more)
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
