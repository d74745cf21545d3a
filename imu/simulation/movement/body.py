"""How the body as a whole is accelerated: force under the feet, in body weights."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray, IntArray
from imu.simulation.course import Course, Sway
from imu.simulation.movement.contacts import HOP, RUN, WALKS, Contacts, impact_size, with_rests
from imu.simulation.runner import REFERENCE_SPEED_MPS
from imu.simulation.shapes import PELVIS_RING, impacts, minimum_jerk

SKEW: Final = 0.12  # puts the highest force at about 45 % of stance
SKEW_LIFT: Final = SKEW * 4 / (9 * np.pi)  # rise of the body by it, in g x length²
RAMP: Final = 0.6  # share of the first and last stance of a bout in which weight is handed over
PELVIS_SHARE: Final = 0.55
PELVIS_DELAY_S: Final = 0.003  # of the impact, shank to pelvis
BRAKING_MPS2: Final = 2.7  # peak, at 3 m/s
ROCKING_MPS2: Final = 4.0  # peak, at 3 m/s: the pelvis to and fro over what the body does
ROCKING_PEAK_SHARE: Final = 0.36  # of the step
WALK_FORCE_BW: Final = 0.22
WALK_BRAKING_MPS2: Final = 1.3
WALK_SIDE_MPS2: Final = 0.5
SIDE_MPS2: Final = 0.6
BODY_M: Final = 0.95  # height of the pelvis over the ankles
PUSH_OFF_S: Final = 0.45  # before a hop from standing


@dataclass(frozen=True)
class Loads:
    """Times in which the body is carried through a running stance or a hop: length k.

    `impulse_s` is the vertical impulse in body weights x s; `first` and `last` mark the ends of a
    bout, where weight is handed over from and to walking or standing.
    """

    start_s: FloatArray
    length_s: FloatArray
    impulse_s: FloatArray
    sign: FloatArray
    speed_mps: FloatArray
    first: BoolArray
    last: BoolArray


def loads(contacts: Contacts) -> Loads:
    """Return the loads whose impulses make every flight ballistic and the mean force 1 BW.

    With toe-off at velocity u = g (flight / 2 - lift), `lift` the share that the skewed force
    raises the body, each flight ends as high as it should for the next stance to begin.
    """
    start, length, flight, sign, speed = _carried(contacts)
    first = np.append(True, flight[:-1] == 0) if len(flight) else np.empty(0, bool)
    last = np.append(first[1:], True)
    off = np.where(last, 0.0, flight / 2 - SKEW_LIFT * length)  # u / g
    landing = np.append(0.0, off[:-1] - flight[:-1])  # w / g
    landing[first] = 0.0
    impulse = length + off - landing - RAMP / 2 * length * (first.astype(float) + last)
    return Loads(start, length, impulse, sign, speed, first, last)


def _carried(contacts: Contacts) -> FloatArray:
    """Return rows start, length, flight after, sign, speed of every load, in order."""
    c, run = contacts, contacts.gait == RUN
    hop = np.flatnonzero((c.gait == HOP) & (c.sign > 0))
    rows = np.stack([c.initial_contact_s, c.load_s, c.flight_s, c.sign, c.speed_mps])[:, run]
    if len(hop):
        rows = np.concatenate([rows, _hops(contacts, hop)], axis=1)
    return np.asarray(rows[:, np.argsort(rows[0])])


def _hops(contacts: Contacts, hop: IntArray) -> FloatArray:
    """Return rows start, length, flight, sign 0, speed 0: each take-off from standing, each hop."""
    landing = contacts.initial_contact_s[hop]
    following = contacts.segment[hop]
    more = np.append(following[1:] == following[:-1], False)
    begins = np.append(True, ~more[:-1])
    off = contacts.toe_off_s[hop]
    length = np.where(more, off - landing, PUSH_OFF_S)
    flight = np.where(more, np.append(landing[1:], 0) - off, 0.0)
    air = np.median(flight[more]) if more.any() else 0.32
    before = landing[begins] - air
    push = np.full(len(before), PUSH_OFF_S)
    zero = np.zeros_like
    take_off = np.stack([before - push, push, np.full(len(before), air), zero(push), zero(push)])
    hops = np.stack([landing, length, flight, zero(landing), zero(landing)])
    return np.concatenate([take_off, hops], axis=1)


def _phase(time_s: FloatArray, carried: Loads) -> tuple[IntArray, FloatArray]:
    """Return which load each time belongs to, and the share of it done; 0 between loads."""
    i = np.clip(np.searchsorted(carried.start_s, time_s, side="right") - 1, 0, None)
    x = (time_s - carried.start_s[i]) / carried.length_s[i]
    return i, np.where((x >= 0) & (x <= 1), x, 0.0)


def _background(time_s: FloatArray, carried: Loads) -> FloatArray:
    """Return 1 outside the bouts and 0 inside, handed over during their first and last stance."""
    ramp = RAMP * carried.length_s
    stop = carried.start_s + carried.length_s
    falls = np.stack([carried.start_s, carried.start_s + ramp], axis=1)[carried.first]
    rises = np.stack([stop - ramp, stop], axis=1)[carried.last]
    knots = np.concatenate([falls, rises], axis=1).ravel()
    value = np.tile([1.0, 0.0, 0.0, 1.0], len(falls))
    return minimum_jerk(time_s, knots, value)[0]


def vertical_force_bw(time_s: FloatArray, contacts: Contacts) -> FloatArray:
    """Return the vertical force under both feet in body weights, shape (n,)."""
    carried = loads(contacts)
    walk = 1 + _walking(time_s, contacts)
    if not len(carried.start_s):
        return walk
    i, x = _phase(time_s, carried)
    size = carried.impulse_s * np.pi / 2 / carried.length_s
    stance = size[i] * np.sin(np.pi * x) * (1 + SKEW * np.sin(2 * np.pi * x))
    return np.asarray(_background(time_s, carried) * walk + stance)


def _walking(time_s: FloatArray, contacts: Contacts) -> FloatArray:
    """Return the force of walking over 1 BW: highest while both feet are down."""
    step = _Steps.of(time_s, contacts)
    return np.asarray(step.walks * WALK_FORCE_BW * np.cos(2 * np.pi * (step.share - 0.14)))


@dataclass(frozen=True)
class _Steps:
    """Where in a step each time is, (n,) each.

    `sign` of the last contact, `share` of the step done, how fully one walks and runs: 1 at
    1.4 and at 3 m/s, 0 in any other gait.
    """

    sign: FloatArray
    share: FloatArray
    walks: FloatArray
    runs: FloatArray

    @classmethod
    def of(cls, time_s: FloatArray, contacts: Contacts) -> "_Steps":
        steps = with_rests(contacts)
        at = steps.initial_contact_s
        phase = np.interp(time_s, at, np.arange(len(at), dtype=np.float64))
        walks = np.isin(steps.gait, WALKS).astype(np.float64) * np.clip(
            steps.speed_mps / 1.4, 0, 1.5
        )
        runs = steps.running.astype(np.float64) * steps.speed_mps / REFERENCE_SPEED_MPS
        return cls(
            steps.sign[phase.astype(np.int64)],
            phase % 1,
            *(minimum_jerk(time_s, at, scale)[0] for scale in (walks, runs)),
        )


def acceleration_mps2(
    time_s: FloatArray, contacts: Contacts, course: Course, sway: Sway
) -> FloatArray:
    """Return the acceleration of the pelvis, (n, 3): along the path, to its left, up.

    That of the centre of mass, and in running the pelvis' own rocking once a step: forward while
    the force is highest. A pelvis on the centre of mass would be driven to and fro with 1.5 m/s²
    at step rate; measured were 4.1 m/s² at 3.5 m/s (Dorschky 2019, in world axes) and, in the axes
    of the pod, 4.0 and 4.8 at 2.5 and 3.3 m/s on the level (Alcantara 2022).
    """
    out = np.stack(
        [
            course.forward_mps2(time_s),
            course.sideways_mps2(time_s),
            (vertical_force_bw(time_s, contacts) - 1) * GRAVITY_MPS2,
        ],
        axis=1,
    )
    out[:, :2] += sway.body_mps2(time_s, height_m=BODY_M) + _steps_mps2(time_s, contacts)
    return out


def _steps_mps2(time_s: FloatArray, contacts: Contacts) -> FloatArray:
    """Return braking and driving, and the push away from the stance leg: (n, 2) forward, left."""
    step = _Steps.of(time_s, contacts)
    rocking = np.cos(2 * np.pi * (step.share - ROCKING_PEAK_SHARE))
    forward = -step.walks * WALK_BRAKING_MPS2 * np.sin(2 * np.pi * step.share)
    forward = forward + step.runs * ROCKING_MPS2 * rocking
    left = -step.walks * step.sign * WALK_SIDE_MPS2 * np.sin(np.pi * step.share)
    carried = loads(contacts)
    if len(carried.start_s):
        i, x = _phase(time_s, carried)
        braking = BRAKING_MPS2 / REFERENCE_SPEED_MPS * carried.speed_mps
        forward = forward - braking[i] * np.sin(2 * np.pi * x)
        left = left - carried.sign[i] * SIDE_MPS2 * np.sin(np.pi * x)
    return np.stack([forward, left], axis=1)


def pelvis_impact_mps2(time_s: FloatArray, contacts: Contacts) -> FloatArray:
    """Return the impacts that arrive at the pelvis, (n, 3) in its forward, left, up.

    It is first braked, then pushed up, then toward the stance leg.
    """
    at = contacts.initial_contact_s + contacts.loading["impact_delay_s"] + PELVIS_DELAY_S
    size = PELVIS_SHARE * np.maximum(impact_size(contacts) - GRAVITY_MPS2, 0)
    forward = impacts(time_s, at - 0.014, -0.5 * size, PELVIS_RING)
    left = impacts(time_s, at + 0.010, 0.35 * size * contacts.sign, PELVIS_RING)
    return np.stack([forward, left, impacts(time_s, at, size, PELVIS_RING)], axis=1)
