"""Score runners drawn at random by seed, whose curves and pods belong to no family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray, Placement
from imu.simulation import Pod, Run, Runner, Stand, anyone
from imu.simulation.pods.hardware import SHANK_M
from pipelines.validate.matching import Errors
from pipelines.validate.virtual_runs.score import (
    REFUSED,
    SHANKS,
    Case,
    analysed,
    events,
    recorded,
)

FIRST_SEED: Final = 1000  # beyond the validation's own seed: no runner is drawn twice
STAND_S: Final = 8.0
RUN_S: Final = 20.0
SPEEDS_MPS: Final = (1.6, 8.0)
USUAL_MPS: Final = (2.0, 5.0)
USUAL_SHARE: Final = 0.7


@dataclass(frozen=True)
class Leg:
    """One leg of one runner: errors (k,) of its stances that were found, out of `asked`."""

    height_pct: float
    asked: int
    contact_s: FloatArray
    toe_off_s: FloatArray


@dataclass(frozen=True)
class Scored:
    """One runner, made again by ``anyone(seed)`` at `speed_mps`; left and right leg in `legs`."""

    seed: int
    speed_mps: float
    errors: Errors
    legs: tuple[Leg, ...]
    grade: str

    @property
    def name(self) -> str:
        """What it takes to make the runner again."""
        heights = ", ".join(f"{leg.height_pct:.0f}" for leg in self.legs)
        return f"anyone({self.seed}) at {self.speed_mps:g} m/s, pods at {heights} %"


def drawn(seed: int, count: int) -> list[tuple[int, float]]:
    """Return seed and speed of `count` runners: most run at usual speeds, the rest anywhere."""
    return [(own, _speed_mps(own)) for own in range(seed + FIRST_SEED, seed + FIRST_SEED + count)]


def _speed_mps(seed: int) -> float:
    rng = np.random.default_rng(seed)
    usual = rng.random() < USUAL_SHARE
    return round(float(rng.uniform(*(USUAL_MPS if usual else SPEEDS_MPS))), 2)


def case(seed: int, speed_mps: float) -> Case:
    """Return the run of one runner: standing, then running on the level."""
    runner, pods = anyone(seed)
    return case_of(runner, pods, seed=seed, speed_mps=speed_mps)


def case_of(runner: Runner, pods: dict[Placement, Pod], *, seed: int, speed_mps: float) -> Case:
    """Return the run of any runner with any pods: standing, then running on the level."""
    script = (Stand(STAND_S), Run(RUN_S, speed_mps=speed_mps))
    return Case("random", f"runner {seed}", runner, script, seed, pods)


def score(one: tuple[int, float]) -> Scored:
    """Simulate, analyse and score the runner of one (seed, speed); keep errors alone."""
    own = case(*one)
    simulation, recording = recorded(own)
    result = analysed(recording)
    legs = tuple(_leg(own.pods[place], events(result, simulation, (place,))) for place in SHANKS)
    errors = events(result, simulation, own.worn)
    return Scored(*one, errors, legs, REFUSED if result is None else result.quality.grade)


def _leg(pod: Pod, errors: Errors) -> Leg:
    """Return the stances of one leg; one that was given to the other leg was not found."""
    height_pct = 100 * pod.lever_m[2] / SHANK_M
    right = errors.right_side
    return Leg(height_pct, errors.asked, errors.contact_s[right], errors.toe_off_s[right])
