"""Select running stances from candidates, with their side, and group them into bouts.

A candidate is a running stance when its contact, swing and stride times can be those of running,
the foot is down for about half of the stride at most, and there is flight: the pelvis comes near
free fall where it is measured, else the SD of the shank's specific force is large enough. A bout is
a chain of such stances; a single hop is not running.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.dsp.gaps import throughout
from imu.dsp.peaks import argmax_in, refine_peak
from imu.frames import (
    GRAVITY_MPS2,
    SIDES,
    BoolArray,
    FloatArray,
    IntArray,
    Placement,
    shank_of,
)
from imu.segmentation import bout_ends, shank
from imu.segmentation import pelvis as pelvis_alone
from imu.segmentation.shank import Candidates
from imu.segmentation.stances import Bouts, Stances

CONTACT_S = (0.11, 0.45)
SWING_S = (0.20, 0.62)
"""0.46 s in the runners of Bach 2022 and 0.53 s in a jog of 140 steps a minute. In fast walking
what looks like toe-off comes early, and the swing then seems longer than that."""
STRIDE_S = (0.45, 1.2)
DUTY_FACTOR = 0.54
"""Running is below 0.5 and walking above 0.6; a contact time may be some 30 ms off."""
LEAST_FORCE_SD_MPS2 = 0.5 * GRAVITY_MPS2
"""SD of the shank's specific force over a stride: 3.1-4.5 m/s² walking and 12-14 m/s²
running in Bach 2022; 5 m/s² and more in slow virtual running."""
LANDING_S = (0.03, 0.10)
LEAST_LANDING = 0.3
"""Share of the median shock around contact below which a foot has not landed."""
SAME_STEP_S = 0.1
FEWEST_STANCES = 3


@dataclass(frozen=True)
class _Found:
    """Running stances, (k,) each, in samples. `side_pct`: see `Stances.side_agreement_pct`.

    `flight_follows` is False where the pelvis shows no flight after the stance, `toe_off_unsure`
    True where toe-off is known too badly to be stated.
    """

    side: npt.NDArray[np.str_]
    initial_contact: FloatArray
    toe_off: FloatArray
    contact_difference_s: FloatArray
    stride: FloatArray
    pelvis_difference_s: FloatArray
    side_pct: FloatArray
    flight_follows: BoolArray
    toe_off_unsure: BoolArray


FindCandidates = Callable[..., Candidates]
"""Called as ``find(segment, rate_hz=...)``."""


def find(
    segments: Mapping[Placement, Segment],
    *,
    rate_hz: float,
    of_shank: FindCandidates = shank.candidates,
    of_pelvis: FindCandidates = pelvis_alone.candidates,
) -> _Found:
    """Return every running stance of the recording, in order of initial contact."""
    pelvis = segments.get("pelvis")
    force_bw = None if pelvis is None else pelvis_alone.upward_bw(pelvis, rate_hz=rate_hz)
    found = [
        _of_shank(
            of_shank(segments[placement], rate_hz=rate_hz),
            segments[placement],
            side,
            rate_hz,
            force_bw=force_bw,
            force_known=None if pelvis is None else pelvis.valid,
        )
        for side in SIDES
        if (placement := shank_of(side)) in segments
    ]
    if not found and pelvis is not None:
        return _of_pelvis(of_pelvis(pelvis, rate_hz=rate_hz), pelvis, rate_hz)
    every = _Found(
        *(np.concatenate([getattr(one, field.name) for one in found]) for field in fields(_Found))
    )
    every = _pick(every, np.argsort(every.initial_contact, kind="stable"))
    if pelvis is None or force_bw is None:
        return every
    flew = bout_ends.flights(
        every.initial_contact, every.toe_off, every.stride, force_bw, pelvis.valid
    )
    not_run = bout_ends.not_run(every.initial_contact, every.stride, *flew)
    every = _pick(replace(every, flight_follows=flew[1]), ~not_run)
    by_pelvis = pelvis_alone.contacts(pelvis, force_bw, rate_hz=rate_hz)
    difference_s = _difference_to_nearest_s(every.initial_contact, by_pelvis, rate_hz=rate_hz)
    return replace(every, pelvis_difference_s=difference_s)


def _difference_to_nearest_s(
    contact: FloatArray, other: FloatArray, *, rate_hz: float
) -> FloatArray:
    """Return the nearest `other` contact minus each contact (k,), s; NaN without one in 0.1 s."""
    other = other[np.isfinite(other)]
    if not len(other):
        return np.full(len(contact), np.nan)
    after = np.clip(np.searchsorted(other, contact), 1, max(len(other) - 1, 1))
    before = other[after - 1] - contact
    then = other[np.minimum(after, len(other) - 1)] - contact
    least_s = np.where(np.abs(before) < np.abs(then), before, then) / rate_hz
    return np.where(np.abs(least_s) < SAME_STEP_S, least_s, np.nan)


def _start_with(
    side: str, start: FloatArray, stop: FloatArray, difference_s: FloatArray, stride: FloatArray
) -> _Found:
    """Return stances of one side, with everything else unknown."""
    unknown, yes = np.full(len(start), np.nan), np.ones(len(start), dtype=bool)
    sides = np.full(len(start), side)
    return _Found(sides, start, stop, difference_s, stride, unknown, unknown, yes, ~yes)


def _pick(found: _Found, index: IntArray | BoolArray) -> _Found:
    return _Found(*(getattr(found, field.name)[index] for field in fields(_Found)))


def _of_shank(
    one: Candidates,
    segment: Segment,
    side: str,
    rate_hz: float,
    *,
    force_bw: FloatArray | None,
    force_known: BoolArray | None,
) -> _Found:
    """Return the running ones of a shank's candidates.

    `force_bw` (n,) is the pelvis' upward force and `force_known` (n,) where it was measured.
    """
    start, stop, stride = one.initial_contact, one.toe_off, one.stride_s * rate_hz
    running = _timed_like_running(one, rate_hz) & shank.inside(segment.valid, start, stop)
    gap_free = np.zeros(len(start), dtype=bool)
    if force_bw is not None and force_known is not None:
        gap_free = throughout(force_known, start, start + stride)
        running &= _weightless(force_bw, start, stride) | ~gap_free
    if (running & ~gap_free).any():
        shaken = shank.force_sd_mps2(segment, start, start + stride) > LEAST_FORCE_SD_MPS2
        running &= shaken | gap_free
    running &= _landed(segment, start, running, rate_hz)
    every = _start_with(side, start, stop, one.contact_difference_s, stride)
    return _pick(every, running)


def _landed(segment: Segment, start: FloatArray, running: BoolArray, rate_hz: float) -> BoolArray:
    """Return True (k,) where the foot comes down with a shock like that of the other stances.

    The foot on which a runner stands when setting off does not land.
    """
    if not running.any():
        return running
    shock = shank.force_sd_mps2(
        segment, start - LANDING_S[0] * rate_hz, start + LANDING_S[1] * rate_hz
    )
    return np.asarray(shock > LEAST_LANDING * np.median(shock[running]))


def _of_pelvis(one: Candidates, segment: Segment, rate_hz: float) -> _Found:
    start, stop, stride = one.initial_contact, one.toe_off, one.stride_s * rate_hz
    running = _timed_like_running(one, rate_hz) & shank.inside(segment.valid, start, stop)
    found = _start_with("left", start, stop, one.contact_difference_s, stride)
    if one.toe_off_unsure is not None:
        found = replace(found, toe_off_unsure=one.toe_off_unsure)
    found = _pick(found, running)
    if not len(found.side):
        return found
    side, share_pct = pelvis_alone.sides(
        segment, found.initial_contact, found.toe_off, found.stride, rate_hz=rate_hz
    )
    return replace(found, side=side, side_pct=share_pct)


def _timed_like_running(one: Candidates, rate_hz: float) -> BoolArray:
    contact_s = (one.toe_off - one.initial_contact) / rate_hz
    swing_s = one.stride_s - contact_s
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (contact_s > CONTACT_S[0])
            & (contact_s < CONTACT_S[1])
            & (swing_s > SWING_S[0])
            & (swing_s < SWING_S[1])
            & (one.stride_s > STRIDE_S[0])
            & (one.stride_s < STRIDE_S[1])
            & (contact_s < DUTY_FACTOR * one.stride_s)
        )


def _weightless(force: FloatArray, start: FloatArray, stride: FloatArray) -> BoolArray:
    """Return True (k,) where the pelvis comes near free fall in the stride from `start`."""
    begin = np.nan_to_num(start).astype(np.int64)
    end = begin + stride.astype(np.int64)
    lightest, heaviest = force[argmax_in(-force, begin, end)], force[argmax_in(force, begin, end)]
    light = lightest < pelvis_alone.LIGHTEST_BW
    return np.asarray(light & (heaviest - lightest > pelvis_alone.LEAST_SWING_BW))


def in_bouts(found: _Found) -> tuple[_Found, IntArray]:
    """Drop what is too short to be a bout; return the rest and its bout numbers (k,)."""
    if not len(found.side):
        return found, np.empty(0, dtype=np.int64)
    end = np.maximum.accumulate(found.initial_contact + found.stride)
    breaks = found.initial_contact[1:] > end[:-1] + 0.6 * found.stride[1:]
    bout = np.concatenate([[0], np.cumsum(breaks)])
    enough = np.bincount(bout)[bout] >= FEWEST_STANCES
    kept = _pick(found, enough)
    _, renumbered = np.unique(bout[enough], return_inverse=True)
    return kept, renumbered.astype(np.int64)


def to_stances(
    found: _Found,
    bout: IntArray,
    segments: Mapping[Placement, Segment],
    midstance: FloatArray,
    *,
    rate_hz: float,
    start_s: float,
) -> Stances:
    """Return the stances on the session clock; `midstance` (k,) as `midstances` gives it.

    Toe-off and mid-stance are NaN where the pod that shows them was not received, toe-off also
    where it is unsure.
    """
    begin, stop = found.initial_contact, found.toe_off
    middle, body = (begin + stop) / 2, segments.get("pelvis")
    received = np.ones((2, len(begin)), dtype=bool)
    for side in SIDES:
        own = found.side == side
        pod = segments.get(shank_of(side), body)
        if pod is not None:
            received[0, own] = throughout(pod.valid, middle[own], stop[own])
    if body is not None:
        received[1] = throughout(body.valid, begin, stop)
    received[0] &= ~found.toe_off_unsure
    return Stances(
        side=found.side,
        bout=bout,
        initial_contact_s=start_s + begin / rate_hz,
        midstance_s=np.where(received[1], start_s + midstance / rate_hz, np.nan),
        toe_off_s=np.where(received[0], start_s + stop / rate_hz, np.nan),
        agreement_s=found.contact_difference_s,
        pelvis_agreement_s=found.pelvis_difference_s,
        side_agreement_pct=found.side_pct,
    )


def midstances(found: _Found, upward_mps2: FloatArray | None, *, rate_hz: float) -> FloatArray:
    """Return the sample (k,) of greatest 10 Hz upward specific force in 25-75 % of stance.

    `upward_mps2` (n,) is that of the pelvis in the world; NaN without one.
    """
    if upward_mps2 is None:
        return np.full(len(found.side), np.nan)
    force = lowpass(upward_mps2, cutoff_hz=10.0, rate_hz=rate_hz)
    contact = found.toe_off - found.initial_contact
    low, high = found.initial_contact + 0.25 * contact, found.initial_contact + 0.75 * contact
    peak = argmax_in(force, np.ceil(low).astype(np.int64), np.floor(high).astype(np.int64) + 1)
    return np.clip(refine_peak(force, peak), low, high)


def bouts(
    stances: Stances, segments: Mapping[Placement, Segment], *, rate_hz: float, start_s: float
) -> Bouts:
    """Return stretches of running, walking (any other movement) and standing, in order.

    Stretches shorter than a second join their neighbour.
    """
    segment = segments.get("pelvis") or next(iter(segments.values()))
    n = len(segment.valid)
    state = np.where(segment.motion.still, 0, 1)
    starts, stops = ((at_s - start_s) * rate_hz for at_s in stances.spans_s())
    change = np.zeros(n + 1, dtype=np.int64)
    np.add.at(change, np.clip(starts.astype(np.int64), 0, n), 1)
    np.add.at(change, np.clip(np.ceil(stops).astype(np.int64), 0, n), -1)
    state[np.cumsum(change)[:n] > 0] = 2
    return _runs_of(state, rate_hz, start_s)


def _runs_of(state: IntArray, rate_hz: float, start_s: float) -> Bouts:
    edges = np.concatenate([[0], np.flatnonzero(np.diff(state)) + 1, [len(state)]])
    long = np.diff(edges) >= rate_hz
    keep = long | (state[edges[:-1]] == 2)
    keep[0] |= not keep.any()
    begin, what = edges[:-1][keep], state[edges[:-1]][keep]
    joined = np.concatenate([[True], what[1:] != what[:-1]])
    begin, what = begin[joined], what[joined]
    begin[0] = 0
    end = np.append(begin[1:], len(state))
    names = np.array(["standing", "walking", "running"])
    return Bouts(start_s + begin / rate_hz, start_s + end / rate_hz, names[what])
