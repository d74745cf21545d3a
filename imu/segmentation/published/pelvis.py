"""Contact detectors from papers, for a pelvis pod: to compare ours with, not to use.

Each follows the published recipe as far as it is described, without its authors' code and without a
bias constant. All search around our steps (`pelvis.steps`: the force peak of each running step and
the troughs around it), so that they are compared on timing and not on the counting of steps. The
side is decided as for ours. Low-pass filters are second-order, both ways. A paper without a rule
for toe-off takes ours.
"""

from collections.abc import Callable
from functools import wraps

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.dsp.peaks import argmax_in, argmin_in, first_fall, last_crossing
from imu.frames import FORWARD, GRAVITY_MPS2, UP, FloatArray, IntArray
from imu.segmentation.pelvis_events import steps as pelvis
from imu.segmentation.published.extrema import (
    NOWHERE,
    after,
    before,
    maxima,
    minima,
    refined,
    samples,
)
from imu.segmentation.shank_events.candidate_stances import Candidates, nothing

Steps = tuple[IntArray, IntArray, IntArray]
"""Force peak and the troughs before and after it, (k,) each."""
Rule = Callable[[Segment, Steps, float], tuple[FloatArray, FloatArray]]

LEAST_STANCE_S = 0.095
"""Shortest running stance in the literature (Kiernan 2023, Sensors 23:5022)."""


def _of_steps(rule: Rule) -> Callable[..., Candidates]:
    """Turn a rule on (segment, steps, rate_hz) into a detector."""

    @wraps(rule)
    def detector(segment: Segment, *, rate_hz: float) -> Candidates:
        steps = pelvis.anchors(pelvis.upward_bw(segment, rate_hz=rate_hz), rate_hz=rate_hz)
        if len(steps[0]) < 3:
            return nothing()
        contact, toe_off = rule(segment, steps, rate_hz)
        step = np.diff(steps[0])
        stride = np.append(step[:-1] + step[1:], np.repeat(2 * np.median(step), 2))
        return Candidates(contact, toe_off, np.full(len(contact), np.nan), stride / rate_hz)

    return detector


def _our_toe_off(segment: Segment, rate_hz: float) -> FloatArray:
    return pelvis.candidates(segment, rate_hz=rate_hz).toe_off


@_of_steps
def auvinet2002(segment: Segment, steps: Steps, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Mean of the vertical minimum and the turn into braking; toe-off where weight is gone.

    Auvinet et al. 2002. Contact: mean of the vertical minimum before the vertical maximum and the
    fore-aft maximum from which it falls to the braking minimum. Toe-off: after the maximum, the
    specific force first at or below zero. Ours: 50 Hz; the braking minimum is the deepest between
    trough and peak of the step.
    """
    smooth = lowpass(segment.acc_mps2, cutoff_hz=50.0, rate_hz=rate_hz)
    up, forward = smooth[:, UP], smooth[:, FORWARD]
    peak, trough, following = steps
    most = argmax_in(up, trough, peak + samples(0.05, rate_hz))
    lightest = before(minima(up), most, within=samples(0.15, rate_hz))
    braking = argmin_in(forward, trough, peak + 1)
    turn = before(maxima(forward), braking, within=samples(0.1, rate_hz))
    contact = (refined(up, lightest) + refined(forward, turn)) / 2
    end = following + samples(0.05, rate_hz)
    return contact, first_fall(up, np.zeros(len(peak)), peak, end)


@_of_steps
def lee2010(segment: Segment, steps: Steps, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Fore-aft minima: braking, and the largest one a stance later.

    Lee et al. 2010. Contact: the deepest fore-aft minimum of landing. Toe-off: the deepest one at
    least the shortest stance less 10 ms later. Ours: unfiltered as there; landing lies between
    the trough before a step and its force peak, and the second minimum before the next contact.
    """
    forward = segment.acc_mps2[:, FORWARD]
    peak, trough, following = steps
    contact = argmin_in(forward, trough, peak + 1)
    later = contact + samples(LEAST_STANCE_S - 0.01, rate_hz)
    toe_off = argmin_in(forward, later, following + samples(0.03, rate_hz))
    return refined(forward, contact), refined(forward, toe_off)


@_of_steps
def benson2019(segment: Segment, steps: Steps, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Fore-aft minima between vertical peaks, 10 Hz.

    Benson et al. 2019, Sensors 19:1483. Contact: of the fore-aft minima between two vertical
    peaks the one best in depth and lateness. Toe-off: the next fore-aft minimum. Ours: the two
    ranks are replaced by the deepest minimum between the trough and the peak of the step; their
    second choice for toe-off (largest jerk) is not used.
    """
    forward = lowpass(segment.acc_mps2[:, FORWARD], cutoff_hz=10.0, rate_hz=rate_hz)
    peak, trough, following = steps
    contact = argmin_in(forward, trough, peak + 1)
    later = contact + samples(LEAST_STANCE_S, rate_hz)
    toe_off = after(minima(forward), later, within=samples(0.35, rate_hz))
    toe_off = np.where(toe_off <= following + samples(0.05, rate_hz), toe_off, NOWHERE)
    return refined(forward, contact), refined(forward, toe_off)


@_of_steps
def reenalda2021(segment: Segment, steps: Steps, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Lowest vertical velocity, where the specific force rises through 1 g; no rule for toe-off.

    Reenalda et al. 2021. Ours: the velocity is the sum of the upward acceleration at 50 Hz from
    the trough before the step to its force peak.
    """
    up = lowpass(segment.acc_mps2[:, UP], cutoff_hz=50.0, rate_hz=rate_hz)
    velocity = np.cumsum(up - GRAVITY_MPS2)
    peak, trough, _ = steps
    slowest = argmin_in(velocity, trough, peak + 1)
    return refined(velocity, slowest) + 0.5, _our_toe_off(segment, rate_hz)


@_of_steps
def day2021(segment: Segment, steps: Steps, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Force from the strongly smoothed vertical acceleration, then a threshold; 10 Hz.

    Day et al. 2021. Ours: 10 Hz is the middle of their three cut-offs, second order for their
    higher one; the threshold is 5 % of body weight. Where smoothing leaves flight heavier than
    that, uphill, there is no event.
    """
    force_bw = lowpass(segment.acc_mps2[:, UP], cutoff_hz=10.0, rate_hz=rate_hz) / GRAVITY_MPS2
    peak, trough, following = steps
    level = np.full(len(peak), 0.05)
    contact = last_crossing(force_bw, level, np.maximum(trough, 0), peak)
    return contact, first_fall(force_bw, level, peak, following)
