"""Score runners drawn at random whose pods have every fault at once, each leg by itself.

They are those of ``anyone``, with pods of ``all_faults`` anywhere from 10 to 70 % of the shank's
height on any side of it, on skin as ``anyone`` draws it, over the radio.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from imu.frames import FloatArray, Placement
from imu.simulation import Pod, Run, Stand, all_faults, anyone
from imu.simulation.people import SIDE_AROUND_DEG
from imu.simulation.pods.hardware import SHANK_M, shank_place
from pipelines.validate.drawn_runners.random_runners import RUN_S, STAND_S, Leg, Scored
from pipelines.validate.virtual_runs.score import (
    REFUSED,
    SHANKS,
    Case,
    analysed,
    events,
    of_leg,
    recorded,
)

if TYPE_CHECKING:
    from imu.recording.recording import Recording

FIRST_SEED: Final = 20_000  # beyond the other seeds, and those that the methods were made on
FIRST_FAST_SEED: Final = 24_000
SPEEDS_MPS: Final = (2.0, 6.0)
FAST_MPS: Final = (6.0, 8.0)
HEIGHTS_PCT: Final = (10.0, 70.0)
AROUND_SD_DEG: Final = 15.0
DRAW: Final = 77  # tells this draw of a seed from those of the runner and of the pods
STRIKES_S: Final = {"heel": (0.0, 0.0395), "midfoot": (0.0395, 0.0515), "forefoot": (0.0515, 1.0)}
"""Delay of the impact: the limits lie half-way between the means of `people.STRIKES`."""
Job = tuple[int, tuple[float, float]]
"""Seed of a runner, and the speeds from and to which hers is drawn, m/s."""


@dataclass(frozen=True)
class FaultyLeg(Leg):
    """One leg: `given` stances were found on it, `found_m` is where its pod was found to sit.

    `length_s` (k,) are the errors of contact time; `found_m` is the height above the ankle.
    """

    given: int
    length_s: FloatArray
    found_m: float

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision on this leg."""
        return 2 * len(self.contact_s) / (self.asked + self.given) if self.asked else np.nan

    @property
    def height_error_pct(self) -> float:
        """Found less true height of the pod, % of the shank; NaN where none was found."""
        return 100 * self.found_m / SHANK_M - self.height_pct


@dataclass(frozen=True)
class FaultyRunner(Scored):
    """One runner, made again by ``faulty_runners.case``; left and right leg in `legs`."""

    legs: tuple[FaultyLeg, ...]
    strike: str

    @property
    def name(self) -> str:
        """What it takes to make the runner again, and how she lands."""
        heights = ", ".join(f"{leg.height_pct:.0f}" for leg in self.legs)
        return f"{self.seed}: {self.speed_mps:.1f} m/s, {self.strike}, pods at {heights} %"


def drawn(seed: int, count: int) -> list[Job]:
    """Return `count` runners of 2 to 6 m/s."""
    return [(seed + FIRST_SEED + k, SPEEDS_MPS) for k in range(count)]


def fast(seed: int, count: int) -> list[Job]:
    """Return `count` runners of 6 to 8 m/s."""
    return [(seed + FIRST_FAST_SEED + k, FAST_MPS) for k in range(count)]


def case(job: Job) -> Case:
    """Return the run of one runner: standing, then running on the level."""
    seed, speeds_mps = job
    rng = np.random.default_rng([seed, DRAW])
    runner, worn = anyone(seed)
    speed_mps = float(rng.uniform(*speeds_mps))
    faulty = all_faults(seed)
    pods = {place: _on_skin_of(worn[place], faulty[place]) for place in worn}
    for place in SHANKS:
        pods[place] = replace(pods[place], lever_m=_anywhere(place, rng))
    script = (Stand(STAND_S), Run(RUN_S, speed_mps=speed_mps))
    return Case("faulty", f"{speed_mps:g}", runner, script, seed, pods, radio=True)


def _on_skin_of(worn: Pod, faulty: Pod) -> Pod:
    """Return the faulty pod where `worn` sits, on its skin."""
    return replace(
        faulty,
        lever_m=worn.lever_m,
        tissue_hz=worn.tissue_hz,
        tissue_zeta=worn.tissue_zeta,
        tissue_deg=worn.tissue_deg,
    )


def _anywhere(place: Placement, rng: np.random.Generator) -> tuple[float, float, float]:
    side_deg = list(SIDE_AROUND_DEG.values())[int(rng.integers(len(SIDE_AROUND_DEG)))]
    around_deg = side_deg + float(rng.normal(0, AROUND_SD_DEG))
    return shank_place(place, height_pct=float(rng.uniform(*HEIGHTS_PCT)), around_deg=around_deg)


def speed_mps(own: Case) -> float:
    """Return the speed of the run of a case."""
    return float(own.script[-1].speed_mps) if isinstance(own.script[-1], Run) else np.nan


def strike(own: Case) -> str:
    """Return how the runner of a case lands: heel, midfoot or forefoot."""
    delay_s = own.runner.left.impact_delay_s
    return next(name for name, (low, high) in STRIKES_S.items() if low <= delay_s < high)


def height_pct(pod: Pod) -> float:
    """Return the height of a shank's pod above the ankle, % of the shank."""
    return 100 * pod.lever_m[2] / SHANK_M


def score(job: Job) -> FaultyRunner:
    """Simulate, analyse and score one runner; keep errors alone."""
    return scored(case(job))


def without_gyroscopes(job: Job) -> FaultyRunner:
    """Score one runner who wears the accelerometers of both shanks alone."""
    return scored(replace(case(job), worn=SHANKS, gyroscope=False))


def scored(own: Case) -> FaultyRunner:
    """Score the run of one case."""
    simulation, recording = recorded(own)
    found_m = found_heights_m(recording)
    result = analysed(recording)
    legs = []
    for place in SHANKS:
        one = of_leg(result, simulation, place.removeprefix("shank_"))
        legs.append(
            FaultyLeg(
                height_pct(own.pods[place]),
                one.asked,
                one.contact_s,
                one.toe_off_s,
                one.given,
                one.length_s,
                found_m[place],
            )
        )
    grade = REFUSED if result is None else result.quality.grade
    errors = events(result, simulation, own.worn)
    return FaultyRunner(own.seed, speed_mps(own), errors, tuple(legs), grade, strike(own))


def found_heights_m(recording: Recording) -> dict[Placement, float]:
    """Return how high above the ankle each shank's pod is found to sit, m; NaN if it is not."""
    from imu.alignment import worn_pods
    from imu.segmentation.shank_events import candidates

    alone = replace(recording, sensors={p: recording.sensors[p] for p in SHANKS})
    return {
        place: candidates(segment, rate_hz=recording.rate_hz).seat.height_m
        for place, segment in worn_pods.worn(alone).items()
    }


def over_legs(runners: Sequence[FaultyRunner], of: Callable[[FaultyLeg], FloatArray]) -> FloatArray:
    """Return what `of` gives for each leg of each runner, joined."""
    return np.concatenate([np.empty(0), *(of(leg) for one in runners for leg in one.legs)])
