"""Find the running stances of all pods together, with their side.

A candidate is a running stance when contact, swing and stride can be those of running, the foot is
down for about half of the stride at most, and there is flight: the pelvis comes near free fall
where it is measured, else the SD of the shank's specific force is large enough
(`of_one_shank`). Strides that a shank pod does not show but the pelvis does are taken from the
pelvis.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from imu.alignment.segment import Segment
from imu.frames import SIDES, FloatArray, Placement, shank_of
from imu.segmentation import shank_events
from imu.segmentation.pelvis_events import steps as pelvis_alone
from imu.segmentation.running_stances import bout_ends, lost_strides, of_one_shank
from imu.segmentation.running_stances.found import Found, found_on, joined, nearest, pick
from imu.segmentation.running_stances.of_one_shank import LegSearch, Pelvis
from imu.segmentation.shank_events.candidate_stances import Candidates

SAME_STEP_S = 0.1


FindCandidates = Callable[..., Candidates]
"""Called as ``find(segment, rate_hz=...)``."""
FitTogether = Callable[..., Mapping[str, Candidates]]
"""Called as ``fit(candidates of each side, segment of each side, rate_hz=...)``."""


def find(
    segments: Mapping[Placement, Segment],
    *,
    rate_hz: float,
    of_shank: FindCandidates = shank_events.candidates,
    of_pelvis: FindCandidates = pelvis_alone.candidates,
    of_both: FitTogether | None = None,
) -> tuple[Found, dict[Placement, LegSearch]]:
    """Return every running stance, in order of contact, and what came of each shank's strides."""
    worn, pelvis = segments.get("pelvis"), None
    if worn is not None:
        force_bw = pelvis_alone.upward_bw(worn, rate_hz=rate_hz)
        pelvis = Pelvis(worn, force_bw, rate_hz)
    legs = [side for side in SIDES if shank_of(side) in segments]
    if not legs and worn is not None:
        return _of_pelvis(of_pelvis(worn, rate_hz=rate_hz), worn, rate_hz), {}
    pods = {side: segments[shank_of(side)] for side in legs}
    candidates: Mapping[str, Candidates] = {
        side: of_shank(pod, rate_hz=rate_hz) for side, pod in pods.items()
    }
    if of_both is not None:
        candidates = of_both(candidates, pods, rate_hz=rate_hz)
    found, searched = [], {}
    for side, pod in pods.items():
        own, searched[shank_of(side)] = of_one_shank.of_shank(
            candidates[side], pod, side, rate_hz, pelvis=pelvis
        )
        found.append(own)
    every = joined(found)
    if pelvis is None:
        return every, searched
    return _with_pelvis(every, pelvis, segments, rate_hz, of_pelvis), searched


def _with_pelvis(
    every: Found,
    pelvis: Pelvis,
    segments: Mapping[Placement, Segment],
    rate_hz: float,
    of_pelvis: FindCandidates,
) -> Found:
    """Return the stances of the shanks with those that only the pelvis shows, and its own words."""
    anchors = pelvis_alone.anchors(pelvis.force_bw, rate_hz=rate_hz)
    contact = pelvis_alone.contacts(pelvis.segment, anchors, rate_hz=rate_hz)
    if lost_strides.may_be_lost(every, contact, segments):
        steps = _of_pelvis(of_pelvis(pelvis.segment, rate_hz=rate_hz), pelvis.segment, rate_hz)
        every = lost_strides.with_those_of_pelvis(every, steps, segments)
    flew = bout_ends.flights(
        every.initial_contact, every.toe_off, every.stride, pelvis.force_bw, pelvis.awake
    )
    not_run = bout_ends.not_run(every.initial_contact, every.stride, *flew)
    every = pick(replace(every, flight_follows=flew[1]), ~not_run)
    difference_s = _difference_to_nearest_s(every.initial_contact, contact, rate_hz=rate_hz)
    return replace(every, pelvis_difference_s=np.where(every.by_pelvis, np.nan, difference_s))


def _difference_to_nearest_s(
    contact: FloatArray, other: FloatArray, *, rate_hz: float
) -> FloatArray:
    """Return the nearest `other` contact minus each contact (k,), s; NaN without one in 0.1 s."""
    other = other[np.isfinite(other)]
    if not len(other):
        return np.full(len(contact), np.nan)
    least_s = (other[nearest(other, contact)] - contact) / rate_hz
    return np.where(np.abs(least_s) < SAME_STEP_S, least_s, np.nan)


def _of_pelvis(one: Candidates, segment: Segment, rate_hz: float) -> Found:
    """Return the running steps that the pelvis alone shows, with the side it tells."""
    start, stop, stride = one.initial_contact, one.toe_off, one.stride_s * rate_hz
    running = of_one_shank.timed_like_running((stop - start) / rate_hz, one.stride_s)
    running &= of_one_shank.inside(segment, start, stop)
    if one.walks is not None:
        running &= ~one.walks
    found = found_on("left", start, stop, one.contact_difference_s, stride)
    if one.toe_off_sure is not None:
        found = replace(found, toe_off_sure=one.toe_off_sure)
    found = pick(found, running)
    if not len(found.side):
        return found
    side, share_pct = pelvis_alone.sides(
        segment, found.initial_contact, found.toe_off, found.stride, rate_hz=rate_hz
    )
    return replace(found, side=side, side_pct=share_pct)
