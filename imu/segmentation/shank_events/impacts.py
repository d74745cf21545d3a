"""Strides and impacts of a shank pod: the shock of each landing, and the signals that show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from imu.alignment.segment import Segment
from imu.dsp.filters import highpass, lowpass
from imu.dsp.peaks import argmax_in
from imu.frames import LEFT, UP, FloatArray, IntArray
from imu.segmentation.shank_events.candidate_stances import strides, whole_samples
from imu.segmentation.shank_events.swing import turns

NEAR = 0.15
"""Share of a stride by which an impact may be early or late in it."""
SHARES = 60
SHARP_HZ = 40.0
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


def impacts_of(segment: Segment, features: Features, rate_hz: float) -> tuple[IntArray, FloatArray]:
    """Return the sample of each impact (k,) and the stride in samples from it to the next."""
    if segment.gyr_radps is None:
        at = _impacts_from_acceleration(segment.acc_mps2, features.burst, rate_hz)
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


def _impacts_from_acceleration(acc: FloatArray, burst: FloatArray, rate_hz: float) -> IntArray:
    """Return one impact per stride: the highest burst where in the stride it usually is highest.

    Leaving the ground shakes a shank as well, now and then by more than landing: which of the two
    is the impact is not asked anew in each stride.
    """
    slow = lowpass(burst, cutoff_hz=8.0, rate_hz=rate_hz)
    stride = _period(slow, rate_hz)
    if stride is None:
        return np.empty(0, dtype=np.int64)
    cycles = _cycles(acc, stride, rate_hz)
    sharp = np.linalg.norm(highpass(acc, cutoff_hz=SHARP_HZ, rate_hz=rate_hz), axis=1)
    usual = _usual_share(cycles, lowpass(sharp, cutoff_hz=8.0, rate_hz=rate_hz))
    first, last = np.ceil(cycles[0] - usual), np.floor(cycles[-1] - usual)
    at = np.interp(np.arange(first, last + 1) + usual, cycles, np.arange(len(cycles)))
    reach = NEAR * stride
    peaks = np.unique(argmax_in(slow, *(whole_samples(at + edge) for edge in (-reach, reach + 1))))
    if not len(peaks):
        return np.empty(0, dtype=np.int64)
    apart = np.append(True, np.diff(peaks) > 2 * reach)
    peaks = peaks[apart & (slow[peaks] > LEAST_BURST * _usual_burst(slow[peaks]))]
    around = int(0.06 * rate_hz)
    return argmax_in(burst, peaks - around, peaks + around + 1)


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
    """Return the stride in samples: the best repeat of `x` between 0.45 and 1.4 s."""
    y = x - x.mean()
    n = len(y)
    low, high = int(0.45 * rate_hz), min(int(1.4 * rate_hz), n - 1)
    if high <= low + 2 or not np.any(y):
        return None
    power = np.abs(np.fft.rfft(y, 2 * n)) ** 2
    repeat = np.fft.irfft(power)[: high + 1] / (n - np.arange(high + 1))
    return float(low + np.argmax(repeat[low:]))
