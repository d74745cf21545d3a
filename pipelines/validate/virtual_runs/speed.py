"""How right the speed is on virtual people, at any speed, slope and height of the pod."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import SIDES, FloatArray, Placement
from imu.simulation import Pod, Run, Runner, Stand, realistic, simulate, someone
from imu.simulation.people import anyone
from imu.simulation.pods.hardware import shank_place
from pipelines.validate.matching import mean, rms, sd
from pipelines.validate.results import Figure, Part, Table, number

if TYPE_CHECKING:
    from imu.recording.recording import Recording

FIRST_SEED: Final = 31_000
STAND_S: Final = 8.0
RUN_S: Final = 20.0
SETTLED_S: Final = 12.0
SPEEDS_MPS: Final = (2.0, 5.0)
GRADES_PCT: Final = (-6.0, -3.0, 0.0, 3.0, 6.0)
HEIGHTS_PCT: Final = (10.0, 70.0)
TAPE_M: Final = 0.05
KNOWN_MPS: Final = 3.0
"""Speed of the level run from which a person's scale is taken."""
KINDS: Final = {"people": "virtual people, speed", "anyone": "virtual runners of any form, speed"}
WAYS: Final = ("true height", "height wrong by 5 cm", "height estimated")
ABOUT: Final = (
    "Error of the median speed of a session, %, both shank pods: at 2 to 5 m/s, -6 to +6 %, pods "
    "at 10 to 70 % of the shank (any form: 5 to 80 %). A height wrong by 5 cm is the true one with "
    "an error of up to that, drawn for each pod. After calibration: by a level run at 3 m/s with "
    "the pods where they are."
)


@dataclass(frozen=True)
class Person:
    """Session speed found over the true one, minus 1, in %: (ways,), as it is and calibrated.

    `stride_sd_mps` (2,) is the SD over the strides of each leg, NaN where its speed is withheld.
    """

    kind: str
    error_pct: FloatArray
    calibrated_pct: FloatArray
    stride_sd_mps: FloatArray


def jobs(seed: int, count: int) -> list[tuple[str, int]]:
    """Return kind and seed of each person."""
    return [(kind, seed + FIRST_SEED + k) for kind in KINDS for k in range(count)]


def score(job: tuple[str, int]) -> Person:
    """Let one person run twice with the same pods, and measure the speed in three ways."""
    kind, seed = job
    rng = np.random.default_rng([seed, 31])
    speed_mps, grade_pct = float(rng.uniform(*SPEEDS_MPS)), float(rng.choice(GRADES_PCT))
    runner, pods = _worn(kind, seed, rng)
    true_m = {place: pod.lever_m[2] for place, pod in pods.items()}
    taped_m = {
        place: float(np.clip(height + rng.uniform(-TAPE_M, TAPE_M), 0.0, 0.5))
        for place, height in true_m.items()
    }
    run = _recorded(runner, pods, speed_mps, grade_pct, seed)
    known = _recorded(runner, pods, KNOWN_MPS, 0.0, seed + 1)
    heights: tuple[Mapping[Placement, float], ...] = (true_m, taped_m, {})
    found = np.array([_session_mps(run, height)[0] for height in heights]) / speed_mps
    scale = KNOWN_MPS / np.array([_session_mps(known, height)[0] for height in heights])
    return Person(kind, 100 * (found - 1), 100 * (scale * found - 1), _session_mps(run, true_m)[1])


def _worn(kind: str, seed: int, rng: np.random.Generator) -> tuple[Runner, dict[Placement, Pod]]:
    if kind == "anyone":
        runner, pods = anyone(seed)
    else:
        runner, pods = someone(seed), realistic(seed)
    worn: dict[Placement, Pod] = {}
    for place in ("shank_left", "shank_right"):
        lever = shank_place(
            place, height_pct=float(rng.uniform(*HEIGHTS_PCT)), around_deg=rng.uniform(-60, 120)
        )
        worn[place] = pods[place] if kind == "anyone" else replace(pods[place], lever_m=lever)
    return runner, worn


def _recorded(
    runner: Runner, pods: Mapping[Placement, Pod], speed_mps: float, grade_pct: float, seed: int
) -> Recording:
    script = (Stand(STAND_S), Run(RUN_S, speed_mps=speed_mps, grade_pct=grade_pct))
    return simulate(runner, script, seed=seed, pods=pods).recording()


def _session_mps(
    recording: Recording, pod_height_m: Mapping[Placement, float]
) -> tuple[float, FloatArray]:
    """Return the median speed of the settled running, and the SD over the strides of each leg."""
    import imu

    table = imu.analyse(recording, wearer=imu.Wearer(pod_height_m=pod_height_m)).stances
    settled = table.events.initial_contact_s > SETTLED_S
    speed, side = table.metrics["speed_mps"][settled], table.events.side[settled]
    known = np.isfinite(speed)
    of_sides = [speed[known & (side == one)] for one in SIDES]
    return float(np.median(speed[known])), np.array([sd(one) for one in of_sides])


def part(people: Sequence[Person]) -> Part:
    """Return figures and a table of the people."""
    rows: list[tuple[str, ...]] = []
    figures: list[Figure] = []
    for kind, on in KINDS.items():
        own = [person for person in people if person.kind == kind]
        before, after = (
            np.array([getattr(person, name) for person in own]).reshape(-1, len(WAYS))
            for name in ("error_pct", "calibrated_pct")
        )
        steady = np.array([person.stride_sd_mps for person in own]).ravel()
        figures += _figures(on, before, after, steady)
        rows += [
            (on, f"{way}{then}", *_cells(errors[:, k]))
            for then, errors in (("", before), (", calibrated", after))
            for k, way in enumerate(WAYS)
        ]
    columns = ("", "", "bias", "SD", "RMSE", "worst")
    return Part(tuple(figures), (Table("Speed of virtual people", ABOUT, columns, tuple(rows)),))


def _figures(on: str, before: FloatArray, after: FloatArray, steady: FloatArray) -> list[Figure]:
    taped, estimated, told = before[:, 1], before[:, 2], np.isfinite(steady)
    return [
        Figure(on, "session RMSE, height wrong by 5 cm", rms(taped), "%", high=5.0),
        Figure(on, "session worst, height wrong by 5 cm", _worst(taped), "%", high=12.0),
        Figure(on, "session RMSE, height estimated", rms(estimated), "%", high=7.0),
        Figure(on, "session RMSE, calibrated", rms(after[:, 1]), "%", high=2.0),
        Figure(on, "session worst, calibrated", _worst(after[:, 1]), "%", high=6.0),
        Figure(on, "SD over strides, worst leg", _worst(steady[told]), "m/s", high=0.1, decimals=3),
        Figure(on, "legs whose speed is withheld", 100 * mean(1.0 - told), "%", high=5.0),
    ]


def _worst(values: FloatArray) -> float:
    return float(np.max(np.abs(values))) if len(values) else np.nan


def _cells(errors: FloatArray) -> tuple[str, ...]:
    values: tuple[Any, ...] = (mean(errors), sd(errors), rms(errors), _worst(errors))
    return tuple(number(value, 1) for value in values)
