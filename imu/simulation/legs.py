"""How a shank turns and travels, contact by contact."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray
from imu.simulation import curves
from imu.simulation.curves import ShankStride, impacts, minimum_jerk
from imu.simulation.gait import HOP, LOADING_SHARE, RUN, STAND, WALK, Contacts, impact_size
from imu.simulation.motion import Angle, Attitude
from imu.simulation.runner import REFERENCE_SPEED_MPS
from imu.simulation.script import Course, Sway

SHANK_PEAK_SHARE: Final = 0.45  # of stance: most internal rotation
ROTATION_START_S: Final = 0.02  # after contact
FORWARD_SHARE: Final = 0.45  # of the impact, on the forward and left axes
LATERAL_SHARE: Final = 0.35
LATERAL_AHEAD_S: Final = 0.006
EDGE_S: Final = np.array([0.0, 0.12, 0.24, 0.36, 0.5, 0.7, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 90.0])
EDGE_ANGLE_DEG: Final = np.array([-10.0, -3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
EDGE_LIFT_DEG: Final = np.array([18.0, 11, 6.5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
EDGE_UP_M: Final = np.array([0.01, 0.002, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])

Curve = Callable[..., npt.NDArray[np.float64]]


@dataclass(frozen=True)
class Leg:
    """One leg: its contacts, and splines of the shank's inclination (rad) and the ankle (m)."""

    sign: float
    contacts: Contacts
    course: Course
    sway: Sway
    inclination: Curve
    ankle: Curve

    @classmethod
    def of(cls, contacts: Contacts, course: Course, sway: Sway, *, sign: float) -> "Leg":
        """Lay out the movement of the left (+1) or right (-1) leg."""
        from scipy.interpolate import CubicSpline

        own = _of_side(contacts, sign)
        knot_s, angle, forward, up = _shank_knots(own, course)
        return cls(
            sign,
            own,
            course,
            sway,
            CubicSpline(knot_s, np.radians(angle)),
            CubicSpline(knot_s, np.stack([forward, up], axis=1)),
        )

    def attitude(self, time_s: FloatArray) -> Attitude:
        """Return world_from_shank."""
        lean, leaning = self.sway.shank(time_s)
        frontal, frontal_rate = _varus(time_s, self.contacts, self.sign)
        sagittal, sagittal_rate = self.inclination(time_s), self.inclination(time_s, 1)
        return Attitude(
            self.course.heading(time_s),
            (frontal + lean[:, 0], frontal_rate + leaning[:, 0]),
            (sagittal + lean[:, 1], sagittal_rate + leaning[:, 1]),
            _inward(time_s, self.contacts, self.sign),
        )

    def ankle_mps2(self, time_s: FloatArray) -> FloatArray:
        """Return the acceleration of the ankle, (n, 3): along the path, to its left, up."""
        forward, up = self.ankle(time_s, 2).T
        return np.stack([forward, self.course.sideways_mps2(time_s), up], axis=1)

    def impact_mps2(self, time_s: FloatArray, axial_mps2: FloatArray) -> FloatArray:
        """Return the ringing of the impacts, (n, 3) in shank axes.

        `axial_mps2` (n,) is the axial specific force without impacts: what is added makes the peak
        meant for each contact.
        """
        own = self.contacts
        at = own.initial_contact_s + own.loading["impact_delay_s"]
        size = np.maximum(impact_size(own) - np.interp(at, time_s, axial_mps2), 0.0)
        axial = impacts(time_s, at, size, curves.SHANK_RING)
        across = impacts(time_s, at - LATERAL_AHEAD_S, size, curves.ACROSS_RING)
        side = -self.sign * LATERAL_SHARE * across
        return np.stack([FORWARD_SHARE * across, side, axial], axis=1)


def _of_side(contacts: Contacts, sign: float) -> Contacts:
    """Return the contacts of one foot; toe-off of the last one is put at its end."""
    own = contacts.sign == sign
    parts = {name: value[own] for name, value in vars(contacts).items() if name != "loading"}
    end = contacts.initial_contact_s[-1] + 2.0
    parts["toe_off_s"] = np.where(np.isfinite(parts["toe_off_s"]), parts["toe_off_s"], end)
    return Contacts(**parts, loading={k: v[own] for k, v in contacts.loading.items()})


def _shank_knots(own: Contacts, course: Course) -> FloatArray:
    """Return knot times, angle in deg, ankle forward and up in m, for one foot in time order."""
    ic, off = own.initial_contact_s, own.toe_off_s
    next_ic = np.append(ic[1:], off[-1] + 1.0)
    at, next_at = course.path_m(ic), course.path_m(next_ic)
    high, next_high = course.height_m(ic), course.height_m(next_ic)
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
    return np.asarray(table[:, np.append(np.diff(table[0]) > 0.004, True)])


def _standing_knots(own: Contacts, ahead: FloatArray) -> FloatArray:
    """Return knots of feet that stand: lowered, at rest, lifted.

    They lie close together at both ends, so that the spline is at rest in between.
    """
    still = own.gait == STAND
    ic, off = own.initial_contact_s[still, None], own.toe_off_s[still, None]
    near = (off - ic) / 2 > EDGE_S

    def at_edges(*pair: FloatArray) -> FloatArray:
        return np.concatenate([np.broadcast_to(v, near.shape)[near] for v in pair])

    foot, floor = (ahead[k, still][:, None] for k in (0, 3))
    return np.stack(
        [
            at_edges(ic + EDGE_S, off - EDGE_S),
            at_edges(EDGE_ANGLE_DEG, EDGE_LIFT_DEG),
            at_edges(foot, foot),
            at_edges(floor + EDGE_UP_M, floor + EDGE_UP_M),
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


def _inward(time_s: FloatArray, own: Contacts, sign: float) -> Angle:
    """Return rotation about the bone: inward in early stance, back by mid-swing."""
    ic, off = own.initial_contact_s, np.minimum(own.toe_off_s, own.initial_contact_s + 0.8)
    size = LOADING_SHARE[own.gait] * own.loading["shank_rotation_deg"]
    next_ic = np.append(ic[1:], ic[-1] + 3.0)
    back = off + 0.45 * np.minimum(next_ic - off, 0.6)
    knots = np.stack([ic + ROTATION_START_S, ic + SHANK_PEAK_SHARE * (off - ic), back], axis=1)
    value = -sign * np.stack([0 * size, size, -0.2 * size], axis=1)
    return minimum_jerk(time_s, knots.ravel(), np.radians(value.ravel()))


def _varus(time_s: FloatArray, own: Contacts, sign: float) -> Angle:
    ic, off = own.initial_contact_s, np.minimum(own.toe_off_s, own.initial_contact_s + 0.8)
    lean = LOADING_SHARE[own.gait] * own.loading["shank_varus_deg"]
    knots = np.stack([ic, ic + 0.4 * (off - ic), off], axis=1)
    value = -sign * np.stack([lean, 0.4 * lean, lean], axis=1)
    return minimum_jerk(time_s, knots.ravel(), np.radians(value.ravel()))
