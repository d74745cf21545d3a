"""Group running stances into bouts, and a recording into stretches of one gait."""

from collections.abc import Mapping

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.gaps import throughout
from imu.frames import SIDES, IntArray, Placement, shank_of
from imu.segmentation.running_stances.found import Found, pick
from imu.segmentation.stances import Bouts, Stances, midstance

FEWEST_STANCES = 3


def in_bouts(found: Found) -> tuple[Found, IntArray]:
    """Drop what is too short to be a bout; return the rest and its bout numbers (k,)."""
    if not len(found.side):
        return found, np.empty(0, dtype=np.int64)
    end = np.maximum.accumulate(found.initial_contact + found.stride)
    breaks = found.initial_contact[1:] > end[:-1] + 0.6 * found.stride[1:]
    bout = np.concatenate([[0], np.cumsum(breaks)])
    enough = np.bincount(bout)[bout] >= FEWEST_STANCES
    kept = pick(found, enough)
    _, renumbered = np.unique(bout[enough], return_inverse=True)
    return kept, renumbered.astype(np.int64)


def to_stances(
    found: Found,
    bout: IntArray,
    segments: Mapping[Placement, Segment],
    *,
    rate_hz: float,
    start_s: float,
) -> Stances:
    """Return the stances on the session clock.

    Toe-off and with it mid-stance are NaN where the pod that shows it was not received, or its
    estimates disagree.
    """
    begin, stop = found.initial_contact, found.toe_off
    middle, body = (begin + stop) / 2, segments.get("pelvis")
    received = np.ones(len(begin), dtype=bool)
    for side in SIDES:
        own = found.side == side
        for pod, shows in (
            (segments.get(shank_of(side), body), ~found.by_pelvis),
            (body, found.by_pelvis),
        ):
            if pod is not None:
                here = own & shows
                received[here] = throughout(pod.valid, middle[here], stop[here])
    known = received & found.toe_off_sure
    return Stances(
        side=found.side,
        bout=bout,
        initial_contact_s=start_s + begin / rate_hz,
        midstance_s=np.where(known, start_s + midstance(begin, stop) / rate_hz, np.nan),
        toe_off_s=np.where(known, start_s + stop / rate_hz, np.nan),
        agreement_s=found.contact_difference_s,
        pelvis_agreement_s=found.pelvis_difference_s,
        side_agreement_pct=found.side_pct,
    )


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
