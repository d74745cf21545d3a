"""The recent average against the reference, and whether a change went in a step or gradually.

Each athlete is asked alone, as `midstance trend` asks it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from imu.baseline.across_weeks.running_average import running_average
from imu.baseline.across_weeks.step_or_gradual import CLEARLY, step_or_gradual
from imu.baseline.conditions import Conditions
from imu.baseline.expected import stacked
from imu.frames import BoolArray, FloatArray
from pipelines.validate.baseline.athletes import LEFT, Athletes, Habits, changed
from pipelines.validate.baseline.mixes import some
from pipelines.validate.baseline.population import METRICS, PATTERN
from pipelines.validate.baseline.reports import CELLS

REFERENCE: Final = 12
WITHIN: Final = 10
STEP_ERRORS: Final = 3.0
OF_AVERAGE: Final = "pelvic_drop_deg"
Kind = Literal["step", "gradual"]


def _each(athletes: Athletes) -> Iterator[tuple[FloatArray, Conditions]]:
    """Yield the values (k, c) and conditions of each athlete."""
    y = stacked(athletes.values, METRICS, PATTERN)
    for a in range(y.shape[1]):
        yield y[:, a], athletes.conditions.at((slice(None), a))


@dataclass(frozen=True)
class Average:
    """Shares of athletes: beyond a limit though unchanged; a lasting step found in time."""

    wrong: float
    found: float


def recent_average(seed: int, count: int) -> Average:
    """Average the runs after the reference, of unchanged athletes and after a lasting step."""
    athletes = some(seed, count, REFERENCE + WITHIN, Habits())
    step = STEP_ERRORS * METRICS[OF_AVERAGE].typical_error * LEFT
    stepped = changed(athletes, {OF_AVERAGE: step}, since=REFERENCE)
    cell = CELLS.names.index((OF_AVERAGE, "left"))
    wrong = [_beyond(y, under)[-1].any() for y, under in _each(athletes)]
    found = [_beyond(y, under)[:, cell].any() for y, under in _each(stepped)]
    return Average(float(np.mean(wrong)), float(np.mean(found)))


def _beyond(values: FloatArray, conditions: Conditions) -> BoolArray:
    """Return where the average lies beyond its limit after each run after the reference, (n, c)."""
    reference = np.arange(len(values)) < REFERENCE
    of = running_average(values, conditions, np.isfinite(values), CELLS, reference)
    return np.asarray(np.abs(of.level) > of.limit)


@dataclass(frozen=True)
class Told:
    """Shares of athletes of whom a change is called what it was, and the other."""

    right: float
    wrong: float


def course(seed: int, count: int, kind: Kind, metric: str, deg: float) -> Told:
    """Change `metric` of the left leg by `deg` within 20 runs, or at once, after 20 without."""
    before = after = 20
    athletes = some(seed, count, before + after, Habits(per_week=2.0, gap=0.0))
    way = np.full(after, deg) if kind == "step" else np.linspace(0.0, deg, after)
    by = np.concatenate([np.zeros(before), way])[:, None, None] * LEFT
    moved = changed(athletes, {metric: by + np.zeros(athletes.values[metric].shape)}, since=0)
    cell = CELLS.names.index((metric, "left"))
    for_step = np.array(
        [
            step_or_gradual(y, under, np.isfinite(y), CELLS).for_step[cell]
            for y, under in _each(moved)
        ]
    )
    is_step, is_gradual = for_step >= CLEARLY, for_step <= -CLEARLY
    right, wrong = (is_step, is_gradual) if kind == "step" else (is_gradual, is_step)
    return Told(float(right.mean()), float(wrong.mean()))
