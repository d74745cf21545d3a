"""How a shank turns and travels: splines of its inclination and of the ankle, from the contacts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

from imu.frames import BoolArray, FloatArray, IntArray
from imu.simulation.course import Course
from imu.simulation.movement import strides
from imu.simulation.movement.contacts import HOP, RUN, STAIRS_DOWN, STAIRS_UP, STAND, WALK, Contacts
from imu.simulation.movement.strides import ShankStride
from imu.simulation.runner import REFERENCE_SPEED_MPS, JointCurves
from imu.simulation.shapes import progress

EDGE_S: Final = np.array([0.0, 0.12, 0.24, 0.36, 0.5, 0.7, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 90.0])
EDGE_ANGLE_DEG: Final = np.array([-10.0, -3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
EDGE_LIFT_DEG: Final = np.array([18.0, 11, 6.5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
EDGE_UP_M: Final = np.array([0.01, 0.002, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])

LONGEST_STANCE_S: Final = 1.2  # beyond it the foot stands
LEAST_KNOT_S: Final = 0.0012
STEEPEST: Final = 2.0  # keeps the knots of the shortest phases in order
SWING_TO_STANCE: Final = 1.8  # in running at an easy pace
CHANGE_SHARE: Final = (0.8, 0.2)  # of stance, of swing: in between no knot when the gait changes
SLOW_DUTY: Final = 0.42  # stance as a share of the stride: jogging, and fast running
FAST_DUTY: Final = 0.25
FLAT_SHARE: Final = 0.6  # of swing, after toe-off and before contact, in which both are bent
FAMILY: Final = JointCurves()
BACK_DEG: Final = (42.0, 128.0)  # how far a shank swings back: shuffling, sprinting
SHAPES: Final = {
    WALK: strides.WALKING,
    RUN: strides.RUNNING,
    HOP: strides.HOPPING,
    STAIRS_UP: strides.STAIRS_UP,
    STAIRS_DOWN: strides.STAIRS_DOWN,
}

Curve = Callable[..., npt.NDArray[np.float64]]


def shank_path(own: Contacts, course: Course, curves: JointCurves) -> tuple[Curve, Curve]:
    """Return splines of the inclination (rad) and of the ankle (m, forward and up) of one foot."""
    plan = _Strides.of(own, course)
    angle_s, angle = _table(plan, _standing_angle, partial(_angle_knots, curves))
    ankle_s, forward, up = _table(plan, _standing_ankle, _ankle_knots)
    return (
        CubicSpline(angle_s, np.radians(angle)),
        CubicSpline(ankle_s, np.stack([forward, up], axis=1)),
    )


@dataclass(frozen=True)
class _Strides:
    """The strides of one foot, (k,) each: times, where and how high the foot is, and how it moves.

    `stance` is the gait of the stance, `swing` that of the swing after it, `after` that of the
    stance which ends the swing. `contact_deg` is the inclination meant for this contact, and
    `next_contact_deg` for the next.
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
    contact_deg: FloatArray
    next_contact_deg: FloatArray

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
        leans = own.loading["shank_contact_deg"]
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
            leans,
            np.append(leans[1:], leans[-1:]),
        )

    @property
    def fast(self) -> FloatArray:
        """0 where the foot is down as long as in jogging, 1 as short as in fast running."""
        duty = (self.off - self.start) / (self.next - self.start)
        return np.asarray(np.clip((SLOW_DUTY - duty) / (SLOW_DUTY - FAST_DUTY), 0.0, 1.2))

    def only(self, which: BoolArray) -> "_Strides":
        return _Strides(*(value[which, None] for value in vars(self).values()))


Knots = Callable[..., FloatArray]


def _table(plan: _Strides, standing: Callable[[_Strides], FloatArray], knots: Knots) -> FloatArray:
    """Return rows knot time, value(s) of all phases of one foot, in time order."""
    parts = [standing(plan.only(plan.stance == STAND))]
    for gait, shape in SHAPES.items():
        parts.append(knots(shape, plan.only(plan.stance == gait), swing=False))
        parts.append(knots(shape, plan.only(plan.swing == gait), swing=True))
    table = np.concatenate(parts, axis=1)
    table = table[:, np.argsort(table[0], kind="stable")]
    return np.asarray(table[:, np.append(np.diff(table[0]) > LEAST_KNOT_S, True)])


def _rows(use: BoolArray, *values: FloatArray) -> FloatArray:
    """Return the values of the knots to `use` (strides, knots), one row each."""
    return np.stack([np.broadcast_to(x, use.shape)[use] for x in values])


def _standing_angle(s: _Strides) -> FloatArray:
    """Return knots of feet that stand: lowered, at rest, lifted.

    They lie close together at both ends, so that the spline is at rest in between.
    """
    use = (s.off - s.start) / 2 > EDGE_S
    lowered = _rows(use, s.start + EDGE_S, EDGE_ANGLE_DEG)
    return np.concatenate([lowered, _rows(use, s.off - EDGE_S, EDGE_LIFT_DEG)], axis=1)


def _standing_ankle(s: _Strides) -> FloatArray:
    use = (s.off - s.start) / 2 > EDGE_S
    up = s.floor + EDGE_UP_M
    lowered = _rows(use, s.start + EDGE_S, s.at, up)
    return np.concatenate([lowered, _rows(use, s.off - EDGE_S, s.at, up)], axis=1)


def _angle_knots(
    curves: JointCurves, shape: ShankStride, s: _Strides, *, swing: bool
) -> FloatArray:
    """Return knot times and inclination in deg, of the stances or of the swings."""
    share = shape.swing if swing else shape.stance
    part = slice(len(shape.stance), None) if swing else slice(None, len(shape.stance))
    angle = np.broadcast_to(shape.angle_deg[part], (len(s.start), len(share)))
    time_s = _swing_s(shape, s) if swing else _stance_s(shape, s)
    if shape is strides.RUNNING:
        after = progress(1 - share / FLAT_SHARE) if swing else progress((share - 0.4) / 0.6)
        before = progress(1 - (1 - share) / FLAT_SHARE) if swing else progress(1 - share / 0.6)
        leans = s.next_contact_deg if swing else s.contact_deg
        more = before * (leans - FAMILY.shank_contact_deg)
        angle = _personal(shape, part, curves, s.speed, at_contact=more, after=after)
        time_s = time_s + before * curves.contact_shift_s + after * curves.toe_off_shift_s
    return _rows(_used(share, s, swing=swing), time_s, angle)


def _personal(
    shape: ShankStride,
    part: slice,
    curves: JointCurves,
    speed: FloatArray,
    *,
    at_contact: FloatArray,
    after: FloatArray,
) -> FloatArray:
    """Return the inclination of one person.

    `at_contact` is what contact adds to that of the family, `after` weighs what toe-off does.
    """
    back = curves.swing_back_deg + curves.swing_back_deg_per_mps * (speed - REFERENCE_SPEED_MPS)
    farther = np.clip(back, *BACK_DEG) - FAMILY.swing_back_deg
    at_toe_off = curves.shank_toe_off_deg - FAMILY.shank_toe_off_deg
    family = shape.angle_deg[part] + farther * shape.per_swing_back[part]
    return np.asarray(family + at_contact + after * at_toe_off)


def _ankle_knots(shape: ShankStride, s: _Strides, *, swing: bool) -> FloatArray:
    """Return knot times, ankle forward and up in m, of the stances or of the swings."""
    n = len(shape.ankle_stance)
    share = shape.swing if swing else shape.ankle_stance
    forward, up = _ankle(shape, s, slice(n, None) if swing else slice(None, n))
    if swing:
        time_s, along, rise = _swing_s(shape, s), s.length, s.rise
    else:
        late = shape.ankle_stance > 0.5
        time_s = s.start + share * (s.off - s.start)
        along, rise = np.where(late, s.length, s.length_before), s.rise * late
    use = _used(share, s, swing=swing)
    return _rows(use, time_s, s.at + along * forward, s.floor + rise * forward + up)


def _used(share: FloatArray, s: _Strides, *, swing: bool) -> BoolArray:
    """Return (strides, knots) which knots there are: none where one gait becomes another."""
    steady = s.stance == s.swing
    if not swing:
        return np.asarray(steady | (share < CHANGE_SHARE[0]))
    begins = steady | (share > CHANGE_SHARE[1])
    return np.asarray(begins & ((s.after == s.swing) | (share < CHANGE_SHARE[0])))


def _stance_s(shape: ShankStride, s: _Strides) -> FloatArray:
    return s.start + _eased(shape.stance, s.off - s.start, first_s=shape.stance_s)


def _swing_s(shape: ShankStride, s: _Strides) -> FloatArray:
    steady = (s.stance == s.swing) & (shape.swing_s > 0)
    lifting_s = np.where(steady, SWING_TO_STANCE * (s.off - s.start), 0.0)
    eased = _eased(shape.swing, s.next - s.off, first_s=lifting_s, last_s=shape.swing_s)
    return np.asarray(s.off + eased)


def _ankle(shape: ShankStride, s: _Strides, part: slice) -> tuple[FloatArray, FloatArray]:
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
