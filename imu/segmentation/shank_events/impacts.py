"""Strides and impacts of a shank pod: the shock of each landing, and the signals that show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from imu.alignment.segment import Segment
from imu.dsp.filters import highpass, lowpass
from imu.dsp.peaks import argmax_in, first_fall
from imu.frames import LEFT, UP, FloatArray, IntArray
from imu.segmentation.shank_events.candidate_stances import strides, whole_samples
from imu.segmentation.shank_events.swing import turns

NEAR = 0.15
"""Share of a stride by which an impact may be early or late in it."""
NEAR_EXPECTED, SHOCK_S = 0.03, 0.07
"""Share of a stride by which a contact may be off where it is expected, and how long after it, s,
the shock of the landing may be highest."""
SHARES = 60
SHARP_HZ = 40.0
DIP_S, RISEN_MPS2, FALLEN_MPS2 = 0.07, 10.0, 3.0
"""A landing lifts the axial acceleration by so much out of a dip that is no older, and into which
it had fallen by the last. At the end of the swing it rises more slowly."""
LOADED_S, BURST_S = 0.02, 0.04
"""How long a shank counts as loaded after such a rise, and how long a burst lasts."""
FIRST, LEAST_UNDER_LOAD = 0.4, 0.3
"""Share of the highest burst under load that a landing has, and of the highest of all."""
AS_GOOD = 0.8
"""Share of a repeat that half of it has if it is the stride: below 0 where it is not."""
LEAST_BURST = 0.35
"""Share of a usual burst below which nothing has landed."""
FAINT = 0.15
"""Share of the greatest burst below which it is none."""


@dataclass(frozen=True)
class Features:
    """Filtered channels of a shank pod, each (n,); `burst` is the shock of all axes together."""

    axial_15hz: FloatArray
    axial_10hz: FloatArray
    axial_7hz: FloatArray
    burst: FloatArray

    @classmethod
    def of(cls, segment: Segment, rate_hz: float) -> Features:
        """Filter the pod's signals."""
        axial = segment.acc_mps2[:, UP]
        shock = highpass(segment.acc_mps2, cutoff_hz=15.0, rate_hz=rate_hz)
        norm = np.linalg.norm(shock, axis=1)
        return cls(
            axial_15hz=lowpass(axial, cutoff_hz=15.0, rate_hz=rate_hz),
            axial_10hz=lowpass(axial, cutoff_hz=10.0, rate_hz=rate_hz),
            axial_7hz=lowpass(axial, cutoff_hz=7.0, rate_hz=rate_hz),
            burst=lowpass(norm, cutoff_hz=20.0, rate_hz=rate_hz),
        )


def impacts(segment: Segment, *, rate_hz: float) -> tuple[IntArray, FloatArray]:
    """Return the sample of each stride's impact (k,) and the stride in samples: the anchors."""
    return impacts_of(segment, Features.of(segment, rate_hz), rate_hz)


def impacts_of(
    segment: Segment, features: Features, rate_hz: float, expected: FloatArray | None = None
) -> tuple[IntArray, FloatArray]:
    """Return the sample of each impact (k,) and the stride in samples from it to the next.

    Without a gyroscope the contacts `expected` (m,), in samples, say where to look.
    """
    if segment.gyr_radps is None:
        at = _impacts_from_acceleration(segment.acc_mps2, features, rate_hz, expected)
    else:
        at = _impacts_after_swing(segment.gyr_radps[:, LEFT], features.burst, rate_hz)
    if len(at) < 2:
        return at, np.empty(0)
    return at, strides(at)


def _impacts_after_swing(left_rate: FloatArray, burst: FloatArray, rate_hz: float) -> IntArray:
    """Return the impact that ends each swing, and the one before the first swing if recorded.

    A shank has turned round when its foot lands (13 ms before it in Dorschky 2019). Turning round
    shakes a pod too, by more than a soft landing at a jog, so nothing before it counts.
    """
    turned = turns(left_rate, rate_hz=rate_hz).turned.astype(np.int64)
    stop = turned + int(0.12 * rate_hz)
    inside = turned < len(burst) - 1
    return argmax_in(burst, turned[inside], stop[inside])


def sharp_under_load(segment: Segment, rate_hz: float) -> FloatArray:
    """Return how sharply a shank is shaken (n,) while it is being loaded, m/s², at 20 Hz."""
    axial = lowpass(segment.acc_mps2[:, UP], cutoff_hz=15.0, rate_hz=rate_hz)
    shaken = _being_loaded(axial, rate_hz) * _sharp(segment.acc_mps2, rate_hz)
    return lowpass(shaken, cutoff_hz=20.0, rate_hz=rate_hz)


def _sharp(acc: FloatArray, rate_hz: float) -> FloatArray:
    return np.asarray(np.linalg.norm(highpass(acc, cutoff_hz=SHARP_HZ, rate_hz=rate_hz), axis=1))


def _impacts_from_acceleration(
    acc: FloatArray, features: Features, rate_hz: float, expected: FloatArray | None
) -> IntArray:
    """Return one impact per stride: the burst that loads the shank, around its usual time.

    Leaving the ground shakes a shank as well, now and then by more than landing: in which part of
    the stride the impact is, is not asked anew in each.
    """
    slow = lowpass(features.burst, cutoff_hz=8.0, rate_hz=rate_hz)
    stride = _period(slow, rate_hz)
    if stride is None:
        return np.empty(0, dtype=np.int64)
    loaded = _being_loaded(features.axial_15hz, rate_hz)
    if expected is None:
        start, stop = _usual_times(acc, loaded, stride, rate_hz)
    else:
        start = whole_samples(expected - NEAR_EXPECTED * stride)
        stop = whole_samples(expected + NEAR_EXPECTED * stride + SHOCK_S * rate_hz)
        inside = (start >= 0) & (stop < len(acc))
        start, stop = start[inside], stop[inside]
    impact = np.unique(_landings(features.burst, loaded, start, stop, round(BURST_S * rate_hz)))
    if not len(impact):
        return impact
    apart = np.append(True, np.diff(impact) > 2 * NEAR * stride)
    return impact[apart & (slow[impact] > LEAST_BURST * _usual_burst(slow[impact]))]


def _usual_times(
    acc: FloatArray, loaded: FloatArray, stride: float, rate_hz: float
) -> tuple[IntArray, IntArray]:
    """Return the samples (k,) from and to which the landing of each stride is looked for."""
    cycles = _cycles(acc, stride, rate_hz)
    shaken = lowpass(loaded * _sharp(acc, rate_hz), cutoff_hz=5.0, rate_hz=rate_hz)
    usual = _usual_share(cycles, shaken)
    first, last = np.ceil(cycles[0] - usual), np.floor(cycles[-1] - usual)
    at = np.interp(np.arange(first, last + 1) + usual, cycles, np.arange(len(cycles)))
    return whole_samples(at - NEAR * stride), whole_samples(at + NEAR * stride + 1)


def _landings(
    burst: FloatArray, loaded: FloatArray, start: IntArray, stop: IntArray, length: int
) -> IntArray:
    """Return the burst of each ``[start, stop)`` (k,) that comes while the shank is `loaded` (n,).

    Turning round before a landing shakes a shank too, by more than a soft one, but then it is
    unloaded. Of two bursts under load the first is the landing: the other is its rebound. Where the
    load does not show, as low on a shank, the highest burst counts.
    """
    landing = loaded * burst
    most = landing[argmax_in(landing, start, stop)]
    rise = first_fall(-landing, -FIRST * most, np.maximum(start, 0), stop)
    begins = whole_samples(np.where(np.isfinite(rise), rise, start))
    under_load = argmax_in(landing, begins, begins + length)
    highest = argmax_in(burst, start, stop)
    shows = landing[under_load] > LEAST_UNDER_LOAD * burst[highest]
    return np.asarray(np.where(shows, under_load, highest))


def _being_loaded(axial: FloatArray, rate_hz: float) -> FloatArray:
    """Return by how much (n,), 0 to 1, the axial acceleration has just risen out of a dip."""
    span, after = round(DIP_S * rate_hz), round(LOADED_S * rate_hz)
    lowest = scipy.ndimage.minimum_filter1d(axial, span + 1, origin=span // 2)
    before = axial[np.maximum(np.arange(len(axial)) - span, 0)]
    risen = np.clip((axial - lowest) / RISEN_MPS2, 0.0, 1.0) * (before - lowest > FALLEN_MPS2)
    return np.asarray(scipy.ndimage.maximum_filter1d(risen, after + 1, origin=after // 2))


def _usual_burst(bursts: FloatArray) -> float:
    """Return the burst of a usual landing, also of a short run between long standing."""
    loud = bursts[bursts > FAINT * np.max(bursts)]
    return float(np.percentile(loud, 75))


def _cycles(acc: FloatArray, stride: float, rate_hz: float) -> FloatArray:
    """Return how many strides have passed at each sample (n,), by the slow swing of the shank.

    It is the phase of the strongest component of the acceleration around the stride's frequency.
    """
    stride_hz = rate_hz / stride
    swing = lowpass(acc, cutoff_hz=1.5 * stride_hz, rate_hz=rate_hz)
    swing = swing - lowpass(swing, cutoff_hz=0.5 * stride_hz, rate_hz=rate_hz)
    _, vectors = np.linalg.eigh(swing.T @ swing)
    n = len(swing)
    turning = scipy.signal.hilbert(swing @ vectors[:, -1], scipy.fft.next_fast_len(n))[:n]
    return _straight_ends(np.unwrap(np.angle(turning)) / (2 * np.pi), round(stride))


def _straight_ends(cycles: FloatArray, stride: int) -> FloatArray:
    """Return `cycles` (n,), rising, with the first and last stride as those next to them.

    Half of what tells the phase of those lies outside the record.
    """
    if len(cycles) > 4 * stride:
        count = np.arange(stride)
        first, last = stride, len(cycles) - 1 - stride
        rate = (cycles[first + stride] - cycles[first]) / stride
        cycles[:first] = cycles[first] - rate * (first - count)
        rate = (cycles[last] - cycles[last - stride]) / stride
        cycles[last + 1 :] = cycles[last] + rate * (1 + count)
    return np.maximum.accumulate(cycles)


def _usual_share(cycles: FloatArray, slow: FloatArray) -> float:
    """Return at which share of a stride, 0 to 1, the slow burst is highest on average."""
    share = np.floor(SHARES * (cycles % 1.0)).astype(np.int64) % SHARES
    count = np.bincount(share, minlength=SHARES)
    mean = np.bincount(share, weights=slow, minlength=SHARES) / np.maximum(count, 1)
    return float((np.argmax(mean) + 0.5) / SHARES)


def _period(x: FloatArray, rate_hz: float) -> float | None:
    """Return the stride in samples: the best repeat of `x` between 0.45 and 1.4 s.

    Two quick strides repeat as well as one does.
    """
    y = x - x.mean()
    n = len(y)
    low, high = int(0.45 * rate_hz), min(int(1.4 * rate_hz), n - 1)
    if high <= low + 2 or not np.any(y):
        return None
    power = np.abs(np.fft.rfft(y, 2 * n)) ** 2
    repeat = np.fft.irfft(power)[: high + 1] / (n - np.arange(high + 1))
    best = low + int(np.argmax(repeat[low:]))
    if best < 2 * low:
        return float(best)
    half = np.arange(max(int(0.47 * best), low), int(0.53 * best) + 2)
    shorter = half[np.argmax(repeat[half])]
    return float(shorter if repeat[shorter] > AS_GOOD * repeat[best] else best)
