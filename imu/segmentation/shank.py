"""Detect strides, initial contact and toe-off from one shank's acceleration and gyroscope.

Initial contact is the rise of the axial acceleration out of its dip (slow filter), taken earlier
where the impact comes late, as it does when the forefoot lands first. A second estimate, the onset
of the impact burst in all axes together (fast filter, no axis needed), moves with the impact and
so one to one with foot strike; it serves as a check.

Toe-off is the mean of two estimates around the axial minimum that follows the steepest unloading of
the shank: where it lies behind a slow filter, which suppresses the ringing of the impact, and
where the signal has nearly fallen to it behind a faster one, which follows a change of contact
time more fully. The constants that turn features into events are in `event_offsets`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import median_filter
from scipy.signal import find_peaks

from imu.alignment.segment import Segment
from imu.dsp.filters import highpass, lowpass
from imu.dsp.peaks import argmax_in, last_crossing, refine_peak
from imu.frames import LEFT, UP, BoolArray, FloatArray, IntArray
from imu.segmentation import event_offsets

FINE_HZ = 190.0


@dataclass(frozen=True)
class Candidates:
    """Possible stances of one leg or of the pelvis, (k,) each, in samples of the grid.

    `contact_difference_s` is the departure between two independent estimates of initial contact;
    `stride_s` the time to the next candidate of the same leg. `toe_off_unsure` is True where
    toe-off is good enough to tell running, but not to be stated; None: nowhere.
    """

    initial_contact: FloatArray
    toe_off: FloatArray
    contact_difference_s: FloatArray
    stride_s: FloatArray
    toe_off_unsure: BoolArray | None = None


def candidates(segment: Segment, *, rate_hz: float) -> Candidates:
    """Return every stride's possible stance, running or not; NaN where a feature is missing.

    Below `FINE_HZ` the signals are first put on a finer grid, so that a rate moves the events by
    no more than what it cannot resolve.
    """
    factor = int(np.ceil(FINE_HZ / rate_hz))
    fine = _finer(segment, factor) if factor > 1 else segment
    found = _candidates(fine, factor * rate_hz)
    return replace(
        found,
        initial_contact=found.initial_contact / factor,
        toe_off=found.toe_off / factor,
    )


def _finer(segment: Segment, factor: int) -> Segment:
    """Return the segment with `factor` times as many samples of acc and gyr, by cubic splines."""
    n = len(segment.acc_mps2)
    at = np.arange((n - 1) * factor + 1) / factor

    def finer(x: FloatArray) -> FloatArray:
        return np.asarray(CubicSpline(np.arange(n), x)(at)) if n > 3 else x

    gyr = segment.gyr_radps
    return replace(
        segment, acc_mps2=finer(segment.acc_mps2), gyr_radps=None if gyr is None else finer(gyr)
    )


def _candidates(segment: Segment, rate_hz: float) -> Candidates:
    features = _Features.of(segment, rate_hz)
    impact, stride = _impacts(segment, features, rate_hz)
    if len(impact) < 2:
        nothing = np.empty(0)
        return Candidates(nothing, nothing, nothing, nothing)
    axial = _axial_rise(features.axial_15hz, impact, rate_hz)
    burst = _burst_onset(features.burst, impact, rate_hz)
    return Candidates(
        initial_contact=axial - _late_impact(impact - axial, rate_hz),
        toe_off=_toe_off(features, axial, stride, rate_hz),
        contact_difference_s=(burst - axial) / rate_hz,
        stride_s=stride / rate_hz,
    )


def impacts(segment: Segment, *, rate_hz: float) -> tuple[IntArray, FloatArray]:
    """Return the sample of each stride's impact (k,) and the stride in samples: the anchors."""
    return _impacts(segment, _Features.of(segment, rate_hz), rate_hz)


@dataclass(frozen=True)
class _Features:
    """Filtered channels, each (n,)."""

    axial_15hz: FloatArray
    axial_10hz: FloatArray
    axial_7hz: FloatArray
    burst: FloatArray

    @classmethod
    def of(cls, segment: Segment, rate_hz: float) -> _Features:
        axial = segment.acc_mps2[:, UP]
        shock = highpass(segment.acc_mps2, cutoff_hz=15.0, rate_hz=rate_hz)
        norm = np.linalg.norm(shock, axis=1)
        return cls(
            axial_15hz=lowpass(axial, cutoff_hz=15.0, rate_hz=rate_hz),
            axial_10hz=lowpass(axial, cutoff_hz=10.0, rate_hz=rate_hz),
            axial_7hz=lowpass(axial, cutoff_hz=7.0, rate_hz=rate_hz),
            burst=lowpass(norm, cutoff_hz=20.0, rate_hz=rate_hz),
        )


def _impacts(segment: Segment, features: _Features, rate_hz: float) -> tuple[IntArray, FloatArray]:
    """Return the sample of each impact (k,) and the stride in samples from it to the next."""
    if segment.gyr_radps is None:
        at = _impacts_from_acceleration(features.burst, rate_hz)
    else:
        at = _impacts_after_swing(segment.gyr_radps[:, LEFT], features.burst, rate_hz)
    if len(at) < 2:
        return at, np.empty(0)
    stride = np.diff(at).astype(np.float64)
    usual = median_filter(stride, size=min(9, len(stride)), mode="nearest")
    stride = np.where((stride > 0.6 * usual) & (stride < 1.5 * usual), stride, usual)
    return at, np.append(stride, stride[-1])


def mid_swings(left_rate: FloatArray, *, rate_hz: float, least_radps: float = 4.4) -> IntArray:
    """Return the samples of mid-swing: fast peaks of the backward rate (Fadillioglu 2020).

    `left_rate` (n,) is the shank's rate about its left axis; peaks below half of their
    neighbours' median height are not swings.
    """
    return _swings(lowpass(left_rate, cutoff_hz=15.0, rate_hz=rate_hz), rate_hz, least_radps)


def _swings(slow_rate: FloatArray, rate_hz: float, least_radps: float = 4.4) -> IntArray:
    swing = -slow_rate
    peaks, found = find_peaks(swing, height=least_radps, distance=max(int(0.38 * rate_hz), 1))
    if not len(peaks):
        return peaks
    height = found["peak_heights"]
    usual = median_filter(height, size=min(9, len(height)), mode="nearest")
    return np.asarray(peaks[height > 0.5 * usual])


def _impacts_after_swing(left_rate: FloatArray, burst: FloatArray, rate_hz: float) -> IntArray:
    """Return the impact that ends each swing, and the one before the first swing if recorded.

    A shank has turned round when its foot lands (13 ms before it in Dorschky 2019). Turning round
    shakes a pod too, by more than a soft landing at a jog, so nothing before it counts.
    """
    slow = lowpass(left_rate, cutoff_hz=15.0, rate_hz=rate_hz)
    swings = _swings(slow, rate_hz)
    if len(swings) < 2:
        return np.empty(0, dtype=np.int64)
    stride = float(np.median(np.diff(swings)))
    swings = np.concatenate([[swings[0] - int(stride)], swings])
    swings = swings[swings > -0.3 * stride]
    length = int(0.5 * stride)
    rows = slow[np.clip(swings[:, None] + np.arange(length), 0, len(slow) - 1)]
    turned = swings + np.argmax(rows > 0, axis=1)
    stop = turned + int(0.12 * rate_hz)
    inside = (turned > swings) & (stop > 0) & (turned < len(burst) - 1)
    return argmax_in(burst, turned[inside], stop[inside])


def _impacts_from_acceleration(burst: FloatArray, rate_hz: float) -> IntArray:
    """Return one impact per stride: the highest burst within most of a stride either side."""
    slow = lowpass(burst, cutoff_hz=8.0, rate_hz=rate_hz)
    stride = _period(slow, rate_hz)
    if stride is None:
        return np.empty(0, dtype=np.int64)
    peaks, found = find_peaks(slow, distance=max(int(0.6 * stride), 1), height=0.0)
    if not len(peaks):
        return np.empty(0, dtype=np.int64)
    usual = np.percentile(found["peak_heights"], 75)
    peaks = peaks[found["peak_heights"] > 0.35 * usual]
    reach = int(0.06 * rate_hz)
    return argmax_in(burst, peaks - reach, peaks + reach + 1)


def _period(x: FloatArray, rate_hz: float) -> float | None:
    """Return the stride in samples: the best repeat of `x` between 0.45 and 1.4 s."""
    y = x - x.mean()
    n = len(y)
    low, high = int(0.45 * rate_hz), min(int(1.4 * rate_hz), n - 1)
    if high <= low + 2 or not np.any(y):
        return None
    power = np.abs(np.fft.rfft(y, 2 * n)) ** 2
    repeat = np.fft.irfft(power)[: high + 1] / (n - np.arange(high + 1))
    return float(low + np.argmax(repeat[low:]))


def _axial_rise(axial_15hz: FloatArray, impact: IntArray, rate_hz: float) -> FloatArray:
    """Where the axial signal has climbed a fifth of the way from the dip before the impact."""
    span = round(0.05 * rate_hz)
    peak = argmax_in(axial_15hz, impact - round(0.03 * rate_hz), impact + round(0.02 * rate_hz) + 1)
    dip = argmax_in(-axial_15hz, peak - 2 * span, peak)
    level = axial_15hz[dip] + event_offsets.RISE * (axial_15hz[peak] - axial_15hz[dip])
    return last_crossing(axial_15hz, level, dip, peak) - event_offsets.AXIAL_RISE_S * rate_hz


def _burst_onset(burst: FloatArray, impact: IntArray, rate_hz: float) -> FloatArray:
    """Where the impact burst has reached half of its height."""
    reach = round(0.08 * rate_hz)
    dip = argmax_in(-burst, impact - reach, impact)
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
    features: _Features, contact: FloatArray, stride: FloatArray, rate_hz: float
) -> FloatArray:
    """Return the mean of the axial minimum (7 Hz) and the end of the fall towards it (10 Hz)."""
    known = np.isfinite(contact)
    at = np.where(known, contact, 0).astype(np.int64)
    slow, quick = features.axial_7hz, features.axial_10hz
    loaded = argmax_in(slow, at + (0.08 * stride).astype(int), at + (0.32 * stride).astype(int))
    steep = argmax_in(-np.gradient(slow), loaded, loaded + (0.25 * stride).astype(int))
    light, fallen = (argmax_in(-x, steep, steep + int(0.12 * rate_hz)) for x in (slow, quick))
    highest = argmax_in(quick, at + (0.1 * stride).astype(int), steep + 1)
    level = quick[fallen] + event_offsets.UNLOADED * (quick[highest] - quick[fallen])
    last = len(quick) - 1
    down = last - last_crossing(quick[::-1], level, last - fallen, last - highest)
    first = refine_peak(-slow, light) - event_offsets.AXIAL_MINIMUM_S * rate_hz
    second = down - event_offsets.UNLOADED_S * rate_hz
    return np.where(known & (light < last) & (at > 0), (first + second) / 2, np.nan)


def force_sd_mps2(segment: Segment, start: FloatArray, stop: FloatArray) -> FloatArray:
    """Return the SD of the norm of the specific force in each interval, m/s² (k,)."""
    norm = np.linalg.norm(segment.acc_mps2, axis=1)
    sums = np.concatenate([[0.0], np.cumsum(norm)])
    squares = np.concatenate([[0.0], np.cumsum(norm**2)])
    low = np.clip(np.nan_to_num(start), 0, len(norm) - 1).astype(int)
    high = np.clip(np.nan_to_num(stop), low + 1, len(norm)).astype(int)
    n = high - low
    mean = (sums[high] - sums[low]) / n
    return np.asarray(np.sqrt(np.maximum((squares[high] - squares[low]) / n - mean**2, 0)))


def inside(valid: BoolArray, start: FloatArray, stop: FloatArray) -> BoolArray:
    """Return True (k,) where the record covers ``[start, stop]`` and both are known."""
    known = np.isfinite(start) & np.isfinite(stop)
    return known & (start >= 0) & (np.where(known, stop, 0) <= len(valid) - 1)
