"""Contact and toe-off of a shank pod without a gyroscope.

Initial contact is the rise of the axial acceleration out of its dip (slow filter), taken earlier
where the impact comes late, as it does when the forefoot lands first. A second estimate, the onset
of the impact burst in all axes together (fast filter, no axis needed), moves with the impact and
so one to one with foot strike; it serves as a check.

Toe-off is the mean of two estimates around the axial minimum that follows the steepest unloading of
the shank: where it lies behind a slow filter, which suppresses the ringing of the impact, and
where the signal has nearly fallen to it behind a faster one, which follows a change of contact
time more fully. The constants that turn features into events are in `event_offsets`.
"""

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.peaks import argmax_in, argmin_in, first_fall, last_crossing, refine_peak
from imu.dsp.rows import middle_of, middle_of_neighbours
from imu.dsp.slopes import falls
from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray, IntArray
from imu.segmentation import event_offsets
from imu.segmentation.shank_events.candidate_stances import Candidates, nothing
from imu.segmentation.shank_events.impacts import Features, impacts_of
from imu.segmentation.shank_events.shaking import Shaking

CONFIRMED_S = 0.03
LEAST_DUTY, MOST_DUTY = 0.16, 0.54
"""Contact as a share of the stride: 0.24 in a sprint, below 0.5 in running."""
AT_SPEED_MPS2, MOST_AT_SPEED = 1.5 * GRAVITY_MPS2, 0.5
"""Where a shank shakes so much, load and swing may be one hump, and what falls after it no toe-off:
at 0.53 to 0.56 of the stride, in virtual runners of 4 m/s and more."""
SOFTEST_MPS2 = 3.0
LEAST_IMPACT_MPS2 = 4.5
"""Burst of an impact, median of the strides around: 9 and more in running (adept 2020, virtual
runners drawn at random), 3.6 and less in virtual walking of 2.2 m/s, nothing on a bicycle. Below
the first no foot has landed, whatever the pelvis shows."""
STRONG_MPS2 = 0.9 * GRAVITY_MPS2
"""SD of the specific force over a stride beyond which no impact is asked for: 7.4 m/s² and less in
walking of 2.2 m/s, 6.6 on a bicycle."""
NEAR_DUTY = 0.07
NEIGHBOURS = 15


def candidates(
    segment: Segment, *, rate_hz: float, expected: FloatArray | None = None
) -> Candidates:
    """Return the possible stance of every stride; NaN where a feature is missing.

    Where contacts are `expected` (m,), in samples, they are looked for there.
    """
    features = Features.of(segment, rate_hz)
    impact, stride = impacts_of(segment, features, rate_hz, expected)
    if len(impact) < 2:
        return nothing()
    shock = middle_of_neighbours(features.burst[impact], NEIGHBOURS)
    shaking = Shaking(segment).force_sd_mps2(impact.astype(np.float64), impact + stride)
    gently = middle_of_neighbours(shaking, NEIGHBOURS) < STRONG_MPS2
    landed = (shock > SOFTEST_MPS2) | ~gently
    impact, stride, shaking = impact[landed], stride[landed], shaking[landed]
    if len(impact) < 2:
        return nothing()
    axial = _axial_rise(features.axial_15hz, impact, rate_hz)
    axial = axial - _late_impact(impact - axial, rate_hz)
    burst = _burst_onset(features.burst, impact, rate_hz)
    contact, sure = _in_agreement(axial, burst, rate_hz)
    return Candidates(
        initial_contact=contact,
        toe_off=_toe_off(
            features,
            contact,
            stride,
            np.where(shaking > AT_SPEED_MPS2, MOST_AT_SPEED, MOST_DUTY),
            rate_hz,
        ),
        contact_difference_s=(burst - axial) / rate_hz,
        stride_s=stride / rate_hz,
        contact_sure=sure,
        walks=((shock < LEAST_IMPACT_MPS2) & gently)[landed],
    )


def _in_agreement(
    axial: FloatArray, burst: FloatArray, rate_hz: float
) -> tuple[FloatArray, BoolArray]:
    """Return contact (k,) by the axial rise, and where the burst confirms it.

    Low on the shank the swing may hide the axial dip: contact is then the onset of the burst, less
    what it usually comes later.
    """
    later = burst - axial
    usual = float(middle_of(later[None])[0])
    by_burst = burst - (usual if np.isfinite(usual) else 0.0)
    sure = np.abs(axial - by_burst) < CONFIRMED_S * rate_hz
    return np.where(np.isfinite(axial), axial, by_burst), sure


def _axial_rise(axial_15hz: FloatArray, impact: IntArray, rate_hz: float) -> FloatArray:
    """Where the axial signal has climbed a fifth of the way from the dip before the impact.

    NaN where it still rises from before the part that is searched: there is no dip then.
    """
    span = round(0.05 * rate_hz)
    peak = argmax_in(axial_15hz, impact - round(0.03 * rate_hz), impact + round(0.02 * rate_hz) + 1)
    dip = argmin_in(axial_15hz, peak - 2 * span, peak)
    level = axial_15hz[dip] + event_offsets.RISE * (axial_15hz[peak] - axial_15hz[dip])
    rise = last_crossing(axial_15hz, level, dip, peak) - event_offsets.AXIAL_RISE_S * rate_hz
    return np.where(dip > np.maximum(peak - 2 * span, 0), rise, np.nan)


def _burst_onset(burst: FloatArray, impact: IntArray, rate_hz: float) -> FloatArray:
    """Where the impact burst has reached half of its height."""
    reach = round(0.08 * rate_hz)
    dip = argmin_in(burst, impact - reach, impact)
    level = burst[dip] + event_offsets.BURST_RISE * (burst[impact] - burst[dip])
    return last_crossing(burst, level, dip, impact) - event_offsets.BURST_ONSET_S * rate_hz


def _late_impact(impact_after: FloatArray, rate_hz: float) -> FloatArray:
    """Return by how much (k,) a late impact has pulled the slow rise after it, in samples.

    `impact_after` (k,) is the time from the rise to the highest burst.
    """
    early, late = (edge_s * rate_hz for edge_s in event_offsets.LATE_IMPACT_S)
    share = np.clip((impact_after - early) / (late - early), 0, 1)
    return np.asarray(event_offsets.PULLED_S * rate_hz * share)


def _toe_off(
    features: Features,
    contact: FloatArray,
    stride: FloatArray,
    most_duty: FloatArray,
    rate_hz: float,
) -> FloatArray:
    """Return toe-off (k,): unloading as it is found anywhere in stance, or as it usually comes.

    Where the swing unloads the shank more than toe-off does, which it may low on the shank, only
    the time around the other stances' toe-off is searched.
    """
    first = _unloading(features, contact, contact + LEAST_DUTY * stride, stride, rate_hz)
    length = (first - contact) / stride
    plausible = (length > LEAST_DUTY) & (length < most_duty)
    usual = middle_of_neighbours(np.where(plausible, length, np.nan), NEIGHBOURS)
    near = np.abs(length - usual) < NEAR_DUTY
    around = contact + (usual - NEAR_DUTY) * stride
    again = _unloading(features, contact, around, stride, rate_hz)
    near_again = np.abs((again - contact) / stride - usual) < NEAR_DUTY
    return np.where(plausible & near, first, np.where(near_again, again, np.nan))


def _unloading(
    features: Features, contact: FloatArray, after: FloatArray, stride: FloatArray, rate_hz: float
) -> FloatArray:
    """Return the mean of the axial minimum (7 Hz) and the end of the fall towards it (10 Hz).

    Both follow the steepest unloading after the highest load of the stance; (k,), not earlier than
    `after` (k,).
    """
    known = np.isfinite(contact) & np.isfinite(after)
    at, least = (np.where(known, x, 0).astype(np.int64) for x in (contact, after))
    slow, quick = features.axial_7hz, features.axial_10hz
    loaded = argmax_in(slow, at + (0.08 * stride).astype(int), at + (0.32 * stride).astype(int))
    loaded = np.maximum(loaded, least - (0.1 * stride).astype(int))
    steep = argmax_in(falls(slow), loaded, loaded + (0.25 * stride).astype(int))
    light, fallen = (argmin_in(x, steep, steep + int(0.12 * rate_hz)) for x in (slow, quick))
    highest = argmax_in(quick, at + (0.1 * stride).astype(int), steep + 1)
    level = quick[fallen] + event_offsets.UNLOADED * (quick[highest] - quick[fallen])
    last = len(quick) - 1
    down = first_fall(quick, level, highest, fallen)
    first = refine_peak(slow, light) - event_offsets.AXIAL_MINIMUM_S * rate_hz
    second = down - event_offsets.UNLOADED_S * rate_hz
    return np.where(known & (light < last) & (at > 0), (first + second) / 2, np.nan)
