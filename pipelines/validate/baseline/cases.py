"""The cases of the proof: what happens to the athletes, and how often something is said.

Every case returns shares of reports or of athletes, of the comparison and of the rule of watches.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from imu.baseline.across_weeks.effects import Effect, between_periods
from imu.baseline.across_weeks.over_weeks import over_weeks
from imu.baseline.conditions import COMPARABLE, Conditions
from imu.baseline.expected import BETWEEN, stacked
from imu.baseline.verdict import RATES, told
from imu.frames import BoolArray, FloatArray
from pipelines.validate.baseline.athletes import STEADY, Athletes, Habits, changed, drawn, hidden
from pipelines.validate.baseline.population import (
    COMPENSATION,
    LEVELS,
    METRICS,
    PATTERN,
)
from pipelines.validate.baseline.reports import CELLS, Reports, reports
from pipelines.validate.baseline.watch_rule import watch_names

BASELINE: Final = 6
"""Runs before the first report; of the tables, reports from the seventh run on."""
OVER_RUNS: Final = 20
Asked = Callable[[FloatArray, Conditions, BoolArray], Effect]
LEFT: Final = np.array([1.0, 0.0])
BOTH: Final = np.array([1.0, 1.0])
EVERYDAY: Final[Mapping[str, Habits]] = {
    "everyday mix": Habits(),
    "one pace, level, one pair": STEADY,
    "days hang together for weeks": Habits(day_share=(0.6, 0.6), day_span=(15.0, 25.0)),
    "all of it hangs together, .5 from run to run": Habits(
        day_share=(1.0, 1.0), day_span=(5.0, 5.0)
    ),
    "each day on its own": Habits(day_share=(0.0, 0.0)),
    "legs on their own": Habits(common=0.0),
    "legs alike": Habits(common=0.9),
    "runs daily": Habits(per_week=6.0),
    "hills nearly always": Habits(hilly=0.9),
    "weeks missed often": Habits(gap=0.3),
}
SHARED: Final = (*dict.fromkeys(METRICS[name].family for name in COMPENSATION), "pattern")
"""The families that a compensation moves."""
BELT: Final = "pelvic_tilt_midstance_deg"
IMPACT: Final = "peak_tibial_resultant_mps2"
STRENGTH: Final[Mapping[str, float]] = {
    "pelvic_tilt_midstance_deg": -1.0,
    "pelvic_drop_deg": -1.0,
    "pelvic_rotation_over_leg_deg": 1.0,
}
"""Which way a block of strength work moves both legs."""


@dataclass(frozen=True)
class Unchanged:
    """Of one mix without change: shares of reports and athletes, and of intervals that held."""

    mix: str
    judged: float
    once: float
    firm: float
    ever_firm: float
    covered: float
    worst_covered: float
    watch: float
    weeks: float


def some(seed: int, count: int, sessions: int, habits: Habits) -> Athletes:
    """Draw the athletes of one case."""
    rng = np.random.default_rng(seed)
    return drawn(rng, METRICS, LEVELS, athletes=count, sessions=sessions, habits=habits)


def unchanged(seed: int, mix: str, count: int, of_weeks: int) -> Unchanged:
    """Report `OVER_RUNS` runs of athletes who do not change, and the weeks of `of_weeks` more."""
    athletes = some(seed, count, BASELINE + OVER_RUNS, EVERYDAY[mix])
    said = reports(athletes, range(BASELINE, BASELINE + OVER_RUNS))
    held = np.nanmean(said.covered, axis=(0, 1))
    of_watch = watch_names(athletes.values)[BASELINE:].any(axis=(-1, -2))
    return Unchanged(
        mix,
        judged=float(said.judged.mean()),
        once=_of_judged(said.once, said),
        firm=_of_judged(said.firm, said),
        ever_firm=float(said.firm.any(axis=(0, 2)).mean()),
        covered=float(np.nanmean(said.covered)),
        worst_covered=float(held[np.argmax(np.abs(held - 0.95))]),
        watch=float(of_watch.mean()),
        weeks=weeks_unchanged(seed + 20, mix, of_weeks, BASELINE + OVER_RUNS),
    )


def _of_judged(named_families: BoolArray, said: Reports) -> float:
    return float(np.asarray(named_families.any(axis=-1))[said.judged].mean())


@dataclass(frozen=True)
class Share:
    """One share and the same of the rule of watches (NaN where it has none)."""

    ours: float
    watch: float = float("nan")


def _today(athletes: Athletes, known_fault: str | None = None) -> Share:
    """Return the share of reports of the last run that name anything."""
    last = len(athletes.conditions) - 1
    seen = hidden(athletes, known_fault, last) if known_fault else athletes
    said = reports(seen, range(last, last + 1))
    return Share(
        float(said.once.any(axis=-1).mean()),
        float(watch_names(athletes.values)[last].any(axis=(-1, -2)).mean()),
    )


def faster(seed: int, count: int, speed_mps: float) -> tuple[Share, float]:
    """Run today at another pace than the six at 2.8 m/s: share named, share told that it is."""
    athletes = at_speeds(seed, count, [2.8] * BASELINE + [speed_mps])
    last = len(athletes.conditions) - 1
    said = reports(athletes, range(last, last + 1))
    told = said.comparable[0] == COMPARABLE.index("faster than any past run")
    return _today(athletes), float(told.mean())


def at_speeds(seed: int, count: int, speeds_mps: list[float]) -> Athletes:
    """Draw athletes who run at these speeds, within 0.05 m/s, on the level in one pair."""
    rng = np.random.default_rng(seed)
    habits = replace(STEADY, one_pace_mps=np.array(speeds_mps)[:, None])
    return drawn(rng, METRICS, LEVELS, athletes=count, sessions=len(speeds_mps), habits=habits)


def belt(seed: int, count: int, deg: float, share: float, *, known: bool) -> Share:
    """Let the belt slip by `deg` for `share` of today's run; `known` takes tilt out."""
    athletes = some(seed, count, BASELINE + 1, Habits())
    moved = deg * BOTH * (share if share < 0.5 else 1.0)
    slipped = changed(athletes, {BELT: moved}, since=BASELINE)
    return _today(slipped, BELT if known else None)


def shoes(seed: int, count: int) -> Share:
    """Run today in a new hard pair (impact up by a quarter), which was said."""
    athletes = some(seed, count, BASELINE + 1, replace(STEADY, second_pair=0.0))
    conditions = athletes.conditions
    pair = conditions.shoes.copy()
    pair[-1] = 1
    harder = {IMPACT: 0.25 * athletes.values[IMPACT][-1]}
    told = replace(athletes, conditions=replace(conditions, shoes=pair))
    return _today(changed(told, harder, since=BASELINE))


@dataclass(frozen=True)
class Found:
    """A compensation of the left leg over three runs: found, and of those the right leg said."""

    found: Share
    pattern: float
    firm: float
    right_leg: float


def compensation(seed: int, count: int, habits: Habits, before: int, share: float) -> Found:
    """Let the left leg compensate by `share` of full from run `before` on, and report three."""
    athletes = some(seed, count, before + 3, habits)
    by = {name: share * np.array(step) for name, step in COMPENSATION.items()}
    athletes = changed(athletes, by, since=before)
    said = reports(athletes, range(before, before + 3))
    mine = np.array([said.of(family) for family in SHARED])
    found = said.once[..., mine].any(axis=-1)
    pattern = said.once[..., said.of("pattern")]
    left = _left(said)[..., said.of("pattern")]
    seen = pattern.any(axis=0)
    of_watch = watch_names(athletes.values)[before:].any(axis=(0, -1, -2))
    return Found(
        Share(float(found.any(axis=0).mean()), float(of_watch.mean())),
        float(seen.mean()),
        float(said.firm[..., mine].any(axis=(0, 2)).mean()),
        float(left[pattern].mean()) if pattern.any() else float("nan"),
    )


def _left(said: Reports) -> BoolArray:
    """Return where the pattern is that of the left leg, shape of `said.sign`."""
    return np.asarray(said.sign > 0)


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
