"""Count running stances where nobody runs: walking, stairs, a rope, a bicycle, a vehicle.

Every recording is analysed with each set of pods, with gyroscopes and without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from imu.frames import PLACEMENTS, Placement
from imu.simulation import Stand, Walk, realistic, someone
from imu.simulation.script import Script
from pipelines.validate.results import Figure, Part, Table
from pipelines.validate.virtual_runs import activities, vehicle
from pipelines.validate.virtual_runs.grid import Scope
from pipelines.validate.virtual_runs.score import (
    SHANKS,
    Case,
    analysed,
    recorded,
    without_gyroscopes,
)
from pipelines.validate.worst import worst

if TYPE_CHECKING:
    from imu.recording.recording import Recording

ON: Final = "virtual runner, no running, every set of pods"
WALKING: Final = "walking"
RIDING: Final = "vehicle"
ROPE: Final = "rope skipping"
WALKS_MPS: Final = (1.0, 1.3, 1.6, 1.9, 2.2)
FIRST_SEED: Final = 500  # beyond the validation's own seed
SHORTER: Final = 2 / 3  # of the usual length of an activity
SETS: Final[Mapping[str, tuple[Placement, ...]]] = {
    "all three": PLACEMENTS,
    "both shanks": SHANKS,
    "left shank": ("shank_left",),
    "pelvis": ("pelvis",),
}
NO_GYROSCOPE: Final = "no gyroscope"
COLUMNS: Final = tuple(f"{name}{extra}" for name in SETS for extra in ("", f", {NO_GYROSCOPE}"))
Job = tuple[str, str, int, float]
"""Kind of activity, which of them, seed of the person, length in s."""


@dataclass(frozen=True)
class Found:
    """What was called a running stance in one recording, per set of pods (`COLUMNS`).

    `unflagged` counts those about whose quality nothing was said.
    """

    kind: str
    which: str
    seed: int
    given: Mapping[str, int]
    unflagged: Mapping[str, int]


def jobs(scope: Scope, *, seed: int) -> list[Job]:
    """Return every activity of every person."""
    length_s = SHORTER * scope.activity_s
    still = [seed + FIRST_SEED + k for k in range(scope.still_people)]
    walkers = [seed + FIRST_SEED + 100 + k for k in range(scope.walkers)]
    return [
        *((name, name, own, length_s) for own in still for name in activities.still(length_s)),
        *((RIDING, name, own, length_s) for own in still for name in vehicle.RIDES),
        *((WALKING, f"{v:g} m/s", own, length_s) for own in walkers for v in WALKS_MPS),
    ]


def recording_of(job: Job) -> Recording:
    """Return what all three pods record of one activity."""
    kind, which, seed, length_s = job
    if kind == RIDING:
        return vehicle.recording_of(vehicle.RIDES[which], seed=seed, length_s=length_s)
    if kind == WALKING:
        walk = Walk(length_s, speed_mps=float(which.split()[0]))
        script: Script = (Stand(activities.STAND_S), walk, Stand(4.0))
    else:
        script = activities.still(length_s)[which]
    return recorded(Case(kind, which, someone(seed), script, seed, realistic(seed)))[1]


def score(job: Job) -> Found:
    """Count what is called running in one activity, for every set of pods."""
    whole = recording_of(job)
    given, unflagged = {}, {}
    for name, worn in SETS.items():
        own = replace(whole, sensors={place: whole.sensors[place] for place in worn})
        both = {name: own, f"{name}, {NO_GYROSCOPE}": without_gyroscopes(own)}
        for label, recording in both.items():
            given[label], unflagged[label] = counted(recording)
    return Found(*job[:3], given, unflagged)


def counted(recording: Recording) -> tuple[int, int]:
    """Return how many running stances are found, and of how many nothing is said in `quality`."""
    result = analysed(recording)
    if result is None:
        return 0, 0
    words = np.asarray(result.stances.quality["quality"]).astype(str)
    return len(words), int(np.count_nonzero(words == ""))


def part(found: Sequence[Found]) -> Part:
    """Return a figure for each kind of activity, and a table of all."""
    kinds = list(dict.fromkeys(one.kind for one in found))
    return Part(
        figures=tuple(_figure(kind, [one for one in found if one.kind == kind]) for kind in kinds),
        tables=(_table(found),) if found else (),
    )


def _figure(kind: str, found: Sequence[Found]) -> Figure:
    """Return the count of all people and sets; of rope skipping only what is not flagged."""
    said = f"running stances, {kind}"
    if kind == ROPE:
        said = f"{said}, nothing said of them"
    counts = [
        (f"{one.which}, {label}, someone({one.seed})", float(count))
        for one in found
        for label, count in (one.unflagged if kind == ROPE else one.given).items()
    ]
    total = sum(count for _, count in counts)
    if total:
        name, most = worst(counts)
        said = f"{said} (most: {most:.0f}, {name})"
    return Figure(ON, said, total, low=0.0, high=0.0, decimals=0)


def _table(found: Sequence[Found]) -> Table:
    people = len({one.seed for one in found if one.kind != WALKING})
    walkers = len({one.seed for one in found if one.kind == WALKING})
    return Table(
        "No running, every set of pods",
        "What is called a running stance, of all people together; of rope skipping in brackets "
        f"those of which the quality says nothing. {people} people, {walkers} others walking; "
        "vehicles shake up to 20 Hz by 0.3 to 1.5 m/s² RMS, bounce on their springs and hit bumps.",
        ("", *COLUMNS),
        tuple(_rows(found)),
    )


def _rows(found: Sequence[Found]) -> Iterator[tuple[str, ...]]:
    for kind, which in dict.fromkeys((one.kind, one.which) for one in found):
        every = [one for one in found if (one.kind, one.which) == (kind, which)]
        name = which if kind == which else f"{kind}, {which}"
        yield (name, *(_cell(every, label, bracketed=kind == ROPE) for label in COLUMNS))


def _cell(every: Sequence[Found], label: str, *, bracketed: bool) -> str:
    given = sum(one.given[label] for one in every)
    unflagged = sum(one.unflagged[label] for one in every)
    return f"{given} ({unflagged})" if bracketed and given else str(given)
