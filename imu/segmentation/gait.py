"""From candidates to running stances and bouts: what is running, which side, what belongs together.

A candidate is a running stance when its contact, swing and stride times can be those of running,
the foot is down for about half of the stride at most, and the body is thrown: the pelvis nearly
weightless in between where it is measured, else the shank shaken hard enough. A bout is a chain
of such stances; a lone hop is not running.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from imu.analysis import Bouts
from imu.filters import argmax_in, lowpass, refine_peak
from imu.frames import (
    GRAVITY_MPS2,
    SIDES,
    UP,
    BoolArray,
    FloatArray,
    IntArray,
    Placement,
    shank_of,
)
from imu.segmentation import pelvis as pelvis_alone
from imu.segmentation import shank
from imu.segmentation.shank import Candidates
from imu.segments import Segment
from imu.stances import Stances

CONTACT_S = (0.11, 0.45)
SWING_S = (0.20, 0.75)
STRIDE_S = (0.45, 1.2)
DUTY_FACTOR = 0.54
"""Running is below 0.5 and walking above 0.6; a contact time may be some 30 ms off."""
SHAKEN_MPS2 = 0.57 * GRAVITY_MPS2
"""SD of the shank's specific force over a stride: 3.1-4.5 m/s² walking and 12-14 m/s²
running in Bach 2022; 6.5 m/s² and more in slow virtual running."""
LANDING_S = (0.03, 0.10)
LEAST_LANDING = 0.3
"""Share of the median shock around contact below which a foot has not landed."""
FEWEST_STANCES = 3


@dataclass(frozen=True)
class _Found:
    """Running stances of one side, in samples."""

    side: npt.NDArray[np.str_]
    initial_contact: FloatArray
    toe_off: FloatArray
    apart_s: FloatArray
    stride: FloatArray


Detector = Callable[..., Candidates]
"""Called as ``detector(segment, rate_hz=...)``."""


def find(
    segments: Mapping[Placement, Segment],
    *,
    rate_hz: float,
    of_shank: Detector = shank.candidates,
    of_pelvis: Detector = pelvis_alone.candidates,
) -> _Found:
    """Return every running stance of the recording, in order of initial contact."""
    pelvis = segments.get("pelvis")
    force_bw = None if pelvis is None else _force_bw(pelvis, rate_hz)
    found = [
        _of_shank(
            of_shank(segments[placement], rate_hz=rate_hz),
            segments[placement],
            side,
            force_bw,
            rate_hz,
        )
        for side in SIDES
        if (placement := shank_of(side)) in segments
    ]
    if not found and pelvis is not None:
        found = [_of_pelvis(of_pelvis(pelvis, rate_hz=rate_hz), pelvis, rate_hz)]
    every = _Found(
        *(np.concatenate([getattr(one, field.name) for one in found]) for field in fields(_Found))
    )
    order = np.argsort(every.initial_contact, kind="stable")
    return _pick(every, order)


def _pick(found: _Found, index: IntArray | BoolArray) -> _Found:
    return _Found(*(getattr(found, field.name)[index] for field in fields(_Found)))


def _of_shank(
    one: Candidates, segment: Segment, side: str, force_bw: FloatArray | None, rate_hz: float
) -> _Found:
    start, stop, stride = one.initial_contact, one.toe_off, one.stride_s * rate_hz
    running = _timed_like_running(one, rate_hz) & shank.inside(segment.valid, start, stop)
    if force_bw is not None:
        running &= _weightless(force_bw, start, stride)
    else:
        running &= shank.shaken(segment, start, start + stride) > SHAKEN_MPS2
    running &= _landed(segment, start, running, rate_hz)
    return _pick(_Found(np.full(len(start), side), start, stop, one.apart_s, stride), running)


def _landed(segment: Segment, start: FloatArray, running: BoolArray, rate_hz: float) -> BoolArray:
    """Return True (k,) where the foot comes down with a shock like that of the other stances.

    The foot that a runner stands on when moving off was down before.
    """
    if not running.any():
        return running
    shock = shank.shaken(segment, start - LANDING_S[0] * rate_hz, start + LANDING_S[1] * rate_hz)
    return np.asarray(shock > LEAST_LANDING * np.median(shock[running]))


def _of_pelvis(one: Candidates, segment: Segment, rate_hz: float) -> _Found:
    start, stop = one.initial_contact, one.toe_off
    running = _timed_like_running(one, rate_hz) & shank.inside(segment.valid, start, stop)
    found = _pick(
        _Found(np.full(len(start), "left"), start, stop, one.apart_s, one.stride_s * rate_hz),
        running,
    )
    if not len(found.side):
        return found
    evidence = pelvis_alone.is_left(segment, found.initial_contact, found.toe_off, rate_hz=rate_hz)
    return _Found(_alternating(found, evidence), *list(vars(found).values())[1:])


def _alternating(found: _Found, evidence: FloatArray) -> npt.NDArray[np.str_]:
    """Give sides by turns within each unbroken chain of steps, as all its steps vote."""
    apart = np.diff(found.initial_contact) / (found.stride[:-1] / 2)
    steps = np.concatenate([[0], np.cumsum(np.maximum(np.round(apart), 1))])
    chain = np.concatenate([[0], np.cumsum(apart > 3.0)])
    turn = 1.0 - 2.0 * (steps % 2)
    vote = np.bincount(chain, weights=evidence * turn)[chain]
    return np.where(turn * np.where(vote >= 0, 1.0, -1.0) > 0, "left", "right")


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


def _force_bw(pelvis: Segment, rate_hz: float) -> FloatArray:
    """Return the upward force (n,) that the pelvis feels, 7 Hz; both legs are held against it."""
    return lowpass(pelvis.acc_mps2[:, UP], cutoff_hz=7.0, rate_hz=rate_hz) / GRAVITY_MPS2


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
    upward_mps2: FloatArray | None,
    *,
    rate_hz: float,
    start_s: float,
) -> Stances:
    """Return the stances on the session clock; `upward_mps2` (n,) is the pelvis in the world."""
    midstance = (
        np.full(len(found.side), np.nan)
        if upward_mps2 is None
        else _midstance(found, upward_mps2, rate_hz)
    )
    return Stances(
        side=found.side,
        bout=bout,
        initial_contact_s=start_s + found.initial_contact / rate_hz,
        midstance_s=start_s + midstance / rate_hz,
        toe_off_s=start_s + found.toe_off / rate_hz,
        agreement_s=found.apart_s,
    )


def _midstance(found: _Found, upward_mps2: FloatArray, rate_hz: float) -> FloatArray:
    """Return the instant of greatest 10 Hz upward specific force in 25-75 % of stance."""
    force = lowpass(upward_mps2, cutoff_hz=10.0, rate_hz=rate_hz)
    contact = found.toe_off - found.initial_contact
    low, high = found.initial_contact + 0.25 * contact, found.initial_contact + 0.75 * contact
    peak = argmax_in(force, np.ceil(low).astype(np.int64), np.floor(high).astype(np.int64) + 1)
    return np.clip(refine_peak(force, peak), low, high)


def bouts(
    stances: Stances, segments: Mapping[Placement, Segment], *, rate_hz: float, start_s: float
) -> Bouts:
    """Return what the runner did, second by second: running, walking (any other moving), standing.

    Stretches shorter than a second join their neighbour.
    """
    segment = segments.get("pelvis") or next(iter(segments.values()))
    n = len(segment.valid)
    state = np.where(segment.motion.still, 0, 1)
    starts, stops = _running_spans(stances, rate_hz, start_s)
    change = np.zeros(n + 1, dtype=np.int64)
    np.add.at(change, np.clip(starts, 0, n), 1)
    np.add.at(change, np.clip(stops, 0, n), -1)
    state[np.cumsum(change)[:n] > 0] = 2
    return _runs_of(state, rate_hz, start_s)


def _running_spans(stances: Stances, rate_hz: float, start_s: float) -> tuple[IntArray, IntArray]:
    first = np.flatnonzero(np.diff(stances.bout, prepend=-1))
    last = np.append(first[1:], len(stances)) - 1
    if not len(stances):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    starts = (stances.initial_contact_s[first] - start_s) * rate_hz
    stops = (np.maximum.accumulate(stances.toe_off_s)[last] - start_s) * rate_hz
    return starts.astype(np.int64), np.ceil(stops).astype(np.int64)


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
