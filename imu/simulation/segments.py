"""How pelvis and shanks turn and travel, contact by contact."""

from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline

from imu.frames import FloatArray
from imu.simulation import body, curves
from imu.simulation.curves import STANDING_ANGLE_DEG, ShankStride, impacts, minimum_jerk, progress
from imu.simulation.gait import HOP, RUN, STAND, WALK, Contacts
from imu.simulation.motion import Angle, Attitude
from imu.simulation.runner import REFERENCE_SPEED_MPS, Runner
from imu.simulation.script import Course

SETTLED_DEG: Final = 1.0  # obliquity at initial contact: swing side this much higher
LIFTED_DEG: Final = 3.5  # and at toe-off
DROP_SHARE: Final = 0.30  # of stance: the pelvis is lowest on the swing side
TILT_RISES_SHARE: Final = 0.2  # of stance: the anterior tilt begins to rise
TILT_HIGH_SHARE: Final = 0.95  # and is highest
SHANK_PEAK_SHARE: Final = 0.45  # of stance: most internal rotation of the shank
ROTATION_START_S: Final = 0.02  # after contact
FORWARD_SHARE: Final = 0.45  # of the impact, on the forward and left axes of the shank
LATERAL_SHARE: Final = 0.35
LATERAL_AHEAD_S: Final = 0.006
WALK_SHARE: Final = 0.5  # of the running loadings, while walking


def heading(time_s: FloatArray, course: Course) -> Angle:
    """Return the direction of travel."""
    spline = CubicSpline(course.time_s, course.heading_rad)
    return spline(time_s), spline(time_s, 1)


def pelvis(
    time_s: FloatArray, runner: Runner, contacts: Contacts, course: Course, midstance_s: FloatArray
) -> Attitude:
    """Return the attitude of the pelvis; `midstance_s` (contacts,) is where loadings hold."""
    stands = _Stance.of(contacts, midstance_s)
    turned, turning = heading(time_s, course)
    rotation = _rotation(time_s, runner, contacts, stands)
    zero = np.zeros_like(time_s)
    return Attitude(
        (turned + rotation[0], turning + rotation[1]),
        _obliquity(time_s, contacts, stands),
        _tilt(time_s, runner, contacts, stands),
        (zero, zero),
    )


class _Stance:
    """Times of the moving contacts and how fully each loading applies (0 while standing)."""

    def __init__(self, at: FloatArray, load: FloatArray, mid: FloatArray, share: FloatArray):
        self.at, self.load, self.mid, self.share = at, load, mid, share

    @classmethod
    def of(cls, contacts: Contacts, midstance_s: FloatArray) -> "_Stance":
        at = contacts.initial_contact_s
        step = np.diff(at, append=at[-1] + 1.0)
        share = np.array([0.0, WALK_SHARE, 1.0, 0.0])[contacts.gait]
        load = np.where(contacts.load_s > 0, np.minimum(contacts.load_s, 0.9 * step), 0.8 * step)
        load = np.maximum(np.minimum(load, 0.8), 0.002)
        mid = np.where(np.isfinite(midstance_s), midstance_s, at + 0.45 * load)
        return cls(at, load, mid, share)


def _chain(time_s: FloatArray, knots: FloatArray, value_deg: FloatArray) -> Angle:
    """Return a chain of minimum-jerk movements through (contacts, k) knots, in rad."""
    return minimum_jerk(time_s, knots.ravel(), np.radians(value_deg.ravel()))


def _tilt(time_s: FloatArray, runner: Runner, contacts: Contacts, stance: _Stance) -> Angle:
    """Return anterior tilt: least from contact on, rising through mid-stance, falling in flight."""
    reach = runner.tilt_range_deg * stance.share
    rises_s = stance.at + TILT_RISES_SHARE * stance.load
    high_s = stance.at + TILT_HIGH_SHARE * stance.load
    done = progress((stance.mid - rises_s) / (high_s - rises_s))
    low = stance.share * contacts.loading["anterior_tilt_deg"] - reach * done
    knots = np.stack([stance.at, rises_s, high_s], axis=1)
    return _chain(time_s, knots, np.stack([low, low, low + reach], axis=1))


def _obliquity(time_s: FloatArray, contacts: Contacts, stance: _Stance) -> Angle:
    knots = stance.at[:, None] + stance.load[:, None] * np.array([0.0, DROP_SHARE, 1.0])
    settled = SETTLED_DEG * stance.share
    low = settled - stance.share * contacts.loading["pelvic_drop_deg"]
    value = np.stack([settled, low, LIFTED_DEG * stance.share], axis=1)
    return _chain(time_s, knots, -contacts.sign[:, None] * value)


def _rotation(time_s: FloatArray, runner: Runner, contacts: Contacts, stance: _Stance) -> Angle:
    """Return rotation about up: one swing to and fro per stride, and what the side adds to it.

    The swing is the same whatever the loading; a side's own rotation is a bump on it that rises
    from contact to mid-stance and is gone at the next contact.
    """
    step = np.diff(stance.at, append=stance.at[-1] + 1.0)
    extreme_s = stance.at + stance.load + 0.4 * np.maximum(step - stance.load, 0)
    reach = runner.rotation_range_deg / 2 * stance.share * contacts.sign
    swing, rate = _chain(time_s, extreme_s, reach)
    at_contact = _chain(stance.at, extreme_s, reach)[0]
    at_mid = _chain(stance.mid, extreme_s, reach)[0]
    wanted = np.radians(stance.share * contacts.loading["pelvic_rotation_deg"])
    bump = np.degrees(contacts.sign * wanted - (at_mid - at_contact)) * (stance.share > 0)
    knots = np.stack([stance.at, stance.mid, stance.at + 0.97 * step], axis=1)
    extra, extra_rate = _chain(time_s, knots, np.stack([0 * bump, bump, 0 * bump], axis=1))
    return swing + extra, rate + extra_rate


def shank(
    time_s: FloatArray, contacts: Contacts, course: Course, *, sign: float
) -> tuple[Attitude, FloatArray]:
    """Return the attitude of one shank, and how its ankle accelerates: (n, 3) on path, left, up."""
    own = _of_side(contacts, sign)
    knot_s, angle, forward, up = _shank_knots(own, course)
    sagittal = CubicSpline(knot_s, np.radians(angle))
    ankle = CubicSpline(knot_s, np.stack([forward, up], axis=1))(time_s, 2)
    speed = np.interp(time_s, course.time_s, course.speed_mps)
    turned, turning = heading(time_s, course)
    acceleration = np.stack([ankle[:, 0], speed * turning, ankle[:, 1]], axis=1)
    attitude = Attitude(
        (turned, turning),
        _varus(time_s, own, sign),
        (sagittal(time_s), sagittal(time_s, 1)),
        _inward(time_s, own, sign),
    )
    return attitude, acceleration


def _of_side(contacts: Contacts, sign: float) -> Contacts:
    """Return the contacts of one foot; toe-off of the last one is put at its end."""
    own = contacts.sign == sign
    parts = {name: value[own] for name, value in vars(contacts).items() if name != "loading"}
    end = contacts.initial_contact_s[-1] + 2.0
    parts["toe_off_s"] = np.where(np.isfinite(parts["toe_off_s"]), parts["toe_off_s"], end)
    return Contacts(**parts, loading={k: v[own] for k, v in contacts.loading.items()})


def _shank_knots(own: Contacts, course: Course) -> tuple[FloatArray, ...]:
    """Return knot times, angle in deg, ankle forward and up in m, for one foot in time order."""
    path = np.concatenate([[0.0], np.cumsum(course.speed_mps[1:] * np.diff(course.time_s))])
    climb = np.cumsum(course.speed_mps * course.grade_pct / 100) * (
        course.time_s[1] - course.time_s[0]
    )
    ic, off = own.initial_contact_s, own.toe_off_s
    next_ic = np.append(ic[1:], off[-1] + 1.0)
    at, next_at = (np.interp(t, course.time_s, path) for t in (ic, next_ic))
    high, next_high = (np.interp(t, course.time_s, climb) for t in (ic, next_ic))
    ahead = np.stack([at, next_at - at, np.append(0.0, np.diff(at)), high, next_high - high])
    leads_to = np.append(own.gait[1:], STAND)
    swing_gait = np.where(leads_to == STAND, np.where(own.gait == HOP, HOP, WALK), leads_to)
    parts = [_standing_knots(own, ahead)]
    for gait, stride in ((WALK, curves.WALKING), (RUN, curves.RUNNING), (HOP, curves.HOPPING)):
        on, flies = own.gait == gait, swing_gait == gait
        parts.append(_stance_knots(stride, ic[on], off[on], ahead[:, on], own.speed_mps[on]))
        parts.append(
            _swing_knots(stride, off[flies], next_ic[flies], ahead[:, flies], own.speed_mps[flies])
        )
    table = np.concatenate(parts, axis=1)
    table = table[:, np.argsort(table[0], kind="stable")]
    return tuple(table[:, np.append(np.diff(table[0]) > 0.004, True)])


EDGE_S: Final = np.array([0.0, 0.12, 0.24, 0.36, 0.5, 0.7, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 90.0])
EDGE_ANGLE_DEG: Final = np.array([-10.0, -3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
EDGE_UP_M: Final = np.array([0.01, 0.002, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])


def _standing_knots(own: Contacts, ahead: FloatArray) -> FloatArray:
    """Return knots of feet that stand: lowered, at rest, lifted.

    They lie close together at both ends, so that the spline is at rest in between.
    """
    still = own.gait == STAND
    ic, off = own.initial_contact_s[still, None], own.toe_off_s[still, None]
    near = (off - ic) / 2 > EDGE_S
    time = np.concatenate([(ic + EDGE_S)[near], (off - EDGE_S)[near]])
    lifted = np.array([18.0, 11.0, 6.5]) - STANDING_ANGLE_DEG
    lift = STANDING_ANGLE_DEG + np.pad(lifted, (0, len(EDGE_S) - 3))
    at, high = (np.broadcast_to(ahead[k, still][:, None], near.shape)[near] for k in (0, 3))
    spread = [np.broadcast_to(v, near.shape)[near] for v in (EDGE_ANGLE_DEG, lift, EDGE_UP_M)]
    return np.stack(
        [
            time,
            np.concatenate(spread[:2]),
            np.tile(at, 2),
            np.concatenate([high + spread[2], high + spread[2]]),
        ]
    )


def _stance_knots(
    stride: ShankStride, ic: FloatArray, off: FloatArray, ahead: FloatArray, speed: FloatArray
) -> FloatArray:
    k = len(stride.stance)
    time = ic[:, None] + stride.stance * (off - ic)[:, None]
    length = np.where(stride.stance < 0.5, ahead[2][:, None], ahead[1][:, None])
    rise = np.where(stride.stance < 0.5, 0.0, ahead[4][:, None])
    share = stride.forward[:k]
    return np.stack(
        [
            time.ravel(),
            np.broadcast_to(stride.angle_deg[:k], time.shape).ravel(),
            (ahead[0][:, None] + length * share).ravel(),
            (ahead[3][:, None] + rise * share + stride.up_m[:k] * _height(speed)).ravel(),
        ]
    )


def _swing_knots(
    stride: ShankStride, off: FloatArray, next_ic: FloatArray, ahead: FloatArray, speed: FloatArray
) -> FloatArray:
    k = len(stride.stance)
    time = off[:, None] + stride.swing * (next_ic - off)[:, None]
    share = stride.forward[k:]
    angle = stride.angle_deg[k:]
    faster = 1 + 0.08 * (speed - REFERENCE_SPEED_MPS)[:, None] * (stride is curves.RUNNING)
    angle = np.where(angle > 30, 30 + (angle - 30) * faster, angle)
    return np.stack(
        [
            time.ravel(),
            angle.ravel(),
            (ahead[0][:, None] + ahead[1][:, None] * share).ravel(),
            (
                ahead[3][:, None] + ahead[4][:, None] * share + stride.up_m[k:] * _height(speed)
            ).ravel(),
        ]
    )


def _height(speed: FloatArray) -> FloatArray:
    return np.asarray(np.clip(0.7 + 0.1 * speed, 0.7, 1.3)[:, None])


def _moving(own: Contacts) -> FloatArray:
    return np.array([0.0, WALK_SHARE, 1.0, 0.2])[own.gait]


def _inward(time_s: FloatArray, own: Contacts, sign: float) -> Angle:
    """Return rotation about the bone: inward in early stance, back by mid-swing."""
    ic, off = own.initial_contact_s, np.minimum(own.toe_off_s, own.initial_contact_s + 0.8)
    size = _moving(own) * own.loading["shank_rotation_deg"]
    next_ic = np.append(ic[1:], ic[-1] + 3.0)
    back = off + 0.45 * np.minimum(next_ic - off, 0.6)
    knots = np.stack([ic + ROTATION_START_S, ic + SHANK_PEAK_SHARE * (off - ic), back], axis=1)
    return _chain(time_s, knots, -sign * np.stack([0 * size, size, -0.2 * size], axis=1))


def _varus(time_s: FloatArray, own: Contacts, sign: float) -> Angle:
    ic, off = own.initial_contact_s, np.minimum(own.toe_off_s, own.initial_contact_s + 0.8)
    lean = _moving(own) * own.loading["shank_varus_deg"]
    knots = np.stack([ic, ic + 0.4 * (off - ic), off], axis=1)
    return _chain(time_s, knots, -sign * np.stack([lean, 0.4 * lean, lean], axis=1))


def shank_impact_mps2(
    time_s: FloatArray, contacts: Contacts, axial_mps2: FloatArray, *, sign: float
) -> FloatArray:
    """Return the ringing of the impacts of one foot, (n, 3) in shank axes.

    `axial_mps2` (n,) is the axial specific force without impacts: what is added makes the peak
    meant for each contact.
    """
    own = contacts.sign == sign
    at = (contacts.initial_contact_s + contacts.loading["impact_delay_s"])[own]
    size = np.maximum(body.impact_size(contacts)[own] - np.interp(at, time_s, axial_mps2), 0.0)
    axial = impacts(time_s, at, size)
    across = impacts(time_s, at - LATERAL_AHEAD_S, size, curves.ACROSS_RING)
    return np.stack([FORWARD_SHARE * across, -sign * LATERAL_SHARE * across, axial], axis=1)
