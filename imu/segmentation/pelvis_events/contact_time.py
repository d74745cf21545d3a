"""Derive contact time from the pelvis alone, so that it follows speed: a slow level per step.

Where the upward force crosses a level tells one step from the next, but hardly one speed from
another: filters and the swinging leg blur both ends of a short contact, and a long one ends in a
soft tail. So the level of contact time comes from three estimates that fail differently:

- amplitude: a half sine that carries body weight over a step of T with peak F lasts pi T / (2 F)
  (Morin 2005, J Appl Biomech 21:167). It fails with a pelvis that swings more than the body does;
- width: how long the force is above a tenth of its peak. It fails where a leg pulls in flight;
- drive: from contact to where the forward force is least, when the drive forward has ended. It
  fails where the pelvis rocks in time with the step and not with the foot.

Each knows less than all of a change, so each is stretched; their weighted mean is the level. All
are medians over the steps around: the level follows a change of speed within some twenty steps.

Not derivable, so withheld: amplitude and width too far apart, no flight, or a pelvis that falls far
faster in flight than a body can. A fault that all three share does not show: on one man short
contacts still read long by a fifth of what they are shorter.
"""

from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.dsp.peaks import argmax_in, argmin_in, first_fall, last_crossing, refine_peak
from imu.dsp.rows import middle_of
from imu.frames import FORWARD, GRAVITY_MPS2, UP, BoolArray, FloatArray, IntArray
from imu.segmentation import event_offsets

Anchors = tuple[IntArray, IntArray, IntArray]
"""Force peak of every running step and the troughs before and after it, (k,) each, samples."""

STEPS_AROUND: Final = 20
"""Steps on either side over which a level is the median: both feet, some 7 s."""
AROUND_S: Final = 10.0
"""Steps further away belong to another stretch of running."""
FEWEST_STEPS: Final = 3
LONGEST_STEP_S: Final = 0.6
NEAR_S: Final = 0.05
"""How far an extremum at 10 Hz may lie from its anchor, which is found at 7 Hz."""
DUTY: Final = (0.35, 0.95)
"""Share of the step with a foot down. Beyond it there is no flight, or no runner."""
APART_S: Final = (-0.03, 0.09)
"""Amplitude less width. -16 to +19 ms in Alcantara 2022, 22 in Dorschky 2019, -6 to 74 in made-up
people; beyond it one of them has failed, and nothing tells which."""
LEAST_BW: Final = -0.8
"""In flight, 7 Hz: -0.6 in Dorschky 2019, -0.8 to 0 in made-up people. A pelvis that reads less
swings so much more than the body that amplitude and width are both too short."""


def levels_s(
    segment: Segment, force_bw: FloatArray, steps: Anchors, start: FloatArray, *, rate_hz: float
) -> tuple[FloatArray, FloatArray]:
    """Return the level of contact time at every step, and it without the drive: (k,) each, s.

    NaN where it cannot be derived. The second needs not know which way is forward. `force_bw` (n,)
    is the upward force at 7 Hz, `start` (k,) initial contact in samples.
    """
    near = near_steps(start, rate_hz)
    step_s = np.diff(start, append=np.nan) / rate_hz
    step_s = moving_median(np.where(step_s < LONGEST_STEP_S, step_s, np.nan), near)
    drive_s = _drive_s(segment, steps, start, rate_hz)
    features = (
        half_sine_s(moving_median(force_bw[steps[0]], near), step_s),
        moving_median(_width_s(segment, steps, rate_hz), near),
        moving_median(drive_s, near),
    )
    stretched = event_offsets.PELVIS_STRETCH * np.stack(features)
    estimates = stretched + event_offsets.PELVIS_PER_STEP * step_s
    estimates -= np.array(event_offsets.PELVIS_LEVEL_S)[:, None]
    flight_bw = moving_median(force_bw[np.clip(steps[2], 0, len(force_bw) - 1)], near)
    estimates[:, ~(flight_bw > LEAST_BW)] = np.nan
    return _combined(estimates, step_s, driven=_share(np.isfinite(drive_s), near))


def _combined(
    estimates_s: FloatArray, step_s: FloatArray, *, driven: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the weighted mean of amplitude, width and drive (3, k), and of the first two: (k,).

    NaN where the first two fail. The drive counts the less, the further it is from them, not at all
    where it is `PELVIS_DRIVE_S` away; and the less, the fewer of the steps around show one
    (`driven`, (k,), a share).
    """
    amplitude, width, drive = estimates_s
    weight = event_offsets.PELVIS_WEIGHTS
    upward = (weight[0] * amplitude + weight[1] * width) / (weight[0] + weight[1])
    with np.errstate(invalid="ignore"):
        agree = (amplitude - width > APART_S[0]) & (amplitude - width < APART_S[1])
        runs = (upward > DUTY[0] * step_s) & (upward < DUTY[1] * step_s)
    upward = np.where(agree & runs, upward, np.nan)
    apart = np.nan_to_num(drive - upward)
    counts = np.clip(1 - (apart / event_offsets.PELVIS_DRIVE_S) ** 2, 0, 1)
    return upward + weight[2] * driven * counts * apart, upward


def half_sine_s(peak_bw: FloatArray, step_s: FloatArray) -> FloatArray:
    """Return how long a half sine with this peak carries body weight over the step, (k,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return step_s * np.clip(np.pi / 2 / peak_bw, DUTY[0], 1.0)


def _width_s(segment: Segment, steps: Anchors, rate_hz: float) -> FloatArray:
    """Return how long the 10 Hz upward force of each step is above a tenth of its peak, (k,).

    The tenth counts from the lowest value in flight where that is not free fall: uphill.
    """
    force = lowpass(_pushed_bw(segment, rate_hz), cutoff_hz=10.0, rate_hz=rate_hz)
    peak, before, after = steps
    last, reach = len(force) - 1, int(NEAR_S * rate_hz)
    first, end = np.maximum(before, 0), np.minimum(after, last)
    lowest = np.minimum(
        force[argmin_in(force, np.maximum(first - reach, 0), np.minimum(first + reach, peak))],
        force[argmin_in(force, np.maximum(end - reach, peak), np.minimum(end + reach, last))],
    )
    floor = np.maximum(lowest, 0.0)
    highest = force[argmax_in(force, peak - reach, peak + reach)]
    level = floor + event_offsets.PELVIS_WIDTH * (highest - floor)
    rise = last_crossing(force, level, first, peak)
    fall = first_fall(force, level, peak, end)
    return np.asarray((fall - rise) / rate_hz)


def _pushed_bw(segment: Segment, rate_hz: float) -> FloatArray:
    """Return the upward force (n,) at 20 Hz, 0 where it is negative: the ground does not pull.

    Alcantara 2022, on which this is calibrated, has it so.
    """
    force = lowpass(segment.acc_mps2[:, UP], cutoff_hz=20.0, rate_hz=rate_hz) / GRAVITY_MPS2
    return np.maximum(force, 0.0)


def _drive_s(segment: Segment, steps: Anchors, start: FloatArray, rate_hz: float) -> FloatArray:
    """Return the time from contact to the least 6 Hz forward force around toe-off, (k,).

    NaN where it is least at an end of what is searched: there is no end of the drive then, but the
    braking of one of the two contacts.
    """
    forward = lowpass(segment.acc_mps2[:, FORWARD], cutoff_hz=6.0, rate_hz=rate_hz)
    peak, _, after = steps
    first, end = peak + int(0.03 * rate_hz), after + int(0.06 * rate_hz)
    least = argmin_in(forward, first, end)
    inside = (least > first) & (least < end - 1)
    return np.where(inside, refine_peak(forward, least) - start, np.nan) / rate_hz


def near_steps(start: FloatArray, rate_hz: float) -> BoolArray:
    """Return True (k, 2 `STEPS_AROUND` + 1) for the steps around each step that count with it."""
    index = _around(len(start))
    inside = (index >= 0) & (index < len(start))
    other = start[np.clip(index, 0, len(start) - 1)]
    with np.errstate(invalid="ignore"):
        return np.asarray(inside & (np.abs(other - start[:, None]) < AROUND_S * rate_hz))


def _around(k: int) -> IntArray:
    return np.arange(k)[:, None] + np.arange(-STEPS_AROUND, STEPS_AROUND + 1)


def moving_median(x: FloatArray, near: BoolArray) -> FloatArray:
    """Return the median of `x` (k,) over the steps `near` each, as `near_steps`; NaN if few."""
    rows = np.where(near, x[np.clip(_around(len(x)), 0, len(x) - 1)], np.nan)
    count = np.isfinite(rows).sum(axis=1)
    return np.where(count >= FEWEST_STEPS, middle_of(rows), np.nan)


def sum_of_near(x: FloatArray, near: BoolArray) -> FloatArray:
    """Return the sum of `x` (k,) over the steps `near` each (as `near_steps`)."""
    rows = np.where(near, x[np.clip(_around(len(x)), 0, len(x) - 1)], 0.0)
    return np.asarray(rows.sum(axis=1))


def _share(of: BoolArray, near: BoolArray) -> FloatArray:
    """Return the share (k,) of the steps `near` each for which `of` (k,) holds."""
    held = sum_of_near(of.astype(np.float64), near)
    return np.asarray(held / np.maximum(near.sum(axis=1), 1))


def usual(x: FloatArray, start: FloatArray, *, rate_hz: float) -> FloatArray:
    """Return the median of `x` (k,) over the steps around each; NaN for too few."""
    return moving_median(x, near_steps(start, rate_hz))
