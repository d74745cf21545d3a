"""The cases of the proof that last for weeks: drifts, changes for good, blocks of training."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from imu.baseline.across_weeks.effects import Effect, between_periods
from imu.baseline.across_weeks.over_weeks import over_weeks
from imu.baseline.conditions import Conditions
from imu.baseline.expected import BETWEEN, stacked
from imu.baseline.verdict import RATES, told
from imu.frames import BoolArray, FloatArray
from pipelines.validate.baseline.athletes import BOTH, LEFT, Athletes, Habits, changed
from pipelines.validate.baseline.mixes import EVERYDAY, some
from pipelines.validate.baseline.population import COMPENSATION, METRICS, PATTERN
from pipelines.validate.baseline.reports import CELLS, reports
from pipelines.validate.baseline.rows import Share
from pipelines.validate.baseline.watch_rule import watch_names

Asked = Callable[[FloatArray, Conditions, BoolArray], Effect]
STRENGTH: Final[Mapping[str, float]] = {
    "pelvic_tilt_midstance_deg": -1.0,
    "pelvic_drop_deg": -1.0,
    "pelvic_rotation_over_leg_deg": 1.0,
}
"""Which way a block of strength work moves both legs."""


def _over_weeks(athletes: Athletes, ask: Asked) -> Effect:
    """Return what is asked of all athletes, (a, c), from all their sessions."""
    groups = []
    for group in athletes.groups():
        y = stacked(group.values, METRICS, PATTERN)
        groups.append(ask(y, group.conditions, np.isfinite(y)))
    names = [f.name for f in fields(Effect)]
    return Effect(*(np.concatenate([getattr(g, n) for g in groups]) for n in names))


@dataclass(frozen=True)
class Weeks:
    """What is said over weeks of a athletes: families (a, f), dates of shifts (a, c), coverage.

    `shift_low` and `shift_high` (a, c) are the interval of the level shift.
    """

    families: BoolArray
    at: FloatArray
    shift_low: FloatArray
    shift_high: FloatArray

    @property
    def any_named(self) -> float:
        """Share of athletes of whom anything is named."""
        return float(self.families.any(axis=-1).mean())


def _weeks(athletes: Athletes) -> Weeks:
    """Ask trend, level shift and lasting change of all athletes, as `midstance trend` does."""
    parts = []
    for group in athletes.groups():
        y = stacked(group.values, METRICS, PATTERN)
        said = over_weeks(y, group.conditions, np.isfinite(y), CELLS)
        cells = said.trend.named | said.shift.named | said.lasting.named
        parts.append((_families(cells), said.at, said.shift.low, said.shift.high))
    return Weeks(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _families(cells: BoolArray) -> BoolArray:
    """Return which families (a, f) any of the cells (a, c) names."""
    of = [cells[:, CELLS.family == f].any(axis=-1) for f in range(len(CELLS.families))]
    return np.stack(of, axis=-1)


def weeks_unchanged(seed: int, mix: str, count: int, sessions: int) -> float:
    """Return the share of athletes who do not change of whom weeks name a change."""
    return _weeks(some(seed, count, sessions, EVERYDAY[mix])).any_named


def drift(seed: int, count: int, metric: str, deg: float, before: int = 0) -> Share:
    """Let `metric` of the left leg drift by `deg` in ten weeks, two runs a week."""
    habits = Habits(per_week=2.0, gap=0.0)
    athletes = some(seed, count, before + 20, habits)
    along = np.concatenate([np.zeros(before), np.linspace(0, deg, 20)])[:, None, None] * LEFT
    step = np.broadcast_to(along, athletes.values[metric].shape)
    moved = changed(athletes, _with_rate(metric, step), since=0)
    said = _weeks(moved)
    watch = watch_names(moved.values)[-1]
    if not deg:
        return Share(said.any_named, float(watch.any(axis=(-1, -2)).mean()))
    of = CELLS.families.index(METRICS[metric].family)
    watched = watch[:, list(METRICS).index(metric), 0]
    return Share(float(said.families[:, of].mean()), float(watched.mean()))


def _with_rate(metric: str, step: FloatArray) -> dict[str, FloatArray]:
    """Return the change of `metric`; the shank's rotation takes its rate along."""
    angle, rate = "shank_internal_rotation_deg", "shank_internal_rotation_rate_radps"
    with_it = (
        {rate: step * COMPENSATION[rate][0] / COMPENSATION[angle][0]} if metric == angle else {}
    )
    return {metric: step, **with_it}


@dataclass(frozen=True)
class Lasting:
    """What run 50 says of a change for good at run 20.

    Named over weeks (and by the watch), named by that run alone; level shift dated within three
    runs, its 95 % interval holds the change.
    """

    weeks: Share
    today: float
    dated: float
    covered: float


def lasting_change(seed: int, count: int, metric: str, deg: float) -> Lasting:
    """Change `metric` of the left leg for good at run 20; return what run 50 says."""
    athletes = some(seed, count, 51, Habits())
    moved = changed(athletes, _with_rate(metric, deg * LEFT), since=20)
    over = _weeks(moved)
    of = CELLS.families.index(METRICS[metric].family)
    said = reports(moved, range(50, 51))
    cell = CELLS.names.index((metric, BETWEEN))
    watch = watch_names(moved.values)[-1, :, list(METRICS).index(metric), 0]
    held = (over.shift_low[:, cell] <= deg) & (deg <= over.shift_high[:, cell])
    return Lasting(
        Share(float(over.families[:, of].mean()), float(watch.mean())),
        float(said.once[0, :, of][said.comparable[0] == 0].mean()),
        float((np.abs(over.at[:, cell] - 20) <= 3).mean()),
        float(held.mean()),
    )


@dataclass(frozen=True)
class Block:
    """Ten runs before against ten after: each true change, all of them, and any wrong one."""

    worst: float
    all_six: float
    wrong: float
    covered: float
    watch_all_six: float


def strength_block(seed: int, count: int, errors: float) -> Block:
    """Change three measures on both legs by `errors` typical errors between two periods."""
    athletes = some(seed, count, 32, Habits())
    by = {n: sign * errors * METRICS[n].typical_error * BOTH for n, sign in STRENGTH.items()}
    moved = changed(athletes, by, since=22)

    def ask(y: FloatArray, conditions: Conditions, used: BoolArray) -> Effect:
        number = np.arange(32)[:, None] + np.zeros(y.shape[1])
        return between_periods(y, conditions, number < 10, number >= 22, used, CELLS)

    effect = _over_weeks(moved, ask)
    cells = told(effect.p_value, CELLS.family, RATES.periods)
    mine = np.array([n in STRENGTH and s != BETWEEN for n, s in CELLS.names])
    about = np.array([f in {METRICS[n].family for n in STRENGTH} for f in CELLS.families])
    about |= np.array([f == "pattern" for f in CELLS.families])
    truth = np.array([by[n][0] if m else 0.0 for (n, _), m in zip(CELLS.names, mine, strict=True)])
    moves = np.array([n in STRENGTH or n == "pattern" for n, _ in CELLS.names])
    held = (effect.low <= truth) & (truth <= effect.high)
    watch = watch_names(moved.values)[22][:, [list(METRICS).index(n) for n in STRENGTH]]
    return Block(
        worst=float(cells[:, mine].mean(axis=0).min()),
        all_six=float(cells[:, mine].all(axis=-1).mean()),
        wrong=float(_families(cells)[:, ~about].any(axis=-1).mean()),
        covered=float(held[:, mine | ~moves].mean()),
        watch_all_six=float(watch.all(axis=(-1, -2)).mean()),
    )
