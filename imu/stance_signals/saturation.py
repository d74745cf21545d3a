"""Flag the stances in which each sensor was at full scale.

Accelerometer and gyroscope are flagged separately: a stance whose gyroscope was saturated has a
valid peak acceleration, and the other way round.
"""

from collections.abc import Mapping

import numpy as np

from imu.dsp.gaps import throughout
from imu.frames import SIDES, BoolArray, FloatArray, Placement, shank_of
from imu.sensors import Sensor
from imu.stance_signals.shank import DIP_S, IMPACT_S
from imu.stance_signals.signals import StanceSignals


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
