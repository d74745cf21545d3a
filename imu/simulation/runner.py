"""Who runs, and how each side loads: plain numbers with a name and a unit."""

from dataclasses import dataclass, field, fields, replace
from typing import Final

import numpy as np

from imu.frames import FloatArray, Side
from imu.simulation.noise import stream

REFERENCE_SPEED_MPS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Loading:
    """How one side loads at 3 m/s on the level: the mean over its stances.

    Angles are leg-signed as in `imu.frames`. Tilt is that at mid-stance against standing. Drop
    is the fall of the swing side after initial contact, rotation the pelvis toward the stance leg
    from initial contact to mid-stance, shank rotation inward from 20 ms after contact to its peak.
    `impact_mps2` is the axial peak of the shank, gravity in, `impact_delay_s` after contact.
    """

    contact_time_s: float = 0.25
    impact_mps2: float = 62.0
    impact_delay_s: float = 0.034  # 0.02 to 0.04 heel first, 0.05 to 0.07 forefoot
    anterior_tilt_deg: float = 4.0
    tilt_drift_deg_per_min: float = 0.0
    pelvic_drop_deg: float = 5.0
    pelvic_rotation_deg: float = 4.5
    shank_rotation_deg: float = 9.0
    shank_varus_deg: float = 4.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviation from stance to stance of one side; `_cv` is a share of the mean."""

    contact_time_cv: float = 0.015
    impact_cv: float = 0.12
    impact_delay_s: float = 0.0015
    anterior_tilt_deg: float = 0.5
    pelvic_drop_deg: float = 0.6
    pelvic_rotation_deg: float = 0.8
    shank_rotation_deg: float = 0.8
    shank_varus_deg: float = 0.4


@dataclass(frozen=True, slots=True)
class Runner:
    """One runner. ``replace(runner, left=replace(runner.left, pelvic_drop_deg=8.0))`` is another.

    `cadence_spm` and both contact times hold at 3 m/s and change with speed; both sides together
    take one cadence. `stride_alpha` is the DFA exponent of stride times and of every loading.
    """

    mass_kg: float = 68.0
    height_m: float = 1.74
    leg_length_m: float = 0.92
    cadence_spm: float = 166.0
    cadence_spm_per_mps: float = 8.0
    contact_time_exponent: float = -0.65  # contact time ~ speed ** exponent
    impact_exponent: float = 1.0
    tilt_range_deg: float = 6.0
    rotation_range_deg: float = 10.0
    left_step_share: float = 0.5  # of the stride: from left to right initial contact
    stride_cv: float = 0.015
    stride_alpha: float = 0.8
    left: Loading = field(default_factory=Loading)
    right: Loading = field(default_factory=Loading)
    spread: Spread = field(default_factory=Spread)

    def __post_init__(self) -> None:
        if not 0.05 <= self.stride_alpha < 1.0:
            raise ValueError(f"stride_alpha is {self.stride_alpha}; give 0.05 to below 1")
        if not 100 <= self.cadence_spm <= 260:
            raise ValueError(f"cadence_spm is {self.cadence_spm:g}; give 100 to 260 steps/min")
        for side in (self.left, self.right):
            if not 0.08 <= side.contact_time_s <= 0.45:
                raise ValueError(f"contact_time_s is {side.contact_time_s:g}; give 0.08 to 0.45 s")

    def loading(self, side: Side) -> Loading:
        """Return the loading of one side."""
        return self.left if side == "left" else self.right


def both(runner: Runner, **loading: float) -> Runner:
    """Return the runner with the named `Loading` values on both sides."""
    return replace(
        runner, left=replace(runner.left, **loading), right=replace(runner.right, **loading)
    )


DAY_SD: Final = {
    "contact_time_s": 0.004,
    "impact_mps2": 4.0,
    "anterior_tilt_deg": 0.8,
    "pelvic_drop_deg": 0.5,
    "pelvic_rotation_deg": 0.6,
    "shank_rotation_deg": 0.8,
}
"""How much the mean of an unchanged runner moves from day to day, standard deviation."""


def another_day(runner: Runner, *, seed: int, scale: float = 1.0) -> Runner:
    """Return the unchanged runner on another day: each mean moved by `scale` x `DAY_SD`.

    Two thirds of the variance are common to both sides.
    """
    rng = stream(seed, "another day")
    common = rng.standard_normal(len(DAY_SD)) * np.sqrt(2 / 3)
    own = rng.standard_normal((2, len(DAY_SD))) * np.sqrt(1 / 3)
    cadence = runner.cadence_spm + scale * 1.2 * float(rng.standard_normal())
    left, right = (
        _moved(loading, scale * (common + part))
        for loading, part in zip((runner.left, runner.right), own, strict=True)
    )
    return replace(runner, cadence_spm=cadence, left=left, right=right)


PEOPLE: Final = {  # mean, standard deviation between people, lowest, highest
    "contact_time_s": (0.25, 0.018, 0.2, 0.3),
    "impact_mps2": (62.0, 13.0, 35.0, 110.0),
    "anterior_tilt_deg": (4.0, 3.0, -3.0, 11.0),
    "pelvic_drop_deg": (5.0, 1.5, 1.5, 9.0),
    "pelvic_rotation_deg": (4.5, 1.8, 0.0, 9.0),
    "shank_rotation_deg": (9.0, 2.0, 4.0, 15.0),
    "shank_varus_deg": (4.0, 1.5, 0.0, 8.0),
}
FOREFOOT_SHARE: Final = 0.2
SIDE_SHARE: Final = 0.3  # SD of a side about its person, in SDs between people


def someone(seed: int) -> Runner:
    """Return one person of a made-up population: sides alike, one in five lands on the forefoot."""
    rng = stream(seed, "someone")
    forefoot = rng.random() < FOREFOOT_SHARE
    delay_s = float(rng.normal(0.058, 0.004) if forefoot else rng.normal(0.034, 0.003))
    mean, sd, low, high = np.array(list(PEOPLE.values())).T
    person = rng.standard_normal(len(PEOPLE))
    sides = person + SIDE_SHARE * rng.standard_normal((2, len(PEOPLE)))
    values = np.clip(mean + sd * sides, low, high).tolist()
    left, right = (
        Loading(impact_delay_s=delay_s, **dict(zip(PEOPLE, side, strict=True))) for side in values
    )
    height_m = float(np.clip(rng.normal(1.74, 0.08), 1.5, 2.0))
    return Runner(
        mass_kg=float(np.clip(rng.normal(22.0, 1.8), 18, 28)) * height_m**2,
        height_m=height_m,
        leg_length_m=0.53 * height_m,
        cadence_spm=float(np.clip(rng.normal(168, 7), 150, 190)),
        tilt_range_deg=float(np.clip(rng.normal(6, 0.8), 4, 9)),
        left=left,
        right=right,
    )


def _moved(loading: Loading, by: FloatArray) -> Loading:
    moves = dict(zip(DAY_SD, by, strict=True))
    return replace(
        loading, **{n: getattr(loading, n) + DAY_SD[n] * float(d) for n, d in moves.items()}
    )


LOADINGS: Final = tuple(f.name for f in fields(Loading))
