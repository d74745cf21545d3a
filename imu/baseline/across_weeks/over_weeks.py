"""What has changed over weeks: three questions to the same sessions, answered together.

Does a value rise or fall of late; is there a day from which on it lies elsewhere; do the last runs
lie off the reference, which does not creep? A change that is there shows in more than one of them,
so they are tested as one: each family once, over all its cells and all three questions.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.baseline.across_weeks.effects import (
    DAYS_A_WEEK,
    WEEKS,
    Effect,
    lasting,
    trend,
)
from imu.baseline.across_weeks.level_shift import level_shift
from imu.baseline.conditions import Conditions
from imu.baseline.expected import Cells
from imu.baseline.like_for_like import Model
from imu.baseline.verdict import RATES, Rates, told
from imu.frames import BoolArray, FloatArray

TREND_WEEKS: Final = 12.0
"""A trend is that of the weeks before the last run; older runs do not say what goes on."""
SHIFT_RUNS: Final = 60
"""The last runs among which a level shift is looked for: the search pays for each place."""


@dataclass(frozen=True)
class Answer:
    """One question's answer for each cell, (..., c): effect, 95 % interval, whether it is named.

    `low` to `high` counts what the question searched through; `runs` (k, ...) are those it asked.
    """

    effect: Effect
    low: FloatArray
    high: FloatArray
    named: BoolArray
    runs: BoolArray


@dataclass(frozen=True)
class OverWeeks:
    """What is said over weeks.

    `trend` is per week, of the last `TREND_WEEKS`; `shift` the step at the session numbered
    `at` (..., c); `lasting` how far the last runs lie from the reference.
    """

    trend: Answer
    shift: Answer
    at: FloatArray
    lasting: Answer


def over_weeks(
    values: FloatArray,
    conditions: Conditions,
    used: BoolArray,
    cells: Cells,
    *,
    reference: BoolArray | None = None,
    since: BoolArray | None = None,
    model: Model = WEEKS,
    rates: Rates = RATES,
) -> OverWeeks:
    """Ask all three of `values` (k, ..., c), of those sessions that are `used` (k, ..., c).

    `reference` (k, ...) are the sessions that the runner chose as usual, else the first that
    count. `since` (k, ...) are those of which trend and shift are asked, else the last weeks and
    the last runs.
    """
    used = used & np.isfinite(values)
    counts = np.asarray(used.any(axis=-1))
    recent = counts & (_of_late(conditions, counts) if since is None else since)
    searched = counts & (_last(counts, SHIFT_RUNS) if since is None else since)
    rises = trend(values, conditions, used & recent[..., None], cells, model)
    step = level_shift(values, conditions, used & searched[..., None], cells, model=model)
    off = lasting(values, conditions, used, cells, reference=reference, model=model)
    p_value = np.concatenate([rises.p_value, step.effect.p_value, off.p_value], axis=-1)
    found = told(p_value, np.tile(cells.family, 3), rates.weeks)
    of_trend, of_shift, of_lasting = np.split(found, 3, axis=-1)
    return OverWeeks(
        Answer(rises, rises.low, rises.high, of_trend, recent),
        Answer(step.effect, step.low, step.high, of_shift, searched),
        step.session,
        Answer(off, off.low, off.high, of_lasting, counts),
    )


def _of_late(conditions: Conditions, counts: BoolArray) -> BoolArray:
    """Return the sessions (k, ...) of the weeks before the last one that counts."""
    last = np.where(counts, conditions.day, -np.inf).max(axis=0, initial=-np.inf)
    return np.asarray(conditions.day >= last - TREND_WEEKS * DAYS_A_WEEK)


def _last(counts: BoolArray, runs: int) -> BoolArray:
    return np.asarray(counts.sum(axis=0) - np.cumsum(counts, axis=0) < runs)
