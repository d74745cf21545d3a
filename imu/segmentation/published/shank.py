"""Contact detectors from papers, for a shank pod: to compare ours with, not to use.

Each follows the published recipe as far as it is described, without its authors' code and without a
bias constant. All search around our strides' impacts (`impacts`) unless they say otherwise,
so that they are compared on timing and not on the counting of strides. Low-pass filters are
second-order, both ways. A paper without a rule for toe-off takes ours.

Papers that speak of a "posterior minimum" or "anterior-posterior minimum" of the shank's
acceleration mean a maximum of our forward axis (see the note on Bach 2022 in CHANGELOG.md).
"""

from collections.abc import Callable
from functools import wraps

import numpy as np
import scipy

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.dsp.peaks import argmax_in, argmin_in
from imu.frames import FORWARD, GRAVITY_MPS2, LEFT, UP, FloatArray, IntArray
from imu.segmentation.published.extrema import (
    NOWHERE,
    after,
    before,
    maxima,
    minima,
    nearest,
    refined,
    samples,
)
from imu.segmentation.shank_events import candidates as ours
from imu.segmentation.shank_events.candidate_stances import Candidates, nothing
from imu.segmentation.shank_events.impacts import impacts
from imu.segmentation.shank_events.swing import mid_swings

SEARCH_S = 0.12
"""How far from the impact a feature of landing is sought."""
SECOND_PEAK_S = 0.07
"""Time from the impact after which the second axial hump of stance is sought."""

Strides = tuple[IntArray, FloatArray]
"""The sample of the impact, and the stride in samples, (k,) each."""
Rule = Callable[[Segment, Strides, float], tuple[FloatArray, FloatArray]]


def _of_impacts(rule: Rule) -> Callable[..., Candidates]:
    """Turn a rule on (segment, strides, rate_hz) into a detector: contact and toe-off (k,)."""

    @wraps(rule)
    def detector(segment: Segment, *, rate_hz: float) -> Candidates:
        impact, stride = impacts(segment, rate_hz=rate_hz)
        if len(impact) < 2:
            return nothing()
        contact, toe_off = rule(segment, (impact, stride), rate_hz)
        return Candidates(contact, toe_off, np.full(len(impact), np.nan), stride / rate_hz)

    return detector


def _our_toe_off(segment: Segment, rate_hz: float) -> FloatArray:
    return ours(segment, rate_hz=rate_hz).toe_off


def _second_hump(x: FloatArray, impact: IntArray, stride: FloatArray, rate_hz: float) -> IntArray:
    """Return the highest sample of the axial `x` in the later part of stance."""
    start = impact + samples(SECOND_PEAK_S, rate_hz)
    return argmax_in(x, start, impact + (0.42 * stride).astype(np.int64))


@_of_impacts
def mercer2003(segment: Segment, strides: Strides, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Axial minima around the two humps of stance, 15 Hz.

    Mercer et al. 2003. Contact: from the 15 Hz peak nearest to the raw peak back to the minimum
    before it. Toe-off: the minimum after the later maxima. Ours: of those the highest between 70
    ms after the impact and 42 % of the stride is taken, and the deepest minimum in the quarter of
    a stride after it.
    """
    impact, stride = strides
    axial = segment.acc_mps2[:, UP]
    smooth = lowpass(axial, cutoff_hz=15.0, rate_hz=rate_hz)
    reach = samples(SEARCH_S, rate_hz)
    raw_peak = argmax_in(axial, impact - reach // 2, impact + reach // 2)
    peak = nearest(maxima(smooth), raw_peak, within=reach)
    valleys = minima(smooth)
    contact = before(valleys, peak, within=reach)
    hump = _second_hump(smooth, impact, stride, rate_hz)
    toe_off = argmin_in(smooth, hump, hump + (0.25 * stride).astype(np.int64))
    return refined(smooth, contact), refined(smooth, toe_off)


@_of_impacts
def purcell2006(
    segment: Segment, strides: Strides, rate_hz: float
) -> tuple[FloatArray, FloatArray]:
    """Fore-aft extrema of the unfiltered acceleration.

    Purcell et al. 2006. Contact: the fore-aft minimum nearest to the maximum of the resultant.
    Toe-off: within 20-60 % of the stride the mean of the deepest fore-aft minimum and the medial
    extremum nearest to it. Ours: minima are maxima of our forward axis; 20 % is counted from the
    impact.
    """
    impact, stride = strides
    reach = samples(SEARCH_S, rate_hz)
    forward = segment.acc_mps2[:, FORWARD]
    inward = -1.0 if segment.placement == "shank_left" else 1.0
    norm = np.linalg.norm(segment.acc_mps2, axis=1)
    most = argmax_in(norm, impact - reach // 2, impact + reach // 2)
    contact = nearest(maxima(forward), most, within=reach)
    start, stop = (impact + (share * stride).astype(np.int64) for share in (0.2, 0.6))
    first = argmax_in(forward, start, stop)
    medial = inward * segment.acc_mps2[:, LEFT]
    second = nearest(maxima(medial), first, within=reach)
    toe_off = (refined(forward, first) + refined(medial, second)) / 2
    return refined(forward, contact), toe_off


@_of_impacts
def sinclair2013(
    segment: Segment, strides: Strides, rate_hz: float
) -> tuple[FloatArray, FloatArray]:
    """Zero crossing before the axial peak, end of the fall after the second one; 60 Hz.

    Sinclair et al. 2013, J Appl Biomech. Contact: from the axial peak, gravity out, back to the
    upward zero crossing that 20 ms above zero follow. Toe-off: after the second axial peak the
    start of the first plateau. Ours: 1 g stands for gravity; the second peak is that of the 10 Hz
    signal, and the plateau begins where the next 15 ms bring it down by less than 2 %.
    """
    impact, stride = strides
    axial = lowpass(segment.acc_mps2[:, UP], cutoff_hz=60.0, rate_hz=rate_hz) - GRAVITY_MPS2
    reach = samples(SEARCH_S, rate_hz)
    peak = argmax_in(axial, impact - reach // 2, impact + reach // 2)
    rise, at = _lasting_rises(axial, samples(0.02, rate_hz))
    found = before(rise, peak, within=reach)
    contact = np.where(found == NOWHERE, np.nan, at[np.searchsorted(rise, np.maximum(found, 0))])
    slow = lowpass(segment.acc_mps2[:, UP], cutoff_hz=10.0, rate_hz=rate_hz)
    second = _second_hump(slow, impact, stride, rate_hz)
    step = samples(0.015, rate_hz)
    fall = slow - np.concatenate([slow[step:], np.repeat(slow[-1:], step)])
    return contact, _first_plateau(fall, 0.02 * slow[second], second, 3 * reach)


def _lasting_rises(x: FloatArray, least: int) -> tuple[IntArray, FloatArray]:
    """Return where `x` comes to stay above zero for `least` samples: sample before, and exact.

    One more entry at the end stands for "none".
    """
    above = np.concatenate([[False], x > 0, [False]])
    edge = np.flatnonzero(above[1:] != above[:-1])
    rise, fall = edge[::2], edge[1::2]
    low = rise[(fall - rise >= least) & (rise > 0)] - 1
    exact = low - x[low] / (x[low + 1] - x[low])
    return low, np.append(exact, np.nan)


def _first_plateau(fall: FloatArray, least: FloatArray, start: IntArray, length: int) -> FloatArray:
    """Return the first sample from `start` on at which `fall` is below `least` (k,)."""
    index = np.minimum(start[:, None] + 1 + np.arange(length), len(fall) - 1)
    flat = fall[index] < np.maximum(least, 0.0)[:, None]
    return np.where(flat.any(axis=1), start + 1.0 + np.argmax(flat, axis=1), np.nan)


@_of_impacts
def whelan2015(segment: Segment, strides: Strides, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Fore-aft local maximum just before the large one, 10 Hz; no rule for toe-off.

    Whelan et al. 2015, whose text and figure disagree (Kiernan 2023, Sensors 23:5022). Ours: the
    fore-aft axis points backward, so the large maximum is the deepest forward minimum within
    120 ms of the impact, and the one before it is its neighbour within 0.2 s.
    """
    impact, _ = strides
    backward = -lowpass(segment.acc_mps2[:, FORWARD], cutoff_hz=10.0, rate_hz=rate_hz)
    reach = samples(SEARCH_S, rate_hz)
    large = argmax_in(backward, impact - reach // 2, impact + reach)
    contact = before(maxima(backward), large - 1, within=samples(0.2, rate_hz))
    return refined(backward, contact), _our_toe_off(segment, rate_hz)


@_of_impacts
def aubol2020(segment: Segment, strides: Strides, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Earliest marked minimum of the resultant before the peak of its jerk, 70 Hz.

    Aubol & Milner 2020 (rearfoot, 3 m/s); no rule for toe-off. The minimum lies at most 75 ms
    before the greatest jerk, which is sought in the 150 ms before the resultant peak, and no peak
    precedes it by less than 25 ms. Ours: their least prominence, 20 % of the third highest peak,
    is asked of those peaks.
    """
    impact, _ = strides
    norm = np.linalg.norm(lowpass(segment.acc_mps2, cutoff_hz=70.0, rate_hz=rate_hz), axis=1)
    reach = samples(0.15, rate_hz)
    peak = argmax_in(norm, impact - reach // 3, impact + reach // 3)
    jerk = argmax_in(np.gradient(norm), peak - reach, peak + 1)
    peaks = maxima(norm)
    third = np.sort(norm[peaks])[-3:][:1]
    marked = scipy.signal.find_peaks(norm, prominence=0.2 * float(third.sum()))[0]
    valleys = minima(norm)
    valleys = valleys[before(marked, valleys, within=samples(0.025, rate_hz)) == NOWHERE]
    start = jerk - samples(0.075, rate_hz)
    contact = after(valleys, start - 1, within=jerk - start)
    return refined(norm, contact), _our_toe_off(segment, rate_hz)


def fadillioglu2020(segment: Segment, *, rate_hz: float) -> Candidates:
    """Zero crossing of the sagittal rate after mid-swing, 15 Hz; needs a gyroscope.

    Fadillioglu et al. 2020, Gait & Posture 81:102. Mid-swings are its own (`mid_swings`).
    Contact: the forward swing, trend removed, falls through zero. Toe-off: the highest of the
    residue (raw less 15 Hz, then 10 Hz) between half a stride before the next mid-swing and the
    fastest forward tipping in between. Ours: the trend is the mean over the moving record.
    """
    if segment.gyr_radps is None:
        return nothing()
    raw = -segment.gyr_radps[:, LEFT]
    swing = lowpass(raw, cutoff_hz=15.0, rate_hz=rate_hz)
    residue = lowpass(raw - swing, cutoff_hz=10.0, rate_hz=rate_hz)
    mid = mid_swings(segment.gyr_radps[:, LEFT], rate_hz=rate_hz)
    if len(mid) < 3:
        return nothing()
    centred = swing - np.mean(swing[mid[0] : mid[-1]])
    falls = np.flatnonzero((centred[:-1] > 0) & (centred[1:] <= 0))
    stride = np.diff(mid)
    low = after(falls, mid[:-1], within=stride // 2)
    step = np.maximum(low, 0)
    fall = np.where(low == NOWHERE, 1.0, centred[step] - centred[step + 1])
    contact = step + centred[step] / fall
    start = mid[1:] - stride // 2
    tipping = argmin_in(swing, start, mid[1:])
    toe_off = argmax_in(residue, start, tipping + 1)
    return Candidates(
        initial_contact=np.where(low == NOWHERE, np.nan, contact),
        toe_off=refined(residue, np.where(tipping > start, toe_off, NOWHERE)),
        contact_difference_s=np.full(len(stride), np.nan),
        stride_s=stride / rate_hz,
    )


def mcgrath2012(segment: Segment, *, rate_hz: float) -> Candidates:
    """Adaptive thresholds on the sagittal rate, 5 Hz; needs a gyroscope.

    Greene et al. 2010, McGrath et al. 2012. Mid-swings: peaks above 0.8 of the mean of the values
    above the mean, half a second apart. Contact: the next minimum below the mean. Toe-off: the
    last minimum before the next mid-swing, below 0.8 of the mean of the values below the mean.
    Ours: a second-order filter for their fifth; the printed rule for toe-off cannot fire (Kiernan
    2023) and is read as above; means are over the time from the first to the last fast swing.
    """
    if segment.gyr_radps is None:
        return nothing()
    swing = -lowpass(segment.gyr_radps[:, LEFT], cutoff_hz=5.0, rate_hz=rate_hz)
    fast = np.flatnonzero(swing > 0.3 * swing.max(initial=0.0))
    moving = swing[fast[0] : fast[-1] + 1] if len(fast) else swing
    mean = float(np.mean(moving))
    high = 0.8 * float(np.mean(moving[moving > mean])) if (moving > mean).any() else np.inf
    low = 0.8 * float(np.mean(moving[moving < mean])) if (moving < mean).any() else -np.inf
    mid, _ = scipy.signal.find_peaks(swing, height=high, distance=samples(0.5, rate_hz))
    if len(mid) < 3:
        return nothing()
    valleys = minima(swing)
    stride = np.diff(mid)
    contact = after(valleys[swing[valleys] < mean], mid[:-1], within=stride)
    toe_off = before(valleys[swing[valleys] < low], mid[1:], within=stride)
    return Candidates(
        initial_contact=refined(swing, contact),
        toe_off=refined(swing, np.where(toe_off > contact, toe_off, NOWHERE)),
        contact_difference_s=np.full(len(stride), np.nan),
        stride_s=stride / rate_hz,
    )
