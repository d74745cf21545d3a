"""How a shank turns and travels, contact by contact."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

from imu.frames import BoolArray, FloatArray, IntArray
from imu.simulation import shapes
from imu.simulation.movement import strides
from imu.simulation.movement.gait import HOP, LOADING_SHARE, RUN, STAND, WALK, Contacts, impact_size
from imu.simulation.movement.motion import Angle, Attitude
from imu.simulation.movement.strides import ShankStride
from imu.simulation.runner import REFERENCE_SPEED_MPS
from imu.simulation.script import Course, Sway
from imu.simulation.shapes import impacts, minimum_jerk

SHANK_PEAK_SHARE: Final = 0.45  # of stance: most internal rotation
ROTATION_START_S: Final = 0.02  # after contact
FORWARD_SHARE: Final = 0.45  # of the impact, on the forward and left axes
LATERAL_SHARE: Final = 0.35
LATERAL_AHEAD_S: Final = 0.006
LEAST_IMPACT_MPS2: Final = 5.0
MOST_LATE_S: Final = 0.003
EDGE_S: Final = np.array([0.0, 0.12, 0.24, 0.36, 0.5, 0.7, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 90.0])
EDGE_ANGLE_DEG: Final = np.array([-10.0, -3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
EDGE_LIFT_DEG: Final = np.array([18.0, 11, 6.5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
EDGE_UP_M: Final = np.array([0.01, 0.002, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])

LONGEST_STANCE_S: Final = 1.2  # beyond it the foot stands
LEAST_KNOT_S: Final = 0.006
STEEPEST: Final = 2.0  # keeps the knots of the shortest phases in order
SWING_TO_STANCE: Final = 1.8  # in running at an easy pace
CHANGE_SHARE: Final = (0.8, 0.2)  # of stance, of swing: in between no knot when the gait changes
FASTER_PER_MPS: Final = 0.08  # how much further the shank swings back
SLOW_DUTY: Final = 0.42  # stance as a share of the stride: jogging, and fast running
FAST_DUTY: Final = 0.25
SHAPES: Final = {WALK: strides.WALKING, RUN: strides.RUNNING, HOP: strides.HOPPING}

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
        own = _of_side(contacts, course, sign)
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
        bend, bending = self.course.bend_shank(time_s)
        frontal, frontal_rate = _varus(time_s, self.contacts, self.sign)
        sagittal, sagittal_rate = self.inclination(time_s), self.inclination(time_s, 1)
        return Attitude(
            self.course.heading(time_s),
            (frontal + lean[:, 0], frontal_rate + leaning[:, 0]),
            (sagittal + lean[:, 1] + bend, sagittal_rate + leaning[:, 1] + bending),
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
        slope = np.interp(at, time_s, np.gradient(axial_mps2, time_s))
        late = slope / (np.maximum(size, LEAST_IMPACT_MPS2) * shapes.SHANK_RING.sharpness)
        at = at - np.clip(late, -MOST_LATE_S, MOST_LATE_S)  # so that the sum peaks where meant
        axial = impacts(time_s, at, size, shapes.SHANK_RING)
        across = impacts(time_s, at - LATERAL_AHEAD_S, size, shapes.ACROSS_RING)
        side = -self.sign * LATERAL_SHARE * across
        return np.stack([FORWARD_SHARE * across, side, axial], axis=1)


def _of_side(contacts: Contacts, course: Course, sign: float) -> Contacts:
    """Return the contacts of one foot; a foot that is not lifted again stays down to the end."""
    own = contacts.sign == sign
    parts = {name: value[own] for name, value in vars(contacts).items() if name != "loading"}
    end = course.time_s[-1] + 5.0
    parts["toe_off_s"] = np.where(np.isfinite(parts["toe_off_s"]), parts["toe_off_s"], end)
    return Contacts(**parts, loading={k: v[own] for k, v in contacts.loading.items()})


@dataclass(frozen=True)
class _Strides:
    """The strides of one foot, (k,) each: times, where and how high the foot is, and how it moves.

    `stance` is the gait of the stance, `swing` that of the swing after it, `after` that of the
    stance which ends the swing.
    """

    start: FloatArray
    off: FloatArray
    next: FloatArray
    at: FloatArray
    length: FloatArray
    length_before: FloatArray
    floor: FloatArray
    rise: FloatArray
    speed: FloatArray
    stance: IntArray
    swing: IntArray
    after: IntArray

    @classmethod
    def of(cls, own: Contacts, course: Course) -> "_Strides":
        start, off = own.initial_contact_s, own.toe_off_s
        following = np.append(start[1:], off[-1] + 1.0)
        at, floor = course.path_m(start), course.height_m(start)
        length = course.path_m(following) - at
        stance = np.where(off - start > LONGEST_STANCE_S, STAND, own.gait)
        leads_to = np.append(own.gait[1:], STAND)
        lowered = np.where(own.gait == STAND, WALK, own.gait)
        swing = np.where(leads_to == STAND, lowered, leads_to)
        return cls(
            start,
            off,
            following,
            at,
            length,
            np.append(0.0, length[:-1]),
            floor,
            course.height_m(following) - floor,
            own.speed_mps,
            stance,
            swing,
            np.append(stance[1:], STAND),
        )

    @property
    def fast(self) -> FloatArray:
        """0 where the foot is down as long as in jogging, 1 as short as in fast running."""
        duty = (self.off - self.start) / (self.next - self.start)
        return np.asarray(np.clip((SLOW_DUTY - duty) / (SLOW_DUTY - FAST_DUTY), 0.0, 1.2))

    def only(self, which: BoolArray) -> "_Strides":
        return _Strides(*(value[which, None] for value in vars(self).values()))


def _shank_knots(own: Contacts, course: Course) -> FloatArray:
    """Return knot times, angle in deg, ankle forward and up in m, for one foot in time order."""
    strides = _Strides.of(own, course)
    parts = [_standing_knots(strides.only(strides.stance == STAND))]
    for gait, shape in SHAPES.items():
        parts.append(_stance_knots(shape, strides.only(strides.stance == gait)))
        parts.append(_swing_knots(shape, strides.only(strides.swing == gait)))
    table = np.concatenate(parts, axis=1)
    table = table[:, np.argsort(table[0], kind="stable")]
    return np.asarray(table[:, np.append(np.diff(table[0]) > LEAST_KNOT_S, True)])


def _knots(
    use: BoolArray, time: FloatArray, angle: FloatArray, forward: FloatArray, up: FloatArray
) -> FloatArray:
    """Return the knots to `use` (strides, knots) as rows time, angle, forward, up."""
    return np.stack([np.broadcast_to(x, use.shape)[use] for x in (time, angle, forward, up)])


def _standing_knots(s: _Strides) -> FloatArray:
    """Return knots of feet that stand: lowered, at rest, lifted.

    They lie close together at both ends, so that the spline is at rest in between.
    """
    use = (s.off - s.start) / 2 > EDGE_S
    up = s.floor + EDGE_UP_M
    lowered = _knots(use, s.start + EDGE_S, EDGE_ANGLE_DEG, s.at, up)
    lifted = _knots(use, s.off - EDGE_S, EDGE_LIFT_DEG, s.at, up)
    return np.concatenate([lowered, lifted], axis=1)


def _stance_knots(shape: ShankStride, s: _Strides) -> FloatArray:
    stance = slice(None, len(shape.stance))
    late = shape.stance > 0.5
    forward, up = _path(shape, s, stance)
    return _knots(
        (s.stance == s.swing) | (shape.stance < CHANGE_SHARE[0]),
        s.start + _eased(shape.stance, s.off - s.start, first_s=shape.stance_s),
        shape.angle_deg[stance],
        s.at + np.where(late, s.length, s.length_before) * forward,
        s.floor + s.rise * late * forward + up,
    )


def _swing_knots(shape: ShankStride, s: _Strides) -> FloatArray:
    swing = slice(len(shape.stance), None)
    angle = shape.angle_deg[swing]
    faster = 1 + FASTER_PER_MPS * (s.speed - REFERENCE_SPEED_MPS) * (shape is strides.RUNNING)
    begins = (s.stance == s.swing) | (shape.swing > CHANGE_SHARE[1])
    ends = (s.after == s.swing) | (shape.swing < CHANGE_SHARE[0])
    steady = (s.stance == s.swing) & (shape.swing_s > 0)
    lifting_s = np.where(steady, SWING_TO_STANCE * (s.off - s.start), 0.0)
    forward, up = _path(shape, s, swing)
    return _knots(
        begins & ends,
        s.off + _eased(shape.swing, s.next - s.off, first_s=lifting_s, last_s=shape.swing_s),
        np.where(angle > 30, 30 + (angle - 30) * faster, angle),
        s.at + s.length * forward,
        s.floor + s.rise * forward + up,
    )


def _path(shape: ShankStride, s: _Strides, part: slice) -> tuple[FloatArray, FloatArray]:
    """Return how far (in strides) and how high (in m) the ankle is at some of the knots."""
    forward, up = shape.forward[part], shape.up_m[part]
    if shape.forward_fast is not None and shape.up_fast_m is not None:
        forward = forward + s.fast * (shape.forward_fast[part] - forward)
        up = up + s.fast * (shape.up_fast_m[part] - up)
    return forward, up * _height(s.speed)


def _eased(
    share: FloatArray,
    length_s: FloatArray,
    *,
    first_s: FloatArray | float = 0.0,
    last_s: float = 0.0,
) -> FloatArray:
    """Return the time since the beginning of a phase at a share of it.

    It sets out at the pace of a phase that lasts `first_s` and ends at that of one that lasts
    `last_s` (0: at its own). So what is near contact keeps its time to contact at any speed, and
    what is near toe-off scales with the stance on both sides of it.
    """
    first, last = (
        np.where(np.equal(pace_s, 0), length_s, np.minimum(pace_s, STEEPEST * length_s))
        for pace_s in (first_s, last_s)
    )
    left = 1 - share
    whole = share**2 * (3 - 2 * share) * length_s
    return np.asarray(whole + share * left * (left * first - share * last))


def _height(speed: FloatArray) -> FloatArray:
    return np.asarray(np.clip(0.7 + 0.1 * speed, 0.7, 1.3))


def _inward(time_s: FloatArray, own: Contacts, sign: float) -> Angle:
    """Return rotation about the bone: inward in early stance, back by mid-swing."""
    ic, off = own.initial_contact_s, np.minimum(own.toe_off_s, own.initial_contact_s + 0.8)
    size = LOADING_SHARE[own.gait] * own.loading["shank_rotation_deg"]
    swing_s = np.append(ic[1:], ic[-1] + 3.0) - off
    back = -0.2 * size * (swing_s < LONGEST_STANCE_S)
    knots = np.stack(
        [
            ic + ROTATION_START_S,
            ic + SHANK_PEAK_SHARE * (off - ic),
            off + 0.45 * np.minimum(swing_s, 0.6),
        ],
        axis=1,
    )
    value = -sign * np.stack([0 * size, size, back], axis=1)
    return minimum_jerk(time_s, knots.ravel(), np.radians(value.ravel()))


def _varus(time_s: FloatArray, own: Contacts, sign: float) -> Angle:
    """Return frontal lean: upright over the foot in mid-stance, out again until it is lifted."""
    ic, off = own.initial_contact_s, np.minimum(own.toe_off_s, own.initial_contact_s + 0.8)
    lean = LOADING_SHARE[own.gait] * own.loading["shank_varus_deg"]
    lean = lean * (own.toe_off_s - ic < LONGEST_STANCE_S)
    knots = np.stack([ic, ic + 0.4 * (off - ic), off, own.toe_off_s + 0.001], axis=1)
    value = -sign * np.stack([lean, 0.4 * lean, lean, lean], axis=1)
    return minimum_jerk(time_s, knots.ravel(), np.radians(value.ravel()))
