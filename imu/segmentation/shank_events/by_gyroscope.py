"""Contact and toe-off of a shank pod with a gyroscope: several estimates of each, in agreement.

The turns of the shank (`swing`) say where to look. Contact is estimated from the turn itself, from
the rise of the axial acceleration at the ankle, and from the fastest tipping over the foot.
Toe-off is estimated from push-off in the rate of the shank (where it is slowest, where it has
fallen by a fifth and by two fifths, and where it speeds up most), from the fall of the forward
acceleration at the ankle, and from its axial minimum. Accelerations are those of the ankle, so that
they do not depend on the height of the pod. The constants that turn features into events are in
`feature_times`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.dsp.gaps import throughout
from imu.dsp.peaks import argmax_in, argmin_in, last_crossing, last_fall, refine_peak
from imu.dsp.rows import middle_of, middle_of_neighbours
from imu.dsp.slopes import falls
from imu.frames import FORWARD, LEFT, UP, BoolArray, FloatArray, IntArray
from imu.segmentation.shank_events import pod_height
from imu.segmentation.shank_events.agreement import Estimate, agreed
from imu.segmentation.shank_events.candidate_stances import Candidates, nothing, strides
from imu.segmentation.shank_events.feature_times import CONTACT, TOE_OFF, FeatureTime
from imu.segmentation.shank_events.swing import Turns, turns

LANDING_S = (-0.02, 0.11)
"""Where the axial acceleration rises with the landing, from the turn of the shank."""
DIP_S = 0.08
PUSH_OFF_S = (-0.03, 0.10)
"""Where the forward acceleration falls, from the slowest tipping in push-off."""
UNLOADED_S = 0.11
SEEN_S = 0.04
"""Around a feature, within which a gap hides it."""
WALKING_S = 0.525
NEIGHBOURS = 9
TIPPED_S = 0.13
"""Within which the shank tips fastest over a foot that has landed."""


def candidates(segment: Segment, *, rate_hz: float) -> Candidates:
    """Return the possible stance of every stride; `segment` has a gyroscope."""
    gyr = segment.gyr_radps
    if gyr is None:
        return nothing()
    found = turns(gyr[:, LEFT], rate_hz=rate_hz)
    if len(found) < 2:
        return nothing()
    shank = _Shank(found, segment.valid, rate_hz)
    forward = lowpass(segment.acc_mps2[:, FORWARD], cutoff_hz=10.0, rate_hz=rate_hz)
    seat = pod_height.seat(forward, gyr[:, LEFT], found, rate_hz=rate_hz)
    lever_m = pod_height.lever_m(seat.height_m)
    forward -= lever_m * rate_hz * found.slowing  # from here on that of the ankle
    ankle = _Ankle(_axial(segment.acc_mps2, gyr, lever_m), forward, rate_hz)
    turned, tipping, risen = _contacts(shank, ankle)
    contact = agreed([turned, tipping, risen], rate_hz=rate_hz)
    sure = np.isfinite(contact)
    # A stride is not lost for want of its contact: the turn is there, if only between two samples.
    usual = float(middle_of((contact - found.turned)[None])[0])
    usual = usual if np.isfinite(usual) else -CONTACT["turned"].after_s * rate_hz
    return Candidates(
        initial_contact=np.where(sure, contact, found.turned + usual),
        toe_off=agreed(_toe_offs(shank, ankle), rate_hz=rate_hz),
        contact_difference_s=(risen.at - turned.at) / rate_hz,
        stride_s=strides(found.turned) / rate_hz,
        contact_sure=sure,
        walks=_walks(found, rate_hz),
        seat=seat,
    )


@dataclass(frozen=True)
class _Ankle:
    """Specific force of the ankle, (n,) each: along the shank, and forward of it, filtered."""

    axial: FloatArray
    forward_10hz: FloatArray
    rate_hz: float

    def axial_below(self, cutoff_hz: float) -> FloatArray:
        """Return the force along the shank, low-passed: one such signal is large for an hour."""
        return lowpass(self.axial, cutoff_hz=cutoff_hz, rate_hz=self.rate_hz)


def _axial(acc: FloatArray, gyr: FloatArray, lever_m: float) -> FloatArray:
    """Take the turning about the ankle out of what a pod `lever_m` above it feels along the shank.

    Forward, what is taken out is by how much the turning slows down.
    """
    turning = gyr[:, FORWARD] ** 2
    turning += gyr[:, LEFT] ** 2
    turning *= lever_m
    turning += acc[:, UP]
    return turning


@dataclass(frozen=True)
class _Shank:
    """The turns of a shank, and where its pod was received (n,)."""

    turns: Turns
    valid: BoolArray
    rate_hz: float

    def window(self, around: FloatArray, span_s: tuple[float, float]) -> tuple[IntArray, IntArray]:
        """Return the samples (k,) from and to which `span_s` reaches around positions (k,)."""
        start, stop = (np.asarray(around + s * self.rate_hz, dtype=np.int64) for s in span_s)
        last = len(self.valid) - 1
        return np.clip(start, 0, last), np.clip(stop, 0, last)

    def highest(self, x: FloatArray, around: FloatArray, span_s: tuple[float, float]) -> FloatArray:
        """Return where `x` (n,) is highest in each window (k,); NaN if at an end of it."""
        return self._furthest(argmax_in, x, around, span_s)

    def lowest(self, x: FloatArray, around: FloatArray, span_s: tuple[float, float]) -> FloatArray:
        """Return where `x` (n,) is lowest in each window (k,); NaN if at an end of it."""
        return self._furthest(argmin_in, x, around, span_s)

    def _furthest(
        self,
        search: Callable[[FloatArray, IntArray, IntArray], IntArray],
        x: FloatArray,
        around: FloatArray,
        span_s: tuple[float, float],
    ) -> FloatArray:
        start, stop = self.window(around, span_s)
        at = search(x, start, stop)
        inner = (at > start) & (at < stop - 1)
        return np.where(inner, refine_peak(x, at), np.nan)

    def estimate(
        self, at: FloatArray, when: FeatureTime, around: FloatArray, span_s: tuple[float, float]
    ) -> Estimate:
        """Return the event that a feature `at` (k,) stands for; NaN where a gap is near it."""
        heard = throughout(self.valid, *(around + s * self.rate_hz for s in span_s))
        return Estimate(np.where(heard, at - when.after_s * self.rate_hz, np.nan), when.sd_s)


def _contacts(shank: _Shank, ankle: _Ankle) -> tuple[Estimate, Estimate, Estimate]:
    """Return contact by the turn of the shank, by its tipping, and by the axial rise."""
    turned = shank.turns.turned
    tipping = shank.lowest(shank.turns.rate, turned, (0.0, TIPPED_S))
    risen = _risen_by_half(ankle.axial_below(15.0), shank)
    return (
        shank.estimate(turned, CONTACT["turned"], turned, (-0.03, 0.03)),
        shank.estimate(tipping, CONTACT["tipping"], turned, (-0.03, TIPPED_S)),
        shank.estimate(risen, CONTACT["risen_by_half"], turned, (-0.03, LANDING_S[1])),
    )


def _risen_by_half(axial: FloatArray, shank: _Shank) -> FloatArray:
    """Return where the axial force has climbed half of the way from its dip to its peak (k,)."""
    start, stop = shank.window(shank.turns.turned, LANDING_S)
    peak = argmax_in(axial, start + round(2 * -LANDING_S[0] * shank.rate_hz), stop)
    dip = argmin_in(axial, np.maximum(start, peak - round(DIP_S * shank.rate_hz)), peak)
    return last_crossing(axial, (axial[dip] + axial[peak]) / 2, dip, peak)


def _toe_offs(shank: _Shank, ankle: _Ankle) -> list[Estimate]:
    """Return toe-off by every estimate there is."""
    turns, push_off = shank.turns, shank.turns.push_off
    at = {
        "push_off": np.where(turns.slows, push_off, np.nan),
        "fallen_by_fifth": _fallen(turns, 0.2),
        "fallen_by_two_fifths": _fallen(turns, 0.4),
        "steepest": np.where(turns.slows, turns.steepest, np.nan),
        "tipping": turns.tipping,
        "forward_falls": shank.highest(falls(ankle.forward_10hz), push_off, PUSH_OFF_S),
        "axial_minimum": shank.lowest(ankle.axial_below(7.0), push_off, (0.0, UNLOADED_S)),
    }
    sees_tipping = throughout(shank.valid, push_off, turns.tipping)
    for name in ("fallen_by_fifth", "fallen_by_two_fifths"):
        at[name] = np.where(sees_tipping, at[name], np.nan)
    return [
        shank.estimate(position, TOE_OFF[name], position, (-SEEN_S, SEEN_S))
        for name, position in at.items()
    ]


def _fallen(turns: Turns, share: float) -> FloatArray:
    """Return where the swing rate has fallen by a share from push-off to the next tipping (k,)."""
    rate, known = turns.slow_rate, turns.slows & np.isfinite(turns.tipping)
    start, stop = (
        np.round(np.where(known, at, 0)).astype(np.int64) for at in (turns.push_off, turns.tipping)
    )
    level = rate[start] + share * (rate[stop] - rate[start])
    return np.where(known, last_fall(rate, level, start, stop), np.nan)


def _walks(found: Turns, rate_hz: float) -> BoolArray:
    """Return True (k,) where a shank takes as long from its turn to its tipping as in walking.

    The median of the stances around: 0.54 s and more in walking up to 2.2 m/s, 0.51 s and less in
    running of 1.7 m/s and more.
    """
    long_s = middle_of_neighbours((found.tipping - found.turned) / rate_hz, NEIGHBOURS)
    return np.asarray(long_s > WALKING_S)
