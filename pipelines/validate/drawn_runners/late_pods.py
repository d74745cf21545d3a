"""Count how often a shank pod whose clock runs late is named, and how often one is that does not.

Each pod counts from its own zero, as in files put together from loggers. Whether the left or the
right one is late changes from runner to runner; the others share a clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import Placement
from imu.simulation import Run, Stand, anyone, realistic, someone
from pipelines.validate.drawn_runners import faulty_runners
from pipelines.validate.results import Figure, Part, Table
from pipelines.validate.virtual_runs.grid import Scope
from pipelines.validate.virtual_runs.score import SHANKS, Case, recorded

if TYPE_CHECKING:
    from imu.recording.recording import Recording, Sensor

ON: Final = "virtual runner, a shank pod that stamps late"
LATE_MS: Final = (0, 30, 60, 80, 130, 360)
ALONE_FROM_MS: Final = 60
FIRST_SEED: Final = 40_000  # beyond the other seeds; the limits were chosen on 60100-60139
LIMIT_MS: Final = 18.0
"""Beyond it a shank would be named: `clock_agreement.ONE_SHANK_S`."""
STAND_S: Final = 6.0
SPEEDS_MPS: Final = (2.4, 4.2)
DRAW: Final = 5
WITH, WITHOUT = "with a pelvis pod", "without"
FAMILIES: Final = ("someone", "anyone", "all faults")
Job = tuple[str, int, float]
"""Family of the runner, her seed, length of the run in s."""


@dataclass(frozen=True)
class Told:
    """Whether the late pod was named, and nothing else (lateness 0: nothing said), per set and ms.

    `unlike_ms` is how far the two shanks seem apart by the pelvis with no pod late.
    """

    family: str
    seed: int
    right: Mapping[tuple[str, int], bool]
    unlike_ms: float


def jobs(scope: Scope, *, seed: int) -> list[Job]:
    """Return every runner of every family."""
    return [
        (family, seed + FIRST_SEED + 1000 * number + k, scope.late_s)
        for number, family in enumerate(FAMILIES)
        for k in range(scope.late_runners)
    ]


def recording_of(job: Job) -> Recording:
    """Return what the three pods record on one clock."""
    family, seed, run_s = job
    speed_mps = float(np.random.default_rng([seed, DRAW]).uniform(*SPEEDS_MPS))
    script = (Stand(STAND_S), Run(run_s, speed_mps=speed_mps))
    if family == "all faults":
        own = replace(faulty_runners.case((seed, SPEEDS_MPS)), script=script)
    else:
        runner, pods = anyone(seed) if family == "anyone" else (someone(seed), realistic(seed))
        own = Case("late", family, runner, script, seed, pods)
    return recorded(own)[1]


def score(job: Job) -> Told:
    """Let one shank pod of a runner be late by each of `LATE_MS`, and read what is said."""
    whole, (family, seed, _) = recording_of(job), job
    late_place = SHANKS[seed % 2]
    sensors: dict[Placement, Sensor] = {place: whole.sensors[place] for place in SHANKS}
    right: dict[tuple[str, int], bool] = {}
    for name, recording in {WITH: whole, WITHOUT: replace(whole, sensors=sensors)}.items():
        named = _by_pelvis if name == WITH else _of_two
        for late_ms in LATE_MS:
            sentences = judged(late(recording, late_place, late_ms / 1000)).sentences
            right[name, late_ms] = named(sentences, late_place) if late_ms else not sentences
    to_pelvis = {pair[1]: s for pair, s in judged(whole).residual_s.items() if pair[0] == "pelvis"}
    apart = [float(np.nanmedian(to_pelvis[p])) if p in to_pelvis else np.nan for p in SHANKS]
    return Told(family, seed, right, 1000 * abs(apart[0] - apart[1]))


def judged(recording: Recording) -> Any:
    """Return how the clocks of a recording agree (`imu.quality.clock_agreement`)."""
    from imu.alignment import worn_pods
    from imu.quality import clock_agreement
    from imu.segmentation.segment import find_stances

    segments, rate_hz = worn_pods.worn(recording), recording.rate_hz
    found = find_stances(segments, rate_hz=rate_hz, start_s=recording.start_s)
    return clock_agreement.judged(segments, found.searched, rate_hz=rate_hz)


def late(recording: Recording, place: Placement, off_s: float) -> Recording:
    """Return a recording in which one pod stamps later than it took its samples, s."""
    moved = _later(recording.sensors[place], round(off_s * recording.rate_hz))
    return replace(recording, sensors={**recording.sensors, place: moved})


def _later(pod: Sensor, by: int) -> Sensor:
    if not by:
        return pod
    gap = partial(np.full_like, fill_value=np.nan)
    acc, gyr = (
        None if x is None else np.concatenate([gap(x[:by]), x[:-by]])
        for x in (pod.acc_mps2, pod.gyr_radps)
    )
    assert acc is not None
    valid = np.concatenate([np.zeros(by, dtype=bool), pod.valid[:-by]])
    return replace(pod, acc_mps2=acc, gyr_radps=gyr, valid=valid)


def _by_pelvis(sentences: Sequence[str], place: Placement) -> bool:
    named = f"the {place.removeprefix('shank_')} shank pod stamps "
    return len(sentences) == 1 and sentences[0].startswith(named) and " later " in sentences[0]


def _of_two(sentences: Sequence[str], _: Placement) -> bool:
    return len(sentences) == 1 and sentences[0].startswith("the two shank pods do not agree")


def part(told: Sequence[Told]) -> Part:
    """Return what must be reached of each family, and a table of all."""
    figures = [figure for family in FAMILIES for figure in _figures(family, _of(told, family))]
    return Part(figures=tuple(figures), tables=(_table(told),) if told else ())


def _of(told: Sequence[Told], family: str) -> list[Told]:
    return [one for one in told if one.family == family]


def _figures(family: str, told: Sequence[Told]) -> Iterator[Figure]:
    if not told:
        return
    asked = [(WITH, ms) for ms in LATE_MS[1:]]
    asked += [(WITHOUT, ms) for ms in LATE_MS if ms >= ALONE_FROM_MS]
    missed = sum(not one.right[key] for one in told for key in asked)
    wrong = sum(not one.right[name, 0] for one in told for name in (WITH, WITHOUT))
    most = max(one.unlike_ms for one in told)
    yield Figure(ON, f"late pods not named, {family}", float(missed), high=0.0, decimals=0)
    yield Figure(ON, f"pods named that are not late, {family}", float(wrong), high=0.0, decimals=0)
    yield Figure(
        ON, f"shanks seem apart though they are not, at most, {family}", most, "ms", high=LIMIT_MS
    )


def _table(told: Sequence[Told]) -> Table:
    return Table(
        "A shank pod that stamps late",
        "Runs in which the pod is named and nothing else said (with a pelvis pod), or the two "
        "shanks are said to disagree, unless she steps unevenly (without one: which of the two it "
        "is, and a limp, cannot be told apart); at 0 ms those in which nothing is said. Pods with "
        "gyroscopes; 40 s at 2.4 to 4.2 m/s. Limits were chosen on other seeds.",
        ("", "", *(f"{ms} ms" for ms in LATE_MS)),
        tuple(_rows(told)),
    )


def _rows(told: Sequence[Told]) -> Iterator[tuple[str, ...]]:
    for family in FAMILIES:
        own = _of(told, family)
        for name in (WITH, WITHOUT) if own else ():
            counts = (sum(one.right[name, ms] for one in own) for ms in LATE_MS)
            yield (family, name, *(f"{count}/{len(own)}" for count in counts))
