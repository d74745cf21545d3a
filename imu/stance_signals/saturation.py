"""Flag the stances in which each sensor was at full scale.

Accelerometer and gyroscope are flagged separately: a stance whose gyroscope was saturated has a
valid peak acceleration, and the other way round.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from imu.dsp.gaps import throughout
from imu.frames import SIDES, BoolArray, FloatArray, Placement, seen_by, shank_of
from imu.sensors import Sensor
from imu.stance_signals.shank import DIP_S, IMPACT_S
from imu.stance_signals.signals import StanceSignals

MEMORY_S: Final = 5.0
"""For about so long what was integrated wrongly stays in the directions of a pod."""
ACC_SHARE: Final = 0.02
GYR_SHARE: Final = 0.05
"""Of that time at full scale, from which on the inclination of a shank is off by over 1.5 degrees
and its speed by over 0.1 m/s in one of ten legs of 24 made-up people."""
TIMES_SHARE: Final = 0.25
"""Of either sensor: contacts then were off by over 4 ms in one of twenty, by 15 at most."""


def saturated(s: StanceSignals) -> dict[Sensor, BoolArray]:
    """Return sensor -> (k,): True where some axis of it stood at full scale.

    An accelerometer from just before contact to toe-off, 120 ms at least, a gyroscope from just
    before contact to toe-off; in the swing from there to the next contact of the same foot.
    """
    before = s.start - DIP_S * s.rate_hz
    impact = np.maximum(s.stop, s.start + IMPACT_S * s.rate_hz)
    acc = {place: pod.motion.acc_clipped for place, pod in s.segments.items()}
    gyr = {place: pod.motion.gyr_clipped for place, pod in s.segments.items()}
    return {
        "shank accelerometer": _of_leg(s, acc, before, impact),
        "shank gyroscope": _of_leg(s, gyr, before, s.stop),
        "swing gyroscope": _of_leg(s, gyr, s.stop, s.start + s.stride),
        "pelvis accelerometer": _of_pelvis(s, acc, before, impact),
        "pelvis gyroscope": _of_pelvis(s, gyr, before, s.stop),
    }


def _of_leg(
    s: StanceSignals, hit: Mapping[Placement, BoolArray], start: FloatArray, stop: FloatArray
) -> BoolArray:
    """Return `any_within` (k,) of each stance's own shank; False where that pod was not worn."""
    out = np.zeros(len(s), dtype=bool)
    for side in SIDES:
        if shank_of(side) in hit:
            own = s.side == side
            out[own] = any_within(hit[shank_of(side)], start[own], stop[own])
    return out


def _of_pelvis(
    s: StanceSignals, hit: Mapping[Placement, BoolArray], start: FloatArray, stop: FloatArray
) -> BoolArray:
    if "pelvis" not in hit:
        return np.zeros(len(s), dtype=bool)
    return any_within(hit["pelvis"], start, stop)


def any_within(mask: BoolArray, start: FloatArray, stop: FloatArray) -> BoolArray:
    """Return True (k,) where `mask` (n,) is True anywhere in ``[start, stop]``, ends known."""
    if not mask.any():
        return np.zeros(len(start), dtype=bool)
    known = np.isfinite(start) & np.isfinite(stop)
    return known & ~throughout(~mask, start, stop)


def overwhelmed(s: StanceSignals) -> dict[str, BoolArray]:
    """Return reason -> (k,): True where a pod was at full scale for so long that more is lost.

    What clips in the swing turns the pod in the stance after it, so its last seconds count. Of
    "turns_of_shank" the gyroscope alone is to blame.
    """
    acc, gyr = np.zeros((2, 2, len(s)))
    for place, pod in s.segments.items():
        own, row = seen_by(place, s.side), int(place == "pelvis")
        own = np.ones(len(s), dtype=bool) if row else own
        acc[row, own] = _share_around(s, pod.motion.acc_clipped)[own]
        gyr[row, own] = _share_around(s, pod.motion.gyr_clipped)[own]
    directions = (acc > ACC_SHARE) | (gyr > GYR_SHARE)
    return {
        "directions_of_shank": directions[0],
        "directions_of_pelvis": directions[1],
        "turns_of_shank": gyr[0] > GYR_SHARE,
        "times_of_shank": np.maximum(acc, gyr)[0] > TIMES_SHARE,
    }


def _share_around(s: StanceSignals, hit: BoolArray) -> FloatArray:
    """Return the share (k,) of the seconds before or after the end of each stance, the larger one.

    The first strides of a run are as wrong as the others.
    """
    if not hit.any():
        return np.zeros(len(s))
    total = np.concatenate([[0], np.cumsum(hit)])
    at = np.clip(np.nan_to_num(s.stop), 0, len(hit)).astype(np.int64)
    reach = round(MEMORY_S * s.rate_hz)
    start, stop = np.maximum(at - reach, 0), np.minimum(at + reach, len(hit))
    before = (total[at] - total[start]) / reach
    after = (total[stop] - total[at]) / reach
    return np.asarray(np.maximum(before, after))
