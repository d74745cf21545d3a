"""Find the running stances of a recording: on the session clock, and in samples of the grid."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from imu.alignment.segment import Segment
from imu.frames import BoolArray, FloatArray, Placement
from imu.segmentation.detectors import OUR_PELVIS, OUR_SHANK, detector
from imu.segmentation.running_stances import bout_ends, gait_bouts, of_all_pods
from imu.segmentation.running_stances.of_one_shank import LegSearch
from imu.segmentation.stances import Stances


@dataclass(frozen=True)
class FoundStances:
    """The stances of a recording: `events` for people, the rest in samples of the grid, (k,) each.

    `start` and `stop` are fractional samples; `stride` is the time to the next contact
    of the same leg and `opposite` the next contact of the other leg, NaN where none follows.
    `unlike_running` marks the step in which running turns into another gait; `contact_sure`,
    `toe_off_sure` and `by_pelvis` are as in `Found`. `searched` says what came of the strides of
    each shank pod.
    """

    events: Stances
    start: FloatArray
    stop: FloatArray
    stride: FloatArray
    opposite: FloatArray
    unlike_running: BoolArray
    contact_sure: BoolArray
    toe_off_sure: BoolArray
    by_pelvis: BoolArray
    searched: Mapping[Placement, LegSearch]


def find_stances(
    segments: Mapping[Placement, Segment],
    *,
    rate_hz: float,
    start_s: float,
    shank: str = OUR_SHANK,
    pelvis: str = OUR_PELVIS,
) -> FoundStances:
    """Return the running stances; `shank` and `pelvis` name detectors of `DETECTORS`."""
    on_shank = detector(shank, "shank")
    every, searched = of_all_pods.find(
        segments,
        rate_hz=rate_hz,
        of_shank=on_shank.candidates,
        of_both=on_shank.of_both,
        of_pelvis=detector(pelvis, "pelvis").candidates,
    )
    found, bout = gait_bouts.in_bouts(every)
    events = gait_bouts.to_stances(found, bout, segments, rate_hz=rate_hz, start_s=start_s)
    start, stop = found.initial_contact, found.toe_off
    same, other = _next_contacts(events, start)
    unlike = bout_ends.unlike_neighbours(
        start, stop, found.stride, bout, len(next(iter(segments.values())).valid)
    )
    return FoundStances(
        events=events,
        start=start,
        stop=stop,
        stride=np.where(same - start < 1.5 * found.stride, same - start, np.nan),
        opposite=np.where(other - start < 0.75 * found.stride, other, np.nan),
        unlike_running=~found.flight_follows | unlike,
        contact_sure=found.contact_sure,
        toe_off_sure=found.toe_off_sure,
        by_pelvis=found.by_pelvis,
        searched=searched,
    )


def _next_contacts(events: Stances, start: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the next contact of the same and of the other leg (k,), NaN when none follows."""
    same, other = np.full(len(start), np.nan), np.full(len(start), np.nan)
    for side in ("left", "right"):
        contacts = np.append(start[events.side == side], np.nan)
        following = contacts[np.searchsorted(contacts[:-1], start, side="right")]
        own = events.side == side
        same[own], other[~own] = following[own], following[~own]
    return same, other
