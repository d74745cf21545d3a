"""When the foot is down: pods on their segments, candidates per pod, stances and bouts."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu import alignment, functional, motion, segments
from imu.frames import FloatArray, Placement
from imu.metrics.signals import StanceSignals
from imu.orientation import OnDemand, as_rotation, orient, upward
from imu.recording import Recording
from imu.segmentation import bout_ends, calibration, gait
from imu.segmentation import pelvis as of_pelvis
from imu.segmentation import shank as of_shank
from imu.segmentation.segmenters import OUR_PELVIS, OUR_SHANK, SEGMENTERS, Segmenter, segmenter
from imu.segments import Segment
from imu.stances import Stances

__all__ = [
    "PARAMETERS",
    "SEGMENTERS",
    "Segmenter",
    "bouts",
    "oriented",
    "rotations",
    "stances",
    "worn",
]

bouts = gait.bouts

PARAMETERS: Final[Mapping[str, Any]] = {
    f"{module.__name__.rpartition('.')[2]}.{name.lower()}": value
    for module in (calibration, gait, of_pelvis, of_shank, motion)
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, int | float | tuple)
}
"""Every named constant the events rest on, for the header of a session file."""


def worn(
    recording: Recording, *, movement: functional.Movement | None = None
) -> dict[Placement, Segment]:
    """Return every pod of `recording` turned into its segment's axes."""
    out: dict[Placement, Segment] = {}
    for placement, sensor in recording.sensors.items():
        seen = motion.observe(sensor, rate_hz=recording.rate_hz)
        moved = None
        if movement is not None:
            moved = functional.hinge(sensor, seen, movement, rate_hz=recording.rate_hz)
            if not isinstance(moved, str):
                seen = functional.apart(seen, movement, rate_hz=recording.rate_hz)
        sits = alignment.align(placement, sensor, seen, rate_hz=recording.rate_hz, moved=moved)
        out[placement] = segments.on_segment(
            placement, sensor, seen, sits, rate_hz=recording.rate_hz
        )
    return out


def oriented(
    worn_pods: Mapping[Placement, Segment], *, rate_hz: float
) -> Mapping[Placement, FloatArray]:
    """Return world_from_segment quaternions (n, 4) of every pod that has a gyroscope, on demand."""
    turning = [place for place, pod in worn_pods.items() if pod.gyr_radps is not None]
    return OnDemand(turning, partial(_oriented, worn_pods, rate_hz))


def _oriented(
    pods: Mapping[Placement, Segment], rate_hz: float, placement: Placement
) -> FloatArray:
    found = orient(pods[placement], rate_hz=rate_hz)
    if found is None:
        raise KeyError(placement)
    return found


def rotations(quaternions: Mapping[Placement, FloatArray]) -> Mapping[Placement, Rotation]:
    """Return quaternions as scipy Rotations, on demand."""
    return OnDemand(quaternions, partial(_rotation, quaternions))


def _rotation(quaternions: Mapping[Placement, FloatArray], placement: Placement) -> Rotation:
    return as_rotation(quaternions[placement])


def stances(
    worn_pods: Mapping[Placement, Segment],
    quaternions: Mapping[Placement, FloatArray],
    *,
    rate_hz: float,
    start_s: float,
    shank: str = OUR_SHANK,
    pelvis: str = OUR_PELVIS,
) -> tuple[StanceSignals, Stances]:
    """Return the running stances, as positions for the metrics and on the session clock.

    `shank` and `pelvis` name detectors of `SEGMENTERS`.
    """
    every = gait.find(
        worn_pods,
        rate_hz=rate_hz,
        of_shank=segmenter(shank, "shank").candidates,
        of_pelvis=segmenter(pelvis, "pelvis").candidates,
    )
    found, bout = gait.in_bouts(every)
    body = worn_pods.get("pelvis")
    lifted = None if body is None else upward(body.acc_mps2, quaternions.get("pelvis"))
    midstance = gait.midstances(found, lifted, rate_hz=rate_hz)
    events = gait.to_stances(found, bout, worn_pods, midstance, rate_hz=rate_hz, start_s=start_s)
    start, stop = found.initial_contact, found.toe_off
    same, other = _next_contacts(events, start)
    return (
        StanceSignals(
            rate_hz=rate_hz,
            side=events.side,
            start=start,
            midstance=midstance,
            stop=stop,
            stride=np.where(same - start < 1.5 * found.stride, same - start, np.nan),
            opposite=np.where(other - start < 0.75 * found.stride, other, np.nan),
            unlike_running=~found.launched
            | bout_ends.unlike_their_own(
                start, stop, found.stride, bout, len(next(iter(worn_pods.values())).valid)
            ),
            segments=worn_pods,
            quaternions=quaternions,
        ),
        events,
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
