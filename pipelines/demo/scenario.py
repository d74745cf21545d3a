"""The scenario of the demo: the runner, what changed today, how long the runs take."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from imu.frames import Placement
from imu.simulation import (
    Pod,
    Run,
    Simulation,
    Stand,
    Walk,
    another_day,
    realistic,
    simulate,
    someone,
)

Today = Literal["compensating", "usual"]

ATHLETE: Final = "ana"
RATE_HZ: Final = 200.0
USUAL: Final = someone(6)
COMPENSATION: Final = {
    "pelvic_rotation_deg": -4.0,
    "late_tilt_deg": 4.0,
    "pelvic_drop_deg": 3.5,
    "shank_rotation_deg": 5.0,
}
"""What the left leg does differently today, in degrees."""

DAYS_AGO: Final = (23, 19, 16, 12, 8, 4)
PAST_RUN_S: Final = 300.0
TODAY_RUN_S: Final = 210.0
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


def past_day(number: int, now: datetime) -> Day:
    """Return past run `number`, 0 the oldest: the usual runner, pods strapped on anew."""
    seed = 100 + number
    simulation = simulate(
        another_day(USUAL, seed=seed),
        (*WARM_UP, Run(PAST_RUN_S, speed_mps=3.0), Stand(5.0)),
        seed=seed,
        pods=_pods(seed),
        rate_hz=RATE_HZ,
    )
    return Day(now - timedelta(days=DAYS_AGO[number]), f"past{number + 1}", simulation)


def this_day(today: Today, now: datetime) -> Day:
    """Return today's run; the left leg compensates unless it is a usual day."""
    runner = another_day(USUAL, seed=200)
    if today == "compensating":
        changed = {name: getattr(runner.left, name) + by for name, by in COMPENSATION.items()}
        runner = replace(runner, left=replace(runner.left, **changed))
    simulation = simulate(
        runner,
        (*WARM_UP, Run(TODAY_RUN_S, speed_mps=3.0), Stand(5.0)),
        seed=200,
        pods=_pods(200),
        rate_hz=RATE_HZ,
    )
    return Day(now, "today", simulation)


def _pods(seed: int) -> dict[Placement, Pod]:
    return {
        place: replace(pod, rate_error_pct=RATE_ERROR_PCT[place])
        for place, pod in realistic(seed).items()
    }
