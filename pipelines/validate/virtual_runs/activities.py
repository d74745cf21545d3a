"""List and summarise virtual runs of what is no running, and of running out of the ordinary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from imu.simulation import (
    Cycle,
    Run,
    Runner,
    StairsDown,
    StairsUp,
    Stand,
    Walk,
    realistic,
    skip_rope,
    someone,
)
from imu.simulation.script import Script
from pipelines.validate.results import Figure, Part, Table
from pipelines.validate.virtual_runs.grid import Scope
from pipelines.validate.virtual_runs.score import REFUSED, Case, Outcome
from pipelines.validate.virtual_runs.summary import event_table

STILL: Final = "no running"
ODD: Final = "odd running"
ROTATIONS: Final = (
    *("rotation_contact_deg", "rotation_early_deg", "rotation_net_deg"),
    *("rotation_contact_deg_per_mps", "rotation_net_deg_per_mps"),
)
STAND_S: Final = 8.0
LEAST_F1: Final = 0.98
LAP_SPEED_MPS: Final = 3.5
STRAIGHT_S: Final = 84.39 / LAP_SPEED_MPS
BEND_S: Final = 115.61 / LAP_SPEED_MPS
ON: Final = "virtual runner, no running"


def cases(scope: Scope, *, seed: int) -> Iterator[Case]:
    """Yield every activity, each of `scope.activity_people` different people."""
    for k in range(scope.activity_people):
        own = seed + 300 + k
        for name, script in still(scope.activity_s).items():
            yield Case(STILL, name, someone(own), script, own, realistic(own))
        for name, (runner, script) in _odd(someone(own), scope.activity_s).items():
            yield Case(ODD, name, runner, script, own, realistic(own))


def still(length_s: float) -> dict[str, Script]:
    """Return what is no running, by name, `length_s` of each."""
    begin, end = Stand(STAND_S), Stand(4.0)
    return {
        "stairs up": (begin, StairsUp(length_s), end),
        "stairs down": (begin, StairsDown(length_s), end),
        "rope skipping": (begin, skip_rope(length_s), end),
        "cycling": (begin, Cycle(length_s), end),
        "standing": (Stand(length_s),),
    }


def _odd(usual: Runner, length_s: float) -> dict[str, tuple[Runner, Script]]:
    def at(speed_mps: float) -> Script:
        return (Stand(STAND_S), Run(length_s, speed_mps=speed_mps))

    sprint, breaks = Run(length_s / 4, speed_mps=7.0), Walk(12.0)
    lap = (Run(STRAIGHT_S, LAP_SPEED_MPS), Run(BEND_S, LAP_SPEED_MPS, turn_deg=180.0))
    return {
        "sprint, walking breaks": (usual, (Stand(STAND_S), *(sprint, breaks) * 4, Stand(4.0))),
        "limp": (limping(usual), at(3.0)),
        "stroller": (pushing(usual), at(3.0)),
        "laps of a track": (usual, (Stand(STAND_S), *lap * 2)),
        "shuffle, 1.6 m/s": (usual, at(1.6)),
        "sprint, 8 m/s": (usual, at(8.0)),
    }


def limping(runner: Runner) -> Runner:
    """Return the runner sparing the left leg: landed on shorter and softer, left sooner."""
    left, right = runner.left, runner.right
    spared = replace(
        left, contact_time_s=0.85 * left.contact_time_s, impact_mps2=0.6 * left.impact_mps2
    )
    loaded = replace(right, contact_time_s=1.1 * right.contact_time_s)
    return replace(runner, left=spared, right=loaded, left_step_share=0.44)


def pushing(runner: Runner) -> Runner:
    """Return the runner behind a stroller: the trunk leans, and no arms swing against the legs."""
    still = {name: 0.5 * getattr(runner.curves, name) for name in ROTATIONS}
    left, right = (
        replace(
            side,
            anterior_tilt_deg=side.anterior_tilt_deg + 4.0,
            pelvic_rotation_deg=0.5 * side.pelvic_rotation_deg,
        )
        for side in (runner.left, runner.right)
    )
    return replace(runner, left=left, right=right, curves=replace(runner.curves, **still))


def part(outcomes: Sequence[Outcome]) -> Part:
    """Return figures and tables of the activities."""
    idle = by_name(outcomes, STILL)
    odd = by_name(outcomes, ODD)
    found = {name: sum(one.errors.given for one in every) for name, every in idle.items()}
    figures = [
        Figure(ON, f"running stances, {name}", float(count), low=0.0, high=0.0, decimals=0)
        for name, count in found.items()
    ]
    return Part(figures=(*figures, *_lowest(odd)), tables=(_odd_table(odd),))


def by_name(outcomes: Sequence[Outcome], group: str) -> dict[str, list[Outcome]]:
    """Return the outcomes of one group by their names, in order."""
    out: dict[str, list[Outcome]] = {}
    for one in outcomes:
        if one.group == group:
            out.setdefault(one.name, []).append(one)
    return out


def _lowest(odd: dict[str, list[Outcome]]) -> Iterator[Figure]:
    for name, every in odd.items():
        lowest = min(one.errors.f1 for one in every)
        yield Figure(
            "virtual runner, odd running", f"F1, {name}, lowest", lowest, low=LEAST_F1, decimals=3
        )


def _refused(odd: dict[str, list[Outcome]]) -> str:
    """Return whose recordings were refused, in words."""
    named = [name for name, every in odd.items() if any(one.grade == REFUSED for one in every)]
    return f" Some recordings were refused outright: {', '.join(named)}." if named else ""


def _odd_table(odd: dict[str, list[Outcome]]) -> Table:
    people = max((len(every) for every in odd.values()), default=0)
    return event_table(
        "Events: running out of the ordinary",
        f"The same {people} made-up people with realistic pods each. Limp: the left leg spared, "
        "steps 44 : 56 %. Stroller: trunk leaned, no arm swing. Errors in ms."
        f"{_refused(odd)}",
        odd,
    )
