"""The cases of the demo and its gallery, each declared once: what is done to the virtual runner.

Nothing heavy is imported here: the command asks for the names when it is asked for help.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final, Literal


@dataclass(frozen=True)
class Change:
    """How a day differs from a usual day of the virtual runner.

    `left`, `both` and `by_the_end` add to fields of `imu.simulation.Loading` of the left leg, of
    both legs, and of both legs little by little from `FRESH_SHARE` of the run to its end.
    `speed_mps` replaces her usual pace, `shoes` the pair that is stated. The belt turns by
    `belt_slips_deg` in the middle of the run.
    """

    left: Mapping[str, float] = field(default_factory=dict)
    both: Mapping[str, float] = field(default_factory=dict)
    by_the_end: Mapping[str, float] = field(default_factory=dict)
    impact_pct: float = 0.0
    speed_mps: float | None = None
    belt_slips_deg: float = 0.0
    shoes: str = ""


FRESH_SHARE: Final = 0.4
NOTHING: Final = Change()


@dataclass(frozen=True)
class PastRun:
    """One run before today's."""

    days_ago: int
    change: Change = NOTHING


@dataclass(frozen=True, eq=False)
class Past:
    """The runs before today's, oldest first, each of `run_s` of running, as today's is.

    Cases that name the same past share it.
    """

    runs: tuple[PastRun, ...]
    run_s: float


def _days_ago(*days: int) -> tuple[PastRun, ...]:
    return tuple(PastRun(day) for day in days)


SIX: Final = Past(_days_ago(23, 19, 16, 12, 8, 4), run_s=300.0)

STRONGER: Final = Change(
    both={
        "anterior_tilt_deg": -3.0,
        "late_tilt_deg": -2.5,
        "pelvic_drop_deg": -2.0,
        "pelvic_rotation_deg": 2.5,
    }
)
STRENGTH: Final = Past(
    (
        *_days_ago(79, 76, 72, 69, 65, 62),
        *(PastRun(day, STRONGER) for day in (18, 15, 11, 8, 4)),
    ),
    run_s=300.0,
)
"""Six runs, six weeks of work, and five runs since."""

YEAR_RUNS: Final = 100
DRIFT_DAYS: Final = 70
DRIFT_DEG: Final = 4.0


def _of_the_year(days_ago: int) -> Change:
    """Return a day of the year: a pace of everyday, one of two pairs, and how far it drifted."""
    rng = Random(days_ago)
    late = max(0.0, 1.0 - days_ago / DRIFT_DAYS)
    return Change(
        left={"pelvic_drop_deg": round(DRIFT_DEG * late, 3)},
        speed_mps=round(rng.uniform(2.6, 3.1), 2),
        shoes=rng.choice(("blue pair", "red pair")),
    )


def _year() -> Past:
    """Two runs a week up to today, with two weeks missed in the middle of the year."""
    days = (round(3.5 * k) + (14 if k > YEAR_RUNS // 2 else 0) for k in range(1, YEAR_RUNS))
    return Past(tuple(PastRun(day, _of_the_year(day)) for day in sorted(days, reverse=True)), 90.0)


@dataclass(frozen=True)
class Case:
    """One case: `done` says in a sentence what was done, `today` how the last run differs.

    `over_weeks` is the command that answers what a single report cannot.
    """

    name: str
    title: str
    done: str
    today: Change = NOTHING
    past: Past = SIX
    over_weeks: Literal["", "compare", "trend"] = ""


CASES: Final = (
    Case(
        "usual",
        "A usual run",
        "Nothing: she runs as in the six runs before, on a day of its own, with the pods strapped "
        "on anew.",
    ),
    Case(
        "compensating",
        "The left leg compensates",
        "Over the left leg the pelvis turns 4° less, drops 3.5° more and tips forward 4° more "
        "after mid-stance, and the left shin turns in 5° more.",
        Change(
            left={
                "pelvic_rotation_deg": -4.0,
                "late_tilt_deg": 4.0,
                "pelvic_drop_deg": 3.5,
                "shank_rotation_deg": 5.0,
            }
        ),
    ),
    Case(
        "tired",
        "She tires",
        "The run begins as usual; from two fifths of it on, the pelvis drops more and more over "
        "both legs, 4.5° by the end, and each foot stays 18 ms longer on the ground.",
        Change(by_the_end={"pelvic_drop_deg": 4.5, "contact_time_s": 0.018}),
    ),
    Case(
        "faster",
        "Faster than ever",
        "She runs at 3.6 m/s, far faster than in any run before (pods that are not calibrated read "
        "some 6 % more). Her technique is the same.",
        Change(speed_mps=3.6),
    ),
    Case(
        "new-shoes",
        "New shoes",
        "She runs in a new, harder pair, and says so: each landing reaches the shin with a quarter "
        "more. Her technique is the same.",
        Change(impact_pct=25.0, shoes="new pair"),
    ),
    Case(
        "slipped-belt",
        "The belt slips",
        "In the middle of the run the belt turns by 8° on the pelvis. Her technique is the same.",
        Change(belt_slips_deg=8.0),
    ),
    Case(
        "strength",
        "After six weeks of strength work",
        "Six runs, six weeks of work, six runs with lasting changes on both legs: the pelvis "
        "stands 3° more upright, tips forward 2.5° less after mid-stance, drops 2° less and turns "
        "2.5° more over the leg.",
        STRONGER,
        STRENGTH,
        "compare",
    ),
    Case(
        "year",
        "A year of runs",
        "A hundred runs at everyday paces in two pairs of shoes; over the last ten weeks the "
        "pelvis drops more and more over the left leg, 4° by now.",
        _of_the_year(0),
        _year(),
        "trend",
    ),
)

OF_A_DAY: Final = tuple(case for case in CASES if case.past is SIX and not case.today.shoes)
"""Cases that need no other past than the demo's, of which nothing is stated."""


def of_a_day(name: str) -> Case:
    """Return the case that the demo can show as today's run; ValueError where it is none."""
    for case in OF_A_DAY:
        if case.name == name:
            return case
    names = ", ".join(case.name for case in OF_A_DAY)
    raise ValueError(f"{name!r} is not one of {names}; see midstance demo --help")
