"""Flag the stances with gaps, and the pods and sensors that were missing in them.

A flag is True (k,) where it holds. Filters smear a gap by some 20 ms, so a stance that near to one
is not measured.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from imu.dsp.gaps import between_long_gaps, near
from imu.frames import SIDES, BoolArray, FloatArray, Placement, seen_by, shank_of
from imu.sensors import Need
from imu.stance_signals.saturation import any_within
from imu.stance_signals.shank_travel import measured, next_rest_ends
from imu.stance_signals.windows import StanceWindows

GAP_REACH_S: Final = 0.02
RESTED_S: Final = 1.0
"""At rest for so long a pod knows the vertical."""
UNBROKEN_S: Final = 2.0
"""What reads the vertical: between gaps 0.5 s long it was off by 0.9 degrees in parts of 2 to 3 s
of ten made-up people, and by 1.0 to 1.5 in parts of 1 to 2 s."""
EVENT_POD: Final[Need] = "shank or pelvis"
"""The pod whose signal gives the events."""


def of_own_leg(s: StanceWindows, per_pod: Mapping[Placement, BoolArray]) -> BoolArray:
    """Return the value (k,) of each stance's own shank; False where that pod was not worn."""
    out = np.zeros(len(s), dtype=bool)
    for side in SIDES:
        if shank_of(side) in per_pod:
            out = np.where(s.side == side, per_pod[shank_of(side)], out)
    return out


def _worn(s: StanceWindows) -> BoolArray:
    """Return True (k,) where the stance's own shank wears a pod."""
    return of_own_leg(s, dict.fromkeys(s.segments, np.ones(len(s), dtype=bool)))


def _gap_free_pods(s: StanceWindows) -> dict[Placement, BoolArray]:
    reach = round(GAP_REACH_S * s.rate_hz)
    return {
        placement: ~any_within(near(~pod.valid, reach_samples=reach), s.start, s.stop)
        for placement, pod in s.segments.items()
    }


def gap_free(s: StanceWindows) -> dict[str, BoolArray]:
    """Return (k,) where the shank's, the pelvis' and the pod of the events had no gap.

    A shank pod that does not show a stance measures nothing in it.
    """
    nowhere, free = np.zeros(len(s), dtype=bool), _gap_free_pods(s)
    shank, pelvis = of_own_leg(s, free) & ~s.by_pelvis, free.get("pelvis", nowhere)
    events = np.where(_worn(s) & ~s.by_pelvis, shank, pelvis)
    return {"shank": shank, "pelvis": pelvis, EVENT_POD: events}


def unbroken_s(s: StanceWindows) -> dict[str, FloatArray]:
    """Return how long (k,) the own shank's pod, and the pelvis', were received around each stance.

    That is between two gaps so long that the orientation begins anew; infinite where the pod rested
    meanwhile, or never had such a gap.
    """
    found = {"shank": np.full(len(s), np.inf), "pelvis": np.full(len(s), np.inf)}
    for placement, pod in s.segments.items():
        first, last = between_long_gaps(pod.valid, rate_hz=s.rate_hz)
        if len(first) == 1:
            continue
        rested = np.concatenate([[0], np.cumsum(pod.motion.still)])
        length_s = (last - first) / s.rate_hz
        length_s[rested[last] - rested[first] >= RESTED_S * s.rate_hz] = np.inf
        part = np.searchsorted(first, np.nan_to_num(s.start), side="right") - 1
        own = seen_by(placement, s.side)
        kind = "pelvis" if placement == "pelvis" else "shank"
        found[kind] = np.where(own, length_s[part], found[kind])
    return found


def coverage_pct(s: StanceWindows) -> FloatArray:
    """Return the share of the stance that the least complete worn pod delivered, in %."""
    worst = np.full(len(s), 100.0)
    for placement, pod in s.segments.items():
        own = seen_by(placement, s.side)
        missing = np.flatnonzero(~pod.valid)
        low = np.clip(np.round(s.start), 0, len(pod.valid)).astype(np.int64)
        high = np.clip(np.round(s.stop) + 1, low + 1, len(pod.valid)).astype(np.int64)
        missed = np.searchsorted(missing, high) - np.searchsorted(missing, low)
        share = 100.0 * (high - low - missed) / np.maximum(high - low, 1)
        worst = np.where(own, np.minimum(worst, share), worst)
    return worst


def missing(s: StanceWindows, free: Mapping[str, BoolArray]) -> dict[str, BoolArray]:
    """Return the flags of what is missing from each stance; `free` as `gap_free` gives it."""
    worn, pelvis = _worn(s), s.pelvis
    found: dict[str, BoolArray | bool] = {
        "no_pelvis_pod": pelvis is None,
        "gap_in_pelvis_pod": (pelvis is not None) & ~free["pelvis"],
        "no_pelvis_gyroscope": pelvis is not None and pelvis.gyr_radps is None,
        "no_standing": pelvis is not None and not pelvis.standing.any(),
        "no_shank_pod": ~worn,
        "gap_in_shank_pod": worn & ~free["shank"] & ~s.by_pelvis,
        "seen_by_pelvis": s.by_pelvis,
        "contact_unsure": ~s.contact_sure & ~s.by_pelvis,
        "toe_off_unsure": ~s.toe_off_sure,
        "no_shank_gyroscope": worn & of_own_leg(s, _without_gyroscope(s)),
        "unlike_running": s.unlike_running,
        "other_leg_not_seen": ~np.isfinite(s.opposite),
        "end_of_bout": ~np.isfinite(s.stride),
        "gap_in_swing": _gap_in_swing(s),
        "next_rest_not_seen": _next_rest_not_seen(s),
        "pelvis_clipped_in_swing": _pelvis_clipped_in_swing(s),
    }
    return {name: np.array(np.broadcast_to(where, len(s))) for name, where in found.items()}


def _without_gyroscope(s: StanceWindows) -> dict[Placement, BoolArray]:
    return {
        placement: np.full(len(s), pod.gyr_radps is None) for placement, pod in s.segments.items()
    }


def _gap_in_swing(s: StanceWindows) -> BoolArray:
    """Return True (k,) where a pod without a gap in the stance has one in the swing after it."""
    gap = np.zeros(len(s), dtype=bool)
    for placement, pod in s.segments.items():
        if not pod.valid.all():
            after = ~s.gap_free(pod.valid, s.stop, s.start + s.stride) & np.isfinite(s.stride)
            gap |= after & s.gap_free(pod.valid, s.start, s.stop) & seen_by(placement, s.side)
    return gap


def _next_rest_not_seen(s: StanceWindows) -> BoolArray:
    """Return True (k,) where the own shank was measured up to the next contact, but not to rest."""
    unseen = np.zeros(len(s), dtype=bool)
    for side in SIDES:
        pod, own = s.segments.get(shank_of(side)), s.side == side
        if pod is not None and pod.gyr_radps is not None:
            leg, good = s.only(own), measured(pod)
            contact, rests = leg.start + leg.stride, next_rest_ends(leg)
            seen = leg.gap_free(good, leg.start, contact)
            unseen[own] = seen & ~leg.gap_free(good, contact, rests)
    return unseen


def _pelvis_clipped_in_swing(s: StanceWindows) -> BoolArray:
    """Return True (k,) where the pelvis' acceleration was saturated after the stance."""
    if s.pelvis is None:
        return np.zeros(len(s), dtype=bool)
    return any_within(s.pelvis.motion.acc_clipped, s.stop, s.start + s.stride)
