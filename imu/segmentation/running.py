"""Select running stances from candidates, with their side.

A candidate is a running stance when contact, swing and stride can be those of running, the foot is
down for about half of the stride at most, and there is flight: the pelvis comes near free fall
where it is measured, else the SD of the shank's specific force is large enough. The times are
those of the stances around it, so that one unsure event loses no stance. Strides that a shank pod
does not show but the pelvis does are taken from the pelvis.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.gaps import throughout
from imu.dsp.peaks import argmax_in
from imu.dsp.rows import middle_of_neighbours
from imu.frames import (
    GRAVITY_MPS2,
    SIDES,
    BoolArray,
    FloatArray,
    Placement,
    shank_of,
)
from imu.segmentation import bout_ends, lost_strides, shank_events
from imu.segmentation import pelvis as pelvis_alone
from imu.segmentation.found import Found, found_on, joined, nearest, pick
from imu.segmentation.shank_events.candidate_stances import Candidates
from imu.segmentation.shank_shaking import force_sd_mps2

CONTACT_S = (0.08, 0.45)
SWING_S = (0.20, 0.72)
"""0.46 s in the runners of Bach 2022, 0.53 s in a jog of 140 steps a minute, 0.63 in one of 130."""
BRISK_SWING_S = 0.62
"""To an accelerometer on a shank alone toe-off seems to come early in fast walking, and the swing
to be longer than this."""
STRIDE_S = (0.38, 1.2)
DUTY_FACTOR = 0.54
"""Running is below 0.5 and walking above 0.6; a contact time may be some 30 ms off."""
LEAST_FORCE_SD_MPS2 = 0.5 * GRAVITY_MPS2
"""SD of the shank's specific force over a stride: 3.1-4.5 m/s² walking and 12-14 m/s²
running in Bach 2022; 5 m/s² and more in slow virtual running."""
SURELY_RUNNING_MPS2 = 0.8 * GRAVITY_MPS2
QUICK_STRIDE_S = 0.9
USUAL_DUTY = 0.36
LANDING_S = (0.03, 0.10)
LEAST_LANDING = 0.3
"""Share of the median shock around contact below which a foot has not landed."""
SAME_STEP_S = 0.1
NEIGHBOURS = 9
"""Stances around one, over which a usual contact time is taken."""
UNLIKE_S, UNLIKE_SHARE = 0.04, 0.2
"""A contact further than both from the usual one has an event that cannot be trusted."""


FindCandidates = Callable[..., Candidates]
"""Called as ``find(segment, rate_hz=...)``."""


@dataclass(frozen=True)
class _Pelvis:
    """The pelvis pod, its upward force (n,) over g at 7 Hz, and its possible stances."""

    segment: Segment
    force_bw: FloatArray
    steps: Candidates


def find(
    segments: Mapping[Placement, Segment],
    *,
    rate_hz: float,
    of_shank: FindCandidates = shank_events.candidates,
    of_pelvis: FindCandidates = pelvis_alone.candidates,
) -> Found:
    """Return every running stance of the recording, in order of initial contact."""
    worn, pelvis = segments.get("pelvis"), None
    if worn is not None:
        force_bw = pelvis_alone.upward_bw(worn, rate_hz=rate_hz)
        pelvis = _Pelvis(worn, force_bw, of_pelvis(worn, rate_hz=rate_hz))
    legs = [side for side in SIDES if shank_of(side) in segments]
    if not legs and pelvis is not None:
        return _of_pelvis(pelvis, rate_hz)
    found = [
        _of_shank(
            of_shank(segments[shank_of(side)], rate_hz=rate_hz),
            segments[shank_of(side)],
            side,
            rate_hz,
            pelvis=pelvis,
        )
        for side in legs
    ]
    every = joined(found)
    if pelvis is None:
        return every
    every = lost_strides.with_those_of_pelvis(every, _of_pelvis(pelvis, rate_hz), segments)
    flew = bout_ends.flights(
        every.initial_contact, every.toe_off, every.stride, pelvis.force_bw, pelvis.segment.valid
    )
    not_run = bout_ends.not_run(every.initial_contact, every.stride, *flew)
    every = pick(replace(every, flight_follows=flew[1]), ~not_run)
    difference_s = _difference_to_nearest_s(
        every.initial_contact, pelvis.steps.initial_contact, rate_hz=rate_hz
    )
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


def _of_shank(
    one: Candidates, segment: Segment, side: str, rate_hz: float, *, pelvis: _Pelvis | None
) -> Found:
    """Return the running ones of a shank's candidates."""
    start, stride = one.initial_contact, one.stride_s * rate_hz
    contact_s, sure = _contact_s(one, rate_hz)
    stop = np.where(sure, one.toe_off, start + contact_s * rate_hz)
    running = timed_like_running(contact_s, one.stride_s)
    if pelvis is None and one.walks is None:
        running &= one.stride_s - contact_s < BRISK_SWING_S
    unknown = ~np.isfinite(contact_s)
    if unknown.any():
        stop = np.where(unknown, start + USUAL_DUTY * stride, stop)
        running |= unknown & _moves_like_running(one, segment, rate_hz)
    running &= _inside(segment, start, stop)
    flown = np.zeros(len(start), dtype=bool)
    if pelvis is not None:
        flown = throughout(pelvis.segment.valid, start, start + stride)
        running &= _weightless(pelvis.force_bw, start, stride) | ~flown
    if (running & ~flown).any():
        shaken = force_sd_mps2(segment, start, start + stride) > LEAST_FORCE_SD_MPS2
        walks = False if one.walks is None else one.walks
        running &= (shaken & ~np.asarray(walks)) | flown
    running &= _landed(segment, start, running, rate_hz)
    every = found_on(side, start, stop, one.contact_difference_s, stride)
    if one.contact_sure is not None:
        every = replace(every, contact_sure=one.contact_sure)
    return pick(replace(every, toe_off_sure=sure), running)


def _moves_like_running(one: Candidates, segment: Segment, rate_hz: float) -> BoolArray:
    """Return True (k,) where strides are those of running though no toe-off was found."""
    stride_s = one.stride_s
    shaken = force_sd_mps2(segment, one.initial_contact, one.initial_contact + stride_s * rate_hz)
    quick = (stride_s > STRIDE_S[0]) & (stride_s < QUICK_STRIDE_S)
    return np.asarray(quick & (shaken > SURELY_RUNNING_MPS2))


def _contact_s(one: Candidates, rate_hz: float) -> tuple[FloatArray, BoolArray]:
    """Return the usual contact time around each candidate (k,), and whether its own is like it."""
    contact_s = (one.toe_off - one.initial_contact) / rate_hz
    usual_s = middle_of_neighbours(contact_s, NEIGHBOURS)
    unlike = np.abs(contact_s - usual_s) > np.maximum(UNLIKE_S, UNLIKE_SHARE * usual_s)
    sure = np.isfinite(contact_s) & ~unlike
    return np.where(sure, contact_s, usual_s), sure


def _landed(segment: Segment, start: FloatArray, running: BoolArray, rate_hz: float) -> BoolArray:
    """Return True (k,) where the foot comes down with a shock like that of the other stances.

    The foot on which a runner stands when setting off does not land.
    """
    if not running.any():
        return running
    shock = force_sd_mps2(segment, start - LANDING_S[0] * rate_hz, start + LANDING_S[1] * rate_hz)
    return np.asarray(shock > LEAST_LANDING * np.median(shock[running]))


def _of_pelvis(pelvis: _Pelvis, rate_hz: float) -> Found:
    """Return the running steps that the pelvis alone shows, with the side it tells."""
    one, segment = pelvis.steps, pelvis.segment
    start, stop, stride = one.initial_contact, one.toe_off, one.stride_s * rate_hz
    running = timed_like_running((stop - start) / rate_hz, one.stride_s)
    running &= _inside(segment, start, stop)
    found = pick(found_on("left", start, stop, one.contact_difference_s, stride), running)
    if not len(found.side):
        return found
    side, share_pct = pelvis_alone.sides(
        segment, found.initial_contact, found.toe_off, found.stride, rate_hz=rate_hz
    )
    return replace(found, side=side, side_pct=share_pct)


def timed_like_running(contact_s: FloatArray, stride_s: FloatArray) -> BoolArray:
    """Return True (k,) where contact, swing and stride can be those of running."""
    swing_s = stride_s - contact_s
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (contact_s > CONTACT_S[0])
            & (contact_s < CONTACT_S[1])
            & (swing_s > SWING_S[0])
            & (swing_s < SWING_S[1])
            & (stride_s > STRIDE_S[0])
            & (stride_s < STRIDE_S[1])
            & (contact_s < DUTY_FACTOR * stride_s)
        )


def _inside(segment: Segment, start: FloatArray, stop: FloatArray) -> BoolArray:
    """Return True (k,) where the record covers ``[start, stop]`` and both are known."""
    known = np.isfinite(start) & np.isfinite(stop)
    return known & (start >= 0) & (np.where(known, stop, 0) <= len(segment.valid) - 1)


def _weightless(force: FloatArray, start: FloatArray, stride: FloatArray) -> BoolArray:
    """Return True (k,) where the pelvis comes near free fall in the stride from `start`."""
    begin = np.nan_to_num(start).astype(np.int64)
    end = begin + stride.astype(np.int64)
    lightest, heaviest = force[argmax_in(-force, begin, end)], force[argmax_in(force, begin, end)]
    light = lightest < pelvis_alone.LIGHTEST_BW
    return np.asarray(light & (heaviest - lightest > pelvis_alone.LEAST_SWING_BW))
