"""Run made-up people at other speeds and slopes, lopsided ones and on bends; score every metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from imu.frames import SIDES, BoolArray, FloatArray
from imu.simulation import Run, Stand, realistic, someone
from pipelines.validate.virtual_runs.grid import Scope
from pipelines.validate.virtual_runs.score import Case, analysed, by_side, events, recorded

FIRST_SEED: Final = 30_000
FIRST_LOPSIDED_SEED: Final = 31_000
FIRST_BEND_SEED: Final = 32_000
DRAW: Final = 78  # tells these draws of a seed from those of the runner and of the pods
SPEEDS_MPS: Final = (2.0, 5.0)
GRADES_PCT: Final = (-6.0, 6.0)
LOPSIDED_DEG: Final = (1.5, 4.0)
RUN_S: Final = 75.0
STRETCHES: Final = 5
WAVERS: Final = 0.015
"""SD of the pace of a stretch about that of the run, as a share of it."""
FEWEST: Final = 20
MOSTLY: Final = 0.2
"""Share of the stances from which on a metric counts as given."""
BEND_MPS: Final = 3.0
PER_MINUTE_DEG: Final = float(np.degrees(60 * BEND_MPS))  # turned in a minute, times the radius
WAYS: Final[Mapping[str, Mapping[str, Any]]] = {
    "straight and level": {},
    "bend of 10 m": {"turn_deg": PER_MINUTE_DEG / 10},
    "bend of 10 m, right": {"turn_deg": -PER_MINUTE_DEG / 10},
    "bend of a track, 37 m": {"turn_deg": PER_MINUTE_DEG / 37},
    "8 % uphill": {"grade_pct": 8.0},
    "8 % downhill": {"grade_pct": -8.0},
}


@dataclass(frozen=True)
class LegScore:
    """One metric over the stances of one leg: medians, and how estimates follow the truth.

    `r` is their correlation over stances, `spread` the SD of the truth, `sd` that of the error;
    all NaN where fewer than 20 stances are known.
    """

    found: float
    true: float
    r: float
    spread: float
    sd: float


@dataclass(frozen=True)
class PersonScore:
    """Every metric of one run, by name: left and right leg."""

    seed: int
    speed_mps: float
    legs: Mapping[str, tuple[LegScore, ...]]


def seeds(first: int, seed: int, count: int) -> list[int]:
    """Return the seeds of `count` people."""
    return [first + seed + k for k in range(count)]


def person(seed: int) -> PersonScore:
    """Score one person at a speed and slope of her own, her pace wavering as people's does."""
    rng = np.random.default_rng([seed, DRAW])
    speed_mps, grade_pct = rng.uniform(*SPEEDS_MPS), rng.uniform(*GRADES_PCT)
    paces = speed_mps * (1 + WAVERS * rng.standard_normal(STRETCHES))
    runs = [Run(RUN_S / STRETCHES, speed_mps=pace, grade_pct=grade_pct) for pace in paces]
    return _scored(Case("metrics", "", someone(seed), (Stand(10.0), *runs), seed, realistic(seed)))


def lopsided(seed: int) -> PersonScore:
    """Score one person whose left shank turns in more, or less, than her right one."""
    rng = np.random.default_rng([seed, DRAW])
    runner = someone(seed)
    more = float(rng.uniform(*LOPSIDED_DEG) * rng.choice([-1.0, 1.0]))
    turns = runner.right.shank_rotation_deg + more
    runner = replace(runner, left=replace(runner.left, shank_rotation_deg=turns))
    run = Run(RUN_S, speed_mps=float(rng.uniform(*SPEEDS_MPS)))
    return _scored(Case("metrics", "", runner, (Stand(10.0), run), seed, realistic(seed)))


def ways(seed: int) -> Mapping[str, Mapping[str, FloatArray]]:
    """Return error of the median (2,) of every published metric, by way and name.

    NaN where the metric is withheld there.
    """
    out = {}
    for way, how in WAYS.items():
        script = (Stand(10.0), Run(60.0, speed_mps=BEND_MPS, **how))
        own = Case("metrics", way, someone(seed), script, seed, realistic(seed))
        simulation, recording = recorded(own)
        result = analysed(recording)
        if result is None:
            continue
        truth = simulation.truth
        found = by_side(result.stances.events.side, _known_often(result.stances.metrics))
        true = by_side(truth.side, truth.metrics)
        out[way] = {name: found[name] - true[name] for name in found}
    return out


def _known_often(metrics: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return `metrics` without the few values of those that are withheld in most stances."""
    return {
        name: values if np.isfinite(values).mean() > MOSTLY else np.full_like(values, np.nan)
        for name, values in metrics.items()
    }


def _scored(own: Case) -> PersonScore:
    simulation, recording = recorded(own)
    result, truth = analysed(recording), simulation.truth
    pairs = events(result, simulation, own.worn, truth=truth).pairs
    run = own.script[-1]
    speed_mps = run.speed_mps if isinstance(run, Run) else np.nan
    if result is None:
        return PersonScore(own.seed, speed_mps, {})
    there, here = pairs.T
    side, metrics = truth.side[there], result.stances.metrics
    legs = {
        name: tuple(_leg(metrics[name][here], true[there], side == one) for one in SIDES)
        for name, true in truth.metrics.items()
    }
    return PersonScore(own.seed, speed_mps, legs)


def _leg(found: FloatArray, true: FloatArray, own: BoolArray) -> LegScore:
    known = own & np.isfinite(found) & np.isfinite(true)
    if known.sum() < FEWEST:
        return LegScore(*[np.nan] * 5)
    a, b = found[known], true[known]
    varies = a.std() > 0 and b.std() > 0
    r = float(np.corrcoef(a, b)[0, 1]) if varies else np.nan
    return LegScore(
        float(np.median(a)), float(np.median(b)), r, float(b.std()), float((a - b).std())
    )


def jobs(scope: Scope, seed: int) -> tuple[list[int], list[int], list[int]]:
    """Return the seeds of the people, of the lopsided ones and of those on bends and slopes."""
    return (
        seeds(FIRST_SEED, seed, scope.metric_people),
        seeds(FIRST_LOPSIDED_SEED, seed, scope.metric_people),
        seeds(FIRST_BEND_SEED, seed, scope.few_people),
    )
