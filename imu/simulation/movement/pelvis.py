"""How the pelvis tilts, drops and turns, contact by contact."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.segmentation.stances import midstance
from imu.simulation.course import Course, Sway
from imu.simulation.movement.contacts import LOADING_SHARE, WALKS, Contacts, with_rests
from imu.simulation.movement.cycling import CrankTurns
from imu.simulation.movement.motion import Angle, Attitude, plus
from imu.simulation.movement.waveforms import Waveforms
from imu.simulation.runner import REFERENCE_SPEED_MPS, JointCurves, Runner
from imu.simulation.shapes import progress, via_points

TILT_LOW_SHARE: Final = 0.72  # of the way to mid-stance: the anterior tilt is least
TILT_HIGH_SHARE: Final = 0.97  # of stance: it is highest
UNHURRIED_SHARE: Final = 0.5  # of the step: the last stance of a run leaves time to come to rest
WALK_ROTATION_DEG: Final = 4.5  # at contact: the side that lands is in front
WALK_DROP_SHARE: Final = 0.3  # of the step: the other foot is off, the swing side lowest
WALK_DROP_DEG: Final = 4.0


@dataclass(frozen=True)
class _Stance:
    """Contact, length and mid-stance of every contact, and how fully its loading applies."""

    at: FloatArray
    length: FloatArray
    mid: FloatArray
    step: FloatArray
    share: FloatArray
    walks: FloatArray

    @property
    def runs(self) -> FloatArray:
        """1 where the stance is one of running, else 0."""
        return np.asarray((self.share > 0) * (1 - self.walks))


def attitude(
    time_s: FloatArray,
    *,
    runner: Runner,
    contacts: Contacts,
    course: Course,
    sway: Sway,
    waveforms: Waveforms,
    cranks: CrankTurns,
) -> Attitude:
    """Return the attitude at `time_s`."""
    contacts = with_rests(contacts)
    stance = _stance(contacts)
    sway_rad, sway_radps = sway.pelvis(time_s)
    bent = waveforms.pelvis(time_s)
    rocked, bowed = cranks.pelvis(time_s)
    zero = np.zeros_like(time_s)
    rotation, obliquity, tilt = (
        _path(time_s, knots) for knots in _curves(runner.curves, contacts, stance)
    )
    return Attitude(
        plus(course.heading(time_s), rotation, bent["rotation"]),
        plus(
            obliquity,
            (sway_rad[:, 0], sway_radps[:, 0]),
            course.lean(time_s),
            rocked,
            bent["obliquity"],
        ),
        plus(
            tilt,
            (sway_rad[:, 1], sway_radps[:, 1]),
            course.bend_pelvis(time_s),
            bowed,
            bent["tilt"],
        ),
        (zero, zero),
    )


def _stance(contacts: Contacts) -> _Stance:
    at = contacts.initial_contact_s
    step = np.diff(at, append=at[-1] + 1.0)
    most = np.where(contacts.flight_s > 0, 0.9, UNHURRIED_SHARE) * step
    length = np.where(contacts.load_s > 0, np.minimum(contacts.load_s, most), 0.8 * step)
    length = np.clip(length, 0.002, 0.8)
    mid = midstance(at, at + length)
    walks = np.isin(contacts.gait, WALKS).astype(np.float64)
    return _Stance(at, length, mid, step, LOADING_SHARE[contacts.gait], walks)


Knots = tuple[FloatArray, FloatArray]
"""Times (contacts, k) in rising order and values in deg."""


def _curves(curves: JointCurves, contacts: Contacts, stance: _Stance) -> tuple[Knots, ...]:
    return (
        _rotation(curves, contacts, stance),
        _obliquity(curves, contacts, stance),
        _tilt(curves, contacts, stance),
    )


def _path(time_s: FloatArray, knots: Knots) -> Angle:
    """Return a smooth path through all knots that reach into `time_s`, in rad, held beyond."""
    at, value = (x.ravel() for x in knots)
    near = slice(
        max(int(np.searchsorted(at, time_s[0])) - 8, 0),
        int(np.searchsorted(at, time_s[-1])) + 8,
    )
    path = via_points(at[near], np.radians(value[near]))
    inside = np.clip(time_s, at[near][0], at[near][-1])
    return path(inside), path(inside, 1)


def _rotation(curves: JointCurves, contacts: Contacts, stance: _Stance) -> Knots:
    """Return rotation about up. Running: over the stance leg in early stance, back by toe-off.

    Walking: the side that lands is farthest in front at contact, and the pelvis turns over the
    stance leg until the other side lands.
    """
    faster = contacts.speed_mps - REFERENCE_SPEED_MPS
    start = curves.rotation_contact_deg + curves.rotation_contact_deg_per_mps * faster
    net = curves.rotation_net_deg + curves.rotation_net_deg_per_mps * faster
    over = contacts.loading["pelvic_rotation_deg"]
    early = over / 2 + curves.rotation_early_deg
    half = stance.at + 0.5 * (stance.mid - stance.at)
    off = stance.at + stance.length
    knots = np.stack([stance.at, half, stance.mid, off], axis=1)
    value = np.stack([start, start + early, start + over, start + net], axis=1)
    walking = _cosine(WALK_ROTATION_DEG, knots, stance)
    value = stance.runs[:, None] * value + stance.walks[:, None] * walking
    return knots, contacts.sign[:, None] * value


def _cosine(size_deg: float, knots: FloatArray, stance: _Stance) -> FloatArray:
    """Return half a turn per step from -`size_deg` at contact to + at the next."""
    return np.asarray(
        -size_deg * np.cos(np.pi * (knots - stance.at[:, None]) / stance.step[:, None])
    )


def _obliquity(curves: JointCurves, contacts: Contacts, stance: _Stance) -> Knots:
    """Return obliquity about forward: the swing side falls after contact, then rises."""
    drop = contacts.loading["pelvic_drop_deg"]
    start = curves.obliquity_contact_deg
    share = np.where(stance.walks > 0, WALK_DROP_SHARE, curves.drop_share)
    knots = stance.at[:, None] + stance.length[:, None] * np.stack(
        [0 * share, share, 0 * share + 1.0], axis=1
    )
    running = np.stack([0 * drop + start, start - drop, 0 * drop + curves.obliquity_toe_off_deg], 1)
    walking = np.stack([0 * drop, 0 * drop - WALK_DROP_DEG, 0 * drop - 0.5], axis=1)
    value = stance.runs[:, None] * running + stance.walks[:, None] * walking
    return knots, -contacts.sign[:, None] * value


def _tilt(curves: JointCurves, contacts: Contacts, stance: _Stance) -> Knots:
    """Return anterior tilt: falling after contact, rising through mid-stance to toe-off."""
    rise = contacts.loading["tilt_rise_deg"] * stance.share
    fall = curves.tilt_fall_deg * stance.share
    late = contacts.loading["late_tilt_deg"] * stance.share
    low_s = stance.at + TILT_LOW_SHARE * (stance.mid - stance.at)
    high_s = stance.at + TILT_HIGH_SHARE * stance.length
    at_mid = stance.share * contacts.loading["anterior_tilt_deg"]
    low = at_mid - rise * progress((stance.mid - low_s) / (high_s - low_s))
    knots = np.stack([stance.at, low_s, stance.mid, high_s], axis=1)
    return knots, np.stack([low + fall, low, at_mid, low + rise + late], axis=1)
