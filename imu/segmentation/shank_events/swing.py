"""Strides and the turns of a shank within them, from its rate about the left axis.

A running shank swings forward once a stride, turns round shortly before its foot lands, tips
forward over the foot, slows down in push-off, tips on until it hangs back in the air, and swings
again. These turns are there at any height of the pod, with any strap and any landing, so they say
in which part of the record each event can lie.
"""

from dataclasses import dataclass

import numpy as np
import scipy

from imu.dsp.filters import lowpass
from imu.dsp.peaks import argmax_in, argmin_in, first_fall, last_crossing, refine_peak
from imu.dsp.slopes import falls
from imu.frames import BoolArray, FloatArray, IntArray
from imu.segmentation.shank_events.candidate_stances import whole_samples

LEAST_SWING_RADPS = 4.4
LEAST_STRIDE_S = 0.38
BROKEN = 1.6
"""Strides after which the next swing belongs to another stretch of running or walking."""
PUSH_OFF = 0.30
TIPPING = 0.5
"""After which share of the time between two swings a shank tips slowest (at 0.45 to 0.6 of it), and
then fastest (at about 0.8)."""
PUSH_OFF_TO_TIPPING_S = 0.106


@dataclass(frozen=True)
class Turns:
    """Turns of a shank (k,) in fractional samples, one row per possible stance.

    `turned`: the swing has ended. `push_off`: it tips forward slowest between the landing and the
    next swing; `tipping`: fastest after that, NaN where the record ends before; `steepest`: it
    speeds up most between the two. `slows` is False where it does not slow down, so that there is
    no push-off to see; then `push_off` is only when it usually is. `rate` (n,) is the forward swing
    rate, 15 Hz, rad/s, `slow_rate` the same at 10 Hz, `slowing` by how much that falls a sample.
    """

    turned: FloatArray
    push_off: FloatArray
    slows: BoolArray
    steepest: FloatArray
    tipping: FloatArray
    rate: FloatArray
    slow_rate: FloatArray
    slowing: FloatArray

    def __len__(self) -> int:
        return len(self.turned)


def turns(left_rate: FloatArray, *, rate_hz: float) -> Turns:
    """Return the turns of a shank whose rate about its left axis is `left_rate` (n,)."""
    rate, slow = (
        lowpass(left_rate, cutoff_hz=cutoff_hz, rate_hz=rate_hz, gain=-1.0)
        for cutoff_hz in (15.0, 10.0)
    )
    begin, end, swings = _between_swings(_swings(rate, rate_hz, LEAST_SWING_RADPS), len(rate))
    turned = first_fall(rate, np.zeros(len(begin)), begin, begin + (end - begin) // 2)
    rising = last_crossing(rate, np.zeros(len(begin)), np.nan_to_num(turned).astype(np.int64), end)
    known = np.isfinite(turned)
    turned, rising, swings = turned[known], rising[known], swings[known]
    # Before a halt, the rate may rise through zero in push-off, and no swing follows.
    rising = np.where(
        swings & (rising > turned), rising, turned + _usual((rising - turned)[swings], rate_hz)
    )
    between = rising - turned
    first = whole_samples(turned + PUSH_OFF * between)
    fastest = argmin_in(
        slow, whole_samples(turned + TIPPING * between), np.maximum(whole_samples(rising), 1)
    )
    slowest = argmax_in(slow, first, fastest)
    tips = fastest < np.minimum(whole_samples(rising), len(slow)) - 1
    slows = (slowest > first) & (slowest < fastest - 1)
    before = np.maximum(fastest - round(PUSH_OFF_TO_TIPPING_S * rate_hz), 0)
    slowest = np.where(slows, slowest, before)
    slowing = falls(slow)
    steepest = argmax_in(slowing, slowest, fastest + 1)
    return Turns(
        turned=turned,
        push_off=np.where(slows, refine_peak(slow, slowest), slowest),
        slows=slows,
        steepest=refine_peak(slowing, steepest),
        tipping=np.where(tips, refine_peak(slow, fastest), np.nan),
        rate=rate,
        slow_rate=slow,
        slowing=slowing,
    )


def _usual(between: FloatArray, rate_hz: float) -> float:
    """Return the median time from one swing to the next, for a last stance before a halt."""
    known = between[between > 0]
    return float(np.median(known)) if len(known) else LEAST_STRIDE_S * rate_hz


def mid_swings(
    left_rate: FloatArray, *, rate_hz: float, least_radps: float = LEAST_SWING_RADPS
) -> IntArray:
    """Return the samples of mid-swing: fast peaks of the backward rate (Fadillioglu 2020).

    `left_rate` (n,) is the shank's rate about its left axis; peaks below half of their
    neighbours' median height are not swings.
    """
    return _swings(
        lowpass(left_rate, cutoff_hz=15.0, rate_hz=rate_hz, gain=-1.0), rate_hz, least_radps
    )


def _swings(rate: FloatArray, rate_hz: float, least_radps: float) -> IntArray:
    distance = max(int(LEAST_STRIDE_S * rate_hz), 1)
    peaks, found = scipy.signal.find_peaks(rate, height=least_radps, distance=distance)
    if not len(peaks):
        return np.asarray(peaks, dtype=np.int64)
    height = found["peak_heights"]
    usual = scipy.ndimage.median_filter(height, size=min(9, len(height)), mode="nearest")
    return np.asarray(peaks[height > 0.5 * usual])


def _between_swings(swings: IntArray, n: int) -> tuple[IntArray, IntArray, BoolArray]:
    """Return the peaks of the swings before and after each possible stance, and if that was seen.

    A stretch of swings has a stance before its first and after its last one, whose other swing was
    not seen: it is taken to be a usual stride away.
    """
    if len(swings) < 2:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing > 0
    stride = np.diff(swings)
    usual = scipy.ndimage.median_filter(stride, size=min(9, len(stride)), mode="nearest")
    usual = np.minimum(usual, int(np.median(stride) * BROKEN))
    whole = stride <= BROKEN * usual
    first, last = _ends(whole)
    before, after = usual[np.minimum(first, len(usual) - 1)], usual[np.maximum(last - 1, 0)]
    begin = np.concatenate([swings[:-1][whole], swings[first] - before, swings[last]])
    end = np.concatenate([swings[1:][whole], swings[first], swings[last] + after])
    seen = np.arange(len(begin)) < len(begin) - len(last)
    order = np.argsort(begin, kind="stable")
    order = order[(end[order] > 0) & (begin[order] < n - 1)]
    return np.maximum(begin[order], 0), np.minimum(end[order], n - 1), seen[order]


def _ends(whole: BoolArray) -> tuple[IntArray, IntArray]:
    """Return the first and the last swing of each stretch; `whole` (k - 1,) joins neighbours."""
    breaks = np.flatnonzero(~whole)
    return np.concatenate([[0], breaks + 1]), np.concatenate([breaks, [len(whole)]])
