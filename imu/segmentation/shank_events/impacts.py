"""Strides and impacts of a shank pod: the shock of each landing, and the signals that show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import find_peaks

from imu.alignment.segment import Segment
from imu.dsp.filters import highpass, lowpass
from imu.dsp.peaks import argmax_in
from imu.frames import LEFT, UP, FloatArray, IntArray
from imu.segmentation.shank_events.swing import turns

AROUND = 3
UNSTEADY = 0.15
"""Share of a stride by which one runner's strides differ at most from one to the next."""


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
        at = _impacts_from_acceleration(features.burst, rate_hz)
    else:
        at = _impacts_after_swing(segment.gyr_radps[:, LEFT], features.burst, rate_hz)
    if len(at) < 2:
        return at, np.empty(0)
    stride = np.diff(at).astype(np.float64)
    usual = median_filter(stride, size=min(9, len(stride)), mode="nearest")
    stride = np.where((stride > 0.6 * usual) & (stride < 1.5 * usual), stride, usual)
    return at, np.append(stride, stride[-1])


def _impacts_after_swing(left_rate: FloatArray, burst: FloatArray, rate_hz: float) -> IntArray:
    """Return the impact that ends each swing, and the one before the first swing if recorded.

    A shank has turned round when its foot lands (13 ms before it in Dorschky 2019). Turning round
    shakes a pod too, by more than a soft landing at a jog, so nothing before it counts.
    """
    turned = turns(left_rate, rate_hz=rate_hz).turned.astype(np.int64)
    stop = turned + int(0.12 * rate_hz)
    inside = turned < len(burst) - 1
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
    peaks = _in_turn(peaks[found["peak_heights"] > 0.35 * usual], slow)
    reach = int(0.06 * rate_hz)
    return argmax_in(burst, peaks - reach, peaks + reach + 1)


def _in_turn(peaks: IntArray, slow: FloatArray) -> IntArray:
    """Return the peaks (k,), each that falls out of turn moved to the highest one in its turn.

    Leaving the ground shakes a shank as well, now and then by more than landing. Its turn is where
    most of the six peaks around it expect a peak.
    """
    if len(peaks) <= 2 * AROUND:
        return peaks
    stride = np.diff(peaks)
    usual = median_filter(stride, size=2 * AROUND + 1, mode="nearest")
    usual = np.append(usual, usual[-1])
    order = np.arange(-AROUND, AROUND + 1)
    number = np.clip(np.arange(len(peaks))[:, None] + order, 0, len(peaks) - 1)
    steps = number - np.arange(len(peaks))[:, None]
    expected = np.median(peaks[number] - steps * usual[:, None], axis=1)
    reach = UNSTEADY * usual
    agreeing = np.abs(peaks[number] - steps * usual[:, None] - expected[:, None]) < reach[:, None]
    late = (np.abs(peaks - expected) > reach) & (agreeing.sum(axis=1) > AROUND)
    again = argmax_in(slow, *(np.asarray(expected + r, dtype=np.int64) for r in (-reach, reach)))
    return np.where(late, again, peaks)


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
