"""The virtual runner of the demo: who she is, and one of her days as a simulation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from imu.frames import Placement
from imu.simulation import (
    Loading,
    Pod,
    Run,
    Runner,
    Simulation,
    Stand,
    Walk,
    another_day,
    realistic,
    simulate,
    someone,
)
from imu.simulation.script import Script
from pipelines.demo.cases import FRESH_SHARE, NOTHING, SIX, Change, of_a_day

ATHLETE: Final = "ana"
RATE_HZ: Final = 200.0
USUAL: Final = someone(6)
PACE_MPS: Final = 3.0
TODAY_RUN_S: Final = 210.0
TODAY_SEED: Final = 200
QUIET_S: Final = 20.0
"""Standing still before moving off: the zero of the tilt, and time to find and start the pods."""

POD_NAMES: Final[dict[Placement, str]] = {
    "pelvis": "ORP-PEL",
    "shank_left": "ORP-LSH",
    "shank_right": "ORP-RSH",
}
WARM_UP: Final = (Stand(QUIET_S), Walk(10.0))
RATE_ERROR_PCT: Final[dict[Placement, float]] = {
    "pelvis": 0.61,
    "shank_left": -0.87,
    "shank_right": 0.34,
}
"""Real sensors miss their nominal rate by about a per cent. It also lets the frames drift through
the connection events, which is what makes a clock fit exact."""


@dataclass(frozen=True)
class Day:
    """One run of the demo: when it was and what happened, exactly."""

    started: datetime
    word: str
    simulation: Simulation


@dataclass(frozen=True)
class Plan:
    """One run before it is simulated; the same plan gives the same bytes."""

    started: datetime
    word: str
    seed: int
    run_s: float
    pace_mps: float
    change: Change = NOTHING


def planned_past(number: int, now: datetime) -> Plan:
    """Return past run `number` of the demo, 0 the oldest: the usual runner."""
    started = now - timedelta(days=SIX.runs[number].days_ago)
    return Plan(started, past_word(number), past_seed(number), SIX.run_s, PACE_MPS)


def past_word(number: int) -> str:
    """Return the word that tells past run `number` from others of its day."""
    return f"past{number + 1}"


def past_seed(number: int) -> int:
    """Return the seed of past run `number`; a day of its own, pods strapped on anew."""
    return 100 + number


def this_day(today: str, now: datetime) -> Day:
    """Return today's run of the demo, as the case `today` has it."""
    change = of_a_day(today).today
    return lived(Plan(now, "today", TODAY_SEED, TODAY_RUN_S, PACE_MPS, change))


def lived(plan: Plan) -> Day:
    """Simulate one run."""
    simulation = simulate(
        _changed(another_day(USUAL, seed=plan.seed), plan.change),
        (*WARM_UP, *_running(plan), Stand(5.0)),
        seed=plan.seed,
        pods=_pods(plan),
        rate_hz=RATE_HZ,
    )
    return Day(plan.started, plan.word, simulation)


def tried_out(seed: int, *, script: Script) -> Simulation:
    """Simulate the usual runner on a day of her own doing what `script` says."""
    return simulate(
        another_day(USUAL, seed=seed),
        script,
        seed=seed,
        pods=_at_own_rates(realistic(seed)),
        rate_hz=RATE_HZ,
    )


def _changed(runner: Runner, change: Change) -> Runner:
    left = _added(_added(runner.left, change.both), change.left)
    harder = 1 + change.impact_pct / 100
    left, right = (
        replace(leg, impact_mps2=leg.impact_mps2 * harder)
        for leg in (left, _added(runner.right, change.both))
    )
    return replace(runner, left=left, right=right)


def _added(leg: Loading, by: Mapping[str, float]) -> Loading:
    return replace(leg, **{name: getattr(leg, name) + more for name, more in by.items()})


def _running(plan: Plan) -> tuple[Run, ...]:
    speed_mps = plan.change.speed_mps or plan.pace_mps
    if not plan.change.by_the_end:
        return (Run(plan.run_s, speed_mps=speed_mps),)
    fresh_s = FRESH_SHARE * plan.run_s
    tired_s = plan.run_s - fresh_s
    per_min = {name: by / tired_s * 60 for name, by in plan.change.by_the_end.items()}
    tired = Run(tired_s, speed_mps=speed_mps, fatigue_per_min=per_min)
    return Run(fresh_s, speed_mps=speed_mps), tired


def _pods(plan: Plan) -> dict[Placement, Pod]:
    pods = _at_own_rates(realistic(plan.seed))
    if plan.change.belt_slips_deg:
        middle_s = sum(segment.duration_s for segment in WARM_UP) + plan.run_s / 2
        pods["pelvis"] = replace(
            pods["pelvis"], slip_s=middle_s, slip_deg=plan.change.belt_slips_deg
        )
    return pods


def _at_own_rates(pods: Mapping[Placement, Pod]) -> dict[Placement, Pod]:
    return {
        place: replace(pod, rate_error_pct=RATE_ERROR_PCT[place]) for place, pod in pods.items()
    }
