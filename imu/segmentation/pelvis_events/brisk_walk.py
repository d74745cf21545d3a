"""Tell brisk walking from a slow jog by the pelvis alone, where both lighten it in every step.

In brisk walking the body is lightest at mid-stance, over a straight leg, and the pelvis reads half
a body weight or less there, as if it flew. Two things tell it from a jog:

- a half sine that carries body weight over a step of T with peak F lasts pi T / (2 F) (Morin 2005,
  J Appl Biomech 21:167). In walking it fills the step, which is long, too: 0.39 s and more, and
  up to 0.38 s in people who jog as slowly as they can;
- when the pelvis rolls. The side of the swinging leg drops at the beginning of single support and
  rises towards its end. Single support is around the lightest instant in walking, around the
  heaviest in running: so the roll of a stride comes a quarter of it earlier or later against the
  upward force. Which way is forward need not be known for that.

Chosen on the slow and quick walks and jogs of 38 people with a pod on the belt (SisFall 2017), by
hand; none of it is part of this repository.
"""

from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.frames import FORWARD, BoolArray, FloatArray, IntArray
from imu.segmentation.pelvis_events.contact_time import (
    LONGEST_STEP_S,
    Anchors,
    half_sine_s,
    moving_median,
    near_steps,
    sum_of_near,
)

LONG_S: Final = 0.36
"""Half-sine contact up to which nobody walks."""
OWN_SHARE: Final = 0.9
"""Share of it that the step itself must reach, so that a jog between two walks is none."""
HARDLY_LIGHT_BW: Final = 0.3
"""A jog of such long contacts falls below this in flight: to 0.2 and less."""
WALKING_S: Final = 0.42
SURELY_WALKING_S: Final = 0.46
"""Longer than any jog's: where nothing is known of the roll, and where it says running."""
WALKING_ROLL_RAD: Final = (float(np.deg2rad(35.0)), float(np.deg2rad(45.0)))
"""Phase of the roll rate over a stride against the peak of force, and by how much it may differ: 0
to 75 degrees in brisk walking, -85 to -24 in slow jogs, of people and of virtual runners. It counts
by half turns, as left and right steps alternate."""
LEAST_ALIKE: Final = 0.35
"""How alike the roll of the steps around must be, 0 to 1, to tell anything."""
MEANS: Final = 16


def walks(segment: Segment, force_bw: FloatArray, steps: Anchors, *, rate_hz: float) -> BoolArray:
    """Return True (k,) for steps that are those of brisk walking.

    `force_bw` (n,) is the upward force at 7 Hz, `steps` its extrema as `steps.anchors` gives them.
    """
    peak, _, after = steps
    near = near_steps(peak.astype(np.float64), rate_hz)
    apart_s = np.diff(peak, append=peak[-1:] + int(rate_hz)) / rate_hz
    own_s = np.where(apart_s < LONGEST_STEP_S, apart_s, np.nan)
    step_s = moving_median(own_s, near)
    usual_s = half_sine_s(moving_median(force_bw[peak], near), step_s)
    each_s = half_sine_s(force_bw[peak], np.where(np.isfinite(own_s), own_s, step_s))
    with np.errstate(invalid="ignore"):
        long = (usual_s > LONG_S) & (each_s > OWN_SHARE * LONG_S)
    if not long.any():
        return long
    lightest = moving_median(force_bw[np.clip(after, 0, len(force_bw) - 1)], near)
    rolls, known = _rolls_like_walking(segment, peak, step_s, near, rate_hz)
    with np.errstate(invalid="ignore"):
        told = np.where(known, rolls | (usual_s > SURELY_WALKING_S), usual_s > WALKING_S)
        return np.asarray(long & (told | (lightest > HARDLY_LIGHT_BW)))


def _rolls_like_walking(
    segment: Segment, peak: IntArray, step_s: FloatArray, near: BoolArray, rate_hz: float
) -> tuple[BoolArray, BoolArray]:
    """Return where the pelvis rolls as in walking, and where its roll tells anything: (k,) each."""
    if segment.gyr_radps is None:
        none = np.zeros(len(peak), dtype=bool)
        return none, none
    roll = lowpass(segment.gyr_radps[:, FORWARD], cutoff_hz=10.0, rate_hz=rate_hz)
    turn = np.arange(MEANS) / MEANS - 0.5
    stride = 2 * rate_hz * np.nan_to_num(step_s)
    rows = np.interp(peak[:, None] + turn * stride[:, None], np.arange(len(roll)), roll)
    once = rows @ np.exp(-2j * np.pi * turn)
    squared = np.where(np.isfinite(step_s), once**2, 0.0)  # left and right steps look alike so
    real, imag = sum_of_near(squared.real, near), sum_of_near(squared.imag, near)
    size = sum_of_near(np.abs(squared), near)
    alike = np.hypot(real, imag) > LEAST_ALIKE * size
    usual, within = WALKING_ROLL_RAD
    walking = np.cos(np.arctan2(imag, real) - 2 * usual) > np.cos(2 * within)
    return walking & alike, alike & (size > 0)
