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
    `swing_turn_deg` is how far it turns in again while it swings forward: it swings out of its own
    plane, so the axis of its swing is not square to the bone. `late_tilt_deg` is how much more the
    pelvis tips forward after mid-stance than by `JointCurves.tilt_rise_deg`.
    `impact_mps2` is the axial peak of the shank, gravity in, `impact_delay_s` after contact.
    """

    contact_time_s: float = 0.25
    impact_mps2: float = 62.0
    impact_delay_s: float = 0.034  # 0.02 to 0.04 heel first, 0.05 to 0.07 forefoot
    anterior_tilt_deg: float = 4.0
    tilt_drift_deg_per_min: float = 0.0
    pelvic_drop_deg: float = 3.4
    pelvic_rotation_deg: float = 1.2
    shank_rotation_deg: float = 9.0
    shank_varus_deg: float = 4.0
    swing_turn_deg: float = 0.0
    late_tilt_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class JointCurves:
    """What gives the joint curves of one person their shape, at 3 m/s on the level.

    Leg-signed as in `imu.frames`. Rotation and obliquity at contact are about the mean of the
    stride, `rotation_net_deg` is their change from contact to toe-off, and `rotation_early_deg`
    how far the pelvis is turned early in stance beyond half the way to mid-stance. Tilt falls by
    `tilt_fall_deg` after contact and rises by `tilt_rise_deg` up to toe-off. The shank leans by
    `shank_contact_deg` at contact (+ = top forward), `shank_toe_off_deg` at toe-off and
    `swing_back_deg` at most, in swing; the shifts move its curve against contact and toe-off.
    `waveform_deg` is the size of random smooth bends of every joint curve that belong to no
    family; `waveform_seed` tells which.
    """

    rotation_contact_deg: float = 2.6
    rotation_early_deg: float = 1.2
    rotation_net_deg: float = -6.5
    rotation_contact_deg_per_mps: float = 1.2
    rotation_net_deg_per_mps: float = -1.0
    obliquity_contact_deg: float = -2.0
    obliquity_toe_off_deg: float = 5.0
    drop_share: float = 0.28  # of stance: the swing side is lowest
    tilt_fall_deg: float = 1.0
    tilt_rise_deg: float = 4.8
    shank_contact_deg: float = -14.0
    shank_toe_off_deg: float = 30.0
    contact_shift_s: float = 0.0
    toe_off_shift_s: float = 0.0
    swing_back_deg: float = 75.5
    swing_back_deg_per_mps: float = 20.0
    waveform_deg: float = 0.0
    waveform_seed: int = 0


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
    shank_varus_deg: float = 1.5
    tilt_rise_deg: float = 0.5
    shank_contact_deg: float = 1.0


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
    left_step_share: float = 0.5  # of the stride: from left to right initial contact
    stride_cv: float = 0.015
    stride_alpha: float = 0.8
    left: Loading = field(default_factory=Loading)
    right: Loading = field(default_factory=Loading)
    spread: Spread = field(default_factory=Spread)
    curves: JointCurves = field(default_factory=JointCurves)

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


def _moved(loading: Loading, by: FloatArray) -> Loading:
    moves = dict(zip(DAY_SD, by, strict=True))
    return replace(
        loading, **{n: getattr(loading, n) + DAY_SD[n] * float(d) for n, d in moves.items()}
    )


CURVES_THAT_VARY: Final = ("tilt_rise_deg", "shank_contact_deg")
"""Fields of `JointCurves` that vary from stance to stance, as a `Loading` does."""
LOADINGS: Final = tuple(f.name for f in fields(Loading))
