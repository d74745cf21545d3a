"""The cases of the proof: what happens to athletes today or not at all, and what is said of it.

Every case returns shares of reports or of athletes, of the comparison and of the rule of watches.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imu.baseline.conditions import COMPARABLE
from imu.frames import BoolArray
from pipelines.validate.baseline.athletes import BOTH, STEADY, Athletes, Habits, changed, hidden
from pipelines.validate.baseline.mixes import EVERYDAY, at_speeds, some
from pipelines.validate.baseline.population import COMPENSATION, METRICS
from pipelines.validate.baseline.reports import Reports, reports
from pipelines.validate.baseline.rows import Share
from pipelines.validate.baseline.watch_rule import watch_names
from pipelines.validate.baseline.weeks import weeks_unchanged

BASELINE: Final = 6
"""Runs before the first report; of the tables, reports from the seventh run on."""
OVER_RUNS: Final = 20
SHARED: Final = (*dict.fromkeys(METRICS[name].family for name in COMPENSATION), "pattern")
"""The families that a compensation moves."""
BELT: Final = "pelvic_tilt_midstance_deg"
IMPACT: Final = "peak_tibial_resultant_mps2"


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
