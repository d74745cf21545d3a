"""How the pelvis tilts, drops and turns, contact by contact."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.simulation.movement.gait import LOADING_SHARE, Contacts, with_rests
from imu.simulation.movement.motion import Angle, Attitude
from imu.simulation.runner import Runner
from imu.simulation.script import Course, Sway
from imu.simulation.shapes import minimum_jerk, progress

SETTLED_DEG: Final = 1.0  # obliquity at initial contact: swing side this much higher
LIFTED_DEG: Final = 3.5  # and at toe-off
DROP_SHARE: Final = 0.30  # of stance: the pelvis is lowest on the swing side
TILT_RISES_SHARE: Final = 0.2  # of stance: the anterior tilt begins to rise
UNHURRIED_SHARE: Final = 0.5  # of the step: the last stance of a run leaves time to come to rest
TILT_HIGH_SHARE: Final = 0.95  # and is highest


@dataclass(frozen=True)
class _Stance:
    """Contact, length and mid-stance of every contact, and how fully its loading applies."""

    at: FloatArray
    length: FloatArray
    mid: FloatArray
    step: FloatArray
    share: FloatArray


def attitude(
    time_s: FloatArray,
    *,
    runner: Runner,
    contacts: Contacts,
    course: Course,
    sway: Sway,
    midstance_s: FloatArray,
) -> Attitude:
    """Return the attitude at `time_s`; at `midstance_s` (contacts,) tilt and rotation hold."""
    contacts, midstance_s = with_rests(contacts, midstance_s)
    stance = _stance(contacts, midstance_s)
    turned, turning = course.heading(time_s)
    rotation, rotating = _rotation(time_s, runner, contacts, stance)
    frontal, frontal_rate = _obliquity(time_s, contacts, stance)
    tilt, tilt_rate = _tilt(time_s, runner, contacts, stance)
    posture, posture_rate = sway.pelvis(time_s)
    bow, bowing = course.bend_pelvis(time_s)
    zero = np.zeros_like(time_s)
    return Attitude(
        (turned + rotation, turning + rotating),
        (frontal + posture[:, 0], frontal_rate + posture_rate[:, 0]),
        (tilt + posture[:, 1] + bow, tilt_rate + posture_rate[:, 1] + bowing),
        (zero, zero),
    )


def _stance(contacts: Contacts, midstance_s: FloatArray) -> _Stance:
    at = contacts.initial_contact_s
    step = np.diff(at, append=at[-1] + 1.0)
    most = np.where(contacts.flight_s > 0, 0.9, UNHURRIED_SHARE) * step
    length = np.where(contacts.load_s > 0, np.minimum(contacts.load_s, most), 0.8 * step)
    length = np.clip(length, 0.002, 0.8)
    mid = np.where(np.isfinite(midstance_s), midstance_s, at + 0.45 * length)
    return _Stance(at, length, mid, step, LOADING_SHARE[contacts.gait])


def _chain(time_s: FloatArray, knots: FloatArray, value_deg: FloatArray) -> Angle:
    """Return a chain of minimum-jerk movements through (contacts, k) knots, in rad."""
    return minimum_jerk(time_s, knots.ravel(), np.radians(value_deg.ravel()))


def _tilt(time_s: FloatArray, runner: Runner, contacts: Contacts, stance: _Stance) -> Angle:
    """Return anterior tilt: least from contact on, rising through mid-stance, falling in flight."""
    reach = runner.tilt_range_deg * stance.share
    rises_s = stance.at + TILT_RISES_SHARE * stance.length
    high_s = stance.at + TILT_HIGH_SHARE * stance.length
    done = progress((stance.mid - rises_s) / (high_s - rises_s))
    low = stance.share * contacts.loading["anterior_tilt_deg"] - reach * done
    knots = np.stack([stance.at, rises_s, high_s], axis=1)
    return _chain(time_s, knots, np.stack([low, low, low + reach], axis=1))


def _obliquity(time_s: FloatArray, contacts: Contacts, stance: _Stance) -> Angle:
    knots = stance.at[:, None] + stance.length[:, None] * np.array([0.0, DROP_SHARE, 1.0])
    settled = SETTLED_DEG * stance.share
    low = settled - stance.share * contacts.loading["pelvic_drop_deg"]
    value = np.stack([settled, low, LIFTED_DEG * stance.share], axis=1)
    return _chain(time_s, knots, -contacts.sign[:, None] * value)


def _rotation(time_s: FloatArray, runner: Runner, contacts: Contacts, stance: _Stance) -> Angle:
    """Return rotation about up: one swing to and fro per stride, and what the side adds to it.

    The swing is the same whatever the loading; a side's own rotation is a bump on it that rises
    from contact to mid-stance and is gone at the next contact.
    """
    extreme_s = stance.at + stance.length + 0.4 * np.maximum(stance.step - stance.length, 0)
    reach = runner.rotation_range_deg / 2 * stance.share * contacts.sign
    swing, rate = _chain(time_s, extreme_s, reach)
    at_contact = _chain(stance.at, extreme_s, reach)[0]
    at_mid = _chain(stance.mid, extreme_s, reach)[0]
    wanted = np.radians(stance.share * contacts.loading["pelvic_rotation_deg"])
    bump = np.degrees(contacts.sign * wanted - (at_mid - at_contact)) * (stance.share > 0)
    knots = np.stack([stance.at, stance.mid, stance.at + 0.97 * stance.step], axis=1)
    extra, extra_rate = _chain(time_s, knots, np.stack([0 * bump, bump, 0 * bump], axis=1))
    return swing + extra, rate + extra_rate
