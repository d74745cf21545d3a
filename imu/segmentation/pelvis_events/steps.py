"""Detect stances from the pelvis alone: rise and fall of the upward force in every step.

Initial contact is where the upward specific force has climbed three tenths of the way out of
flight, at the lowest out of free fall (15 Hz). Toe-off is the mean of two estimates that fail
differently: where the upward force has come back down to a twentieth above the next flight (7 Hz),
and where the drive forward ends, which is the steepest fall of the forward force (4 Hz: braking and
driving of a step are one wave). These crossings tell one step from the next. How long a contact is
on the whole they hardly know: that level comes from `contact_time`, and both events move to
it.

The side is the leg whose opposite hip rises towards toe-off (gyroscope), or towards which the
pelvis is pushed (acceleration), decided by all steps of an unbroken chain together: they alternate.
"""

import numpy as np
import numpy.typing as npt
import scipy

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.dsp.gaps import marked
from imu.dsp.peaks import argmax_in, argmin_in, first_fall, last_crossing, refine_peak
from imu.dsp.rows import windows
from imu.dsp.slopes import falls
from imu.frames import FORWARD, LEFT, PER_G, UP, BoolArray, FloatArray, IntArray
from imu.segmentation import event_offsets
from imu.segmentation.pelvis_events.brisk_walk import walks
from imu.segmentation.pelvis_events.contact_time import Anchors, usual
from imu.segmentation.pelvis_events.contact_time import levels_s as contact_levels_s
from imu.segmentation.shank_events.candidate_stances import Candidates, nothing

LEAST_STEP_S = 0.22
LIGHTEST_BW = 0.6
LEAST_SWING_BW = 1.15
"""The 7 Hz upward force falls below the one and swings by more than the other in every running
step: to 0.5 and by 1.5 up a slope of 10 degrees (Alcantara 2022), to 0.1 and by 1.5 in the slowest
virtual runs. In virtual walking of 2.2 m/s it falls to 0.62 and swings by 0.7; brisk walks of
people have swung by more than 0.9."""


def candidates(segment: Segment, *, rate_hz: float) -> Candidates:
    """Return one candidate per step that is light enough for running, and which of them walk."""
    slow = upward_bw(segment, rate_hz=rate_hz)
    peak, before, after = anchors(slow, rate_hz=rate_hz)
    if len(peak) < 2:
        return nothing()
    start = _contacts(segment, peak, before, rate_hz)
    reverse, last = slow[::-1], len(slow) - 1
    fall = _threshold(reverse, last - after, last - peak, event_offsets.PELVIS_FALL, rate_hz)
    light = first_fall(slow, fall, peak, after) - event_offsets.PELVIS_FALL_S * rate_hz
    driven = _drive_ends(segment, peak, after, rate_hz) - event_offsets.DRIVE_ENDS_S * rate_hz
    stop = _toe_off(light, driven, rate_hz)
    levels_s = contact_levels_s(segment, slow, (peak, before, after), start, rate_hz=rate_hz)
    level, upward = (one_s * rate_hz for one_s in levels_s)
    # Contact does not depend on which way is forward: here the crossings of the upward force count.
    early = event_offsets.PELVIS_RISE_SHARE * _missing(upward, start, light, rate_hz)
    late = _missing(level, start, stop, rate_hz) - early
    start, stop = start - early, stop + late
    step = np.diff(start)
    stride = np.append(step[:-1] + step[1:], np.repeat(2 * np.nanmedian(step), 2))
    return Candidates(
        initial_contact=start,
        toe_off=stop,
        contact_difference_s=np.full(len(start), np.nan),
        stride_s=np.where(np.isfinite(stride), stride, 2 * np.nanmedian(step)) / rate_hz,
        toe_off_sure=np.isfinite(level),
        walks=walks(segment, slow, (peak, before, after), rate_hz=rate_hz),
    )


def _missing(level: FloatArray, start: FloatArray, stop: FloatArray, rate_hz: float) -> FloatArray:
    """Return how much longer the `level` of contact time is than from `start` to `stop`, (k,).

    All in samples. The crossings keep their say on one step against the next: they are compared as
    their median over the steps around. 0 where there is no level.
    """
    return np.nan_to_num(level - usual(stop - start, start, rate_hz=rate_hz))


def upward_bw(segment: Segment, *, rate_hz: float) -> FloatArray:
    """Return the upward specific force (n,) of the pelvis over g, 7 Hz."""
    return lowpass(segment.acc_mps2[:, UP], cutoff_hz=7.0, rate_hz=rate_hz, gain=PER_G)


def walking(segment: Segment, force_bw: FloatArray, *, rate_hz: float) -> BoolArray:
    """Return True (n,) within the steps that are those of brisk walking; `force_bw` as above."""
    peak, before, after = steps = anchors(force_bw, rate_hz=rate_hz)
    if len(peak) < 2:
        return np.zeros(len(force_bw), dtype=bool)
    walk = walks(segment, force_bw, steps, rate_hz=rate_hz)
    start, stop = np.clip([before[walk], after[walk] + 1], 0, len(force_bw))
    return marked(len(force_bw), start, stop)


def contacts(segment: Segment, steps: Anchors, *, rate_hz: float) -> FloatArray:
    """Return initial contact of every running step in samples, (k,); `steps` as `anchors`."""
    peak, before, _ = steps
    return _contacts(segment, peak, before, rate_hz) if len(peak) > 1 else np.empty(0)


def _contacts(segment: Segment, peak: IntArray, before: IntArray, rate_hz: float) -> FloatArray:
    quick = lowpass(segment.acc_mps2[:, UP], cutoff_hz=15.0, rate_hz=rate_hz, gain=PER_G)
    # The signal behind the constant reads 0 in free fall. Values below 0 come from the pelvis
    # moving on the body: a level that follows them is crossed before the foot is on the ground.
    rise = _threshold(np.maximum(quick, 0.0), before, peak, event_offsets.PELVIS_RISE, rate_hz)
    start = last_crossing(quick, rise, np.maximum(before, 0), peak)
    return start - event_offsets.PELVIS_RISE_S * rate_hz


def _toe_off(light: FloatArray, driven: FloatArray, rate_hz: float) -> FloatArray:
    """Return the mean of both estimates (k,) while they agree, near the first when they do not.

    The second needs to know which way is forward, the first does not.
    """
    reach = event_offsets.PELVIS_TOE_OFF_DIFFERENCE_S * rate_hz
    return light + np.clip(np.nan_to_num(driven - light), -reach, reach) / 2


def _drive_ends(segment: Segment, peak: IntArray, after: IntArray, rate_hz: float) -> FloatArray:
    """Return where the forward force falls fastest after its peak in push-off (k,)."""
    forward = lowpass(segment.acc_mps2[:, FORWARD], cutoff_hz=4.0, rate_hz=rate_hz)
    reach = round(0.04 * rate_hz)
    driving = argmax_in(forward, peak, after + reach)
    least = argmin_in(forward, driving, driving + 3 * reach)
    falling = falls(forward)
    return refine_peak(falling, argmax_in(falling, driving, least + 1))


def anchors(force_bw: FloatArray, *, rate_hz: float) -> Anchors:
    """Return the force peak of each running step and the troughs around it, (k,) each.

    `force_bw` is as `upward_bw`.
    """
    peaks, _ = scipy.signal.find_peaks(
        force_bw, height=1.2, distance=max(int(LEAST_STEP_S * rate_hz), 1)
    )
    if len(peaks) < 2:
        return peaks, peaks, peaks
    usual = float(np.median(np.diff(peaks)))
    reach = int(0.8 * usual)
    between = argmin_in(force_bw, peaks[:-1], peaks[1:])
    before = np.append(argmin_in(force_bw, peaks[:1] - reach, peaks[:1]), between)
    after = np.append(between, argmin_in(force_bw, peaks[-1:], peaks[-1:] + reach))
    before = np.maximum(before, peaks - reach)
    after = np.minimum(after, peaks + reach)
    light = np.maximum(force_bw[before], force_bw[np.minimum(after, len(force_bw) - 1)])
    running = (light < LIGHTEST_BW) & (force_bw[peaks] - light > LEAST_SWING_BW)
    return peaks[running], before[running], after[running]


def _threshold(
    force: FloatArray, trough: IntArray, peak: IntArray, share: float, rate_hz: float
) -> FloatArray:
    """Return the level (k,) a `share` of the way up from the minimum near the trough."""
    reach = int(0.06 * rate_hz)
    lowest = argmin_in(force, np.maximum(trough - reach, 0), np.minimum(trough + reach, peak))
    return np.asarray(force[lowest] + share * (force[peak] - force[lowest]))


def sides(
    segment: Segment, start: FloatArray, stop: FloatArray, stride: FloatArray, *, rate_hz: float
) -> tuple[npt.NDArray[np.str_], FloatArray]:
    """Return which leg each step (k,) is on, and how many per cent of its chain say the same.

    Sides alternate within an unbroken chain of steps, and all its steps vote on the first side.
    50 % would be a guess. Positions in samples.
    """
    apart = np.diff(start) / (stride[:-1] / 2)
    steps = np.concatenate([[0], np.cumsum(np.maximum(np.round(apart), 1))])
    chain = np.concatenate([[0], np.cumsum(apart > 3.0)])
    turn = 1.0 - 2.0 * (steps % 2)
    evidence = is_left(segment, start, stop, rate_hz=rate_hz) * turn
    first_is_left = np.bincount(chain, weights=evidence) >= 0
    agree = np.bincount(chain, weights=(evidence >= 0) == first_is_left[chain])
    share_pct = 100.0 * agree / np.bincount(chain)
    left = (turn > 0) == first_is_left[chain]
    return np.where(left, "left", "right"), share_pct[chain]


def is_left(segment: Segment, start: FloatArray, stop: FloatArray, *, rate_hz: float) -> FloatArray:
    """Return evidence (k,) per step that it is a left one: > 0 left, < 0 right.

    With a gyroscope: the right hip rises (the pelvis turns about forward, -) in late left stance.
    It does so by 10 degrees in the averaged stride of Dorschky 2019, while the drop before it may
    be small. Without: its specific force points to the left in left stance, gravity through
    the drop outweighing the push to the other side (by 0.5 g there).
    Both rules rest on few runners; published rules from the sacrum name 82 % rightly.
    """
    half = 0.5 if segment.gyr_radps is not None else 0.0
    begin = np.clip(np.nan_to_num(start + half * (stop - start)), 0, None).astype(np.int64)
    length = max(int((0.5 if half else 0.4) * float(np.nanmedian(stop - start))), 2)
    if segment.gyr_radps is not None:
        roll = lowpass(segment.gyr_radps[:, FORWARD], cutoff_hz=10.0, rate_hz=rate_hz)
        return np.asarray(-windows(roll, begin, length).mean(axis=1))
    push = lowpass(segment.acc_mps2[:, LEFT], cutoff_hz=10.0, rate_hz=rate_hz)
    return np.asarray(windows(push, begin, length).mean(axis=1))
