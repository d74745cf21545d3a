"""Compute segment_from_sensor of one pod from quiet standing and from running.

Vertical comes from quiet standing; the left axis of a shank from its hinge-like swing (first
principal axis of the gyroscope, Seel 2012 in spirit); the forward axis of the pelvis from one
step being the mirror image of the next (`pelvis_forward`). What a recording does not contain
is replaced by values from the literature, with a note in `Alignment.notes` and a lower confidence.
A calibration movement (`imu.alignment.functional`) gives the left axis of every pod instead.
"""

from dataclasses import replace

import numpy as np

from imu.alignment.activity import Observed, last_rest
from imu.alignment.functional import Hinge
from imu.alignment.gait_initiation import speed_gained_mps
from imu.alignment.pelvis_forward import forward_of_pelvis
from imu.alignment.segment import Alignment
from imu.dsp.filters import lowpass
from imu.dsp.gaps import interpolated
from imu.frames import LEFT, UP, BoolArray, FloatArray, Placement
from imu.recording.recording import Sensor

RUNNING_LEAN_RAD = np.radians(30.0)
"""Angle between a running shank's mean specific force and its long axis, backward.

29 and 31 degrees in the averaged stride of Dorschky 2019, 26 to 36 in Bach 2022.
"""

PERCENTILE_SAMPLES = 20_000

NO_STANDING = "no quiet standing found: vertical taken from running"
NO_GYROSCOPE = "no gyroscope: the pod's left-right axis is taken from acceleration"
UNSURE = 0.5
FORWARD_OR_BACKWARD = "braking is hardly visible: forward and backward may be swapped"
TRUSTED = 0.45
"""The least confidence with which a position on the body counts as known."""
ENOUGH_RUNNING_S = 5.0
DOUBTED = 0.4
FAR_DEG = 25.0
PRINTED_AXES = "taken along the pod's printed axes"


def align(
    placement: Placement,
    sensor: Sensor,
    motion: Observed,
    *,
    rate_hz: float,
    moved: Hinge | str | None = None,
) -> Alignment:
    """Return the (3, 3) rotation segment_from_sensor of one pod, with confidence and notes.

    `moved` is the axis found in a calibration movement, or why it is not used (`functional.hinge`).
    """
    standing = last_rest(motion, rate_hz=rate_hz)
    by_running = _pelvis if placement == "pelvis" else _shank
    found = by_running(sensor, motion, standing, rate_hz)
    if moved is None:
        return found
    if isinstance(moved, str):
        return replace(found, notes=(*found.notes, moved), unused_movement=moved)
    gravity = _gravity(sensor, standing)
    up = gravity if gravity is not None else found.segment_from_sensor[UP]
    ran = motion.active.sum() > ENOUGH_RUNNING_S * rate_hz
    trusted = bool(ran) and found.confidence >= TRUSTED
    return _by_movement(found, moved, up, trusted=trusted, stood=gravity is not None)


def _by_movement(
    found: Alignment,
    moved: Hinge,
    up: FloatArray,
    *,
    trusted: bool,
    stood: bool,
) -> Alignment:
    """Return the alignment by a movement; `found` is that by running, if it is to be `trusted`.

    `stood` says that `up` was measured in quiet standing. The sign of the axis is that of running:
    the movement may have begun backward.
    """
    along = float(moved.left @ found.segment_from_sensor[LEFT])
    notes = [*found.notes, f"left-right axis taken from {moved.words}"]
    left = moved.left
    if trusted and along < 0:
        left = -left
        notes.append("the movement began backward: the direction is taken from running")
    rotation = _gravity_first(np.cross(left, up), up)
    confidence = min(1.0, moved.share / 0.9) * (1.0 if stood else 0.7)
    apart_deg = float(np.degrees(np.arccos(min(1.0, abs(along)))))
    if trusted and apart_deg > FAR_DEG:
        notes.append(f"the axis found in running differs by {apart_deg:.0f} degrees")
        confidence = min(confidence, DOUBTED)
    return Alignment(rotation, confidence, tuple(notes))


def _gravity(sensor: Sensor, standing: BoolArray) -> FloatArray | None:
    """Return up (3,) as measured while `standing` (n,), None without standing."""
    return _unit(sensor.acc_mps2[standing].mean(axis=0)) if standing.any() else None


def _moving(motion: Observed) -> BoolArray:
    """Return True (n,) in the most active part of the record, from which axes are estimated."""
    if not motion.active.any():
        return np.ones(len(motion.active), dtype=bool)
    active = motion.spread_mps2[motion.active]
    usual = np.percentile(active[:: 1 + len(active) // PERCENTILE_SAMPLES], 75)
    return np.asarray(motion.spread_mps2 > 0.5 * usual)


# ---------------------------------------------------------------------------------------------
# Shank


def _shank(sensor: Sensor, motion: Observed, standing: BoolArray, rate_hz: float) -> Alignment:
    gravity, moving = _gravity(sensor, standing), _moving(motion)
    notes: list[str] = []
    if sensor.gyr_radps is None:
        left, up, noted = _left_from_acceleration(sensor, gravity, moving, rate_hz)
        notes += noted
        confidence = 0.5
    else:
        gyr = interpolated(sensor.gyr_radps, sensor.valid)
        left, confidence = _hinge(gyr, moving, rate_hz)
        if gravity is not None:
            up = gravity
        else:
            up = _rotated(_mean_force(sensor, moving), left, RUNNING_LEAN_RAD)
    if gravity is None:
        notes.append(NO_STANDING)
        confidence *= 0.7
    rotation = _hinge_first(left, up)
    if gravity is not None:
        rotation = _gravity_first(np.cross(left, up), up)
    return Alignment(rotation, float(confidence), tuple(notes))


def _hinge(gyr: FloatArray, moving: BoolArray, rate_hz: float) -> tuple[FloatArray, float]:
    """Return the shank's left axis and the share of the rotation that is about it.

    Sign: swinging forward turns the shank fast about right (backward about left), once per
    stride and for a short time; stance turns it slowly about left. So the rate is skewed.
    """
    slow = _slow_rate(gyr, moving, rate_hz)
    values, vectors = np.linalg.eigh(slow.T @ slow)
    axis = vectors[:, -1]
    share = float(values[-1] / max(float(np.sum(values)), np.finfo(float).tiny))
    rate = slow @ axis
    rate -= rate.mean()
    skew = np.dot(rate * rate, rate)
    return (axis if skew < 0 else -axis), min(1.0, share / 0.9)


def _slow_rate(gyr: FloatArray, moving: BoolArray, rate_hz: float) -> FloatArray:
    """Return the means (m, 3) of `gyr` (n, 3) over tenths of a second in which it is `moving`.

    A mean over a tenth of a second is a low-pass of 4.4 Hz that needs no filter over all samples.
    """
    length = max(round(rate_hz / 10), 1)
    count = max(len(gyr) // length, 1)
    first = length * np.arange(count)
    means = np.stack([np.add.reduceat(axis, first) for axis in gyr.T], axis=1) / length
    inside = np.logical_and.reduceat(moving, first)
    return means[inside] if inside.any() else means


def _left_from_acceleration(
    sensor: Sensor, gravity: FloatArray | None, moving: BoolArray, rate_hz: float
) -> tuple[FloatArray, FloatArray, list[str]]:
    """Return left and up of a shank from acceleration alone.

    A running shank moves in one plane, so left is the direction of least slow acceleration. Its
    mean specific force leans backward from the bone, which gives the sign of forward once the
    bone's direction is known: from standing, else from the impacts, which run along the bone.
    """
    acc, mean = interpolated(sensor.acc_mps2, sensor.valid), _mean_force(sensor, moving)
    slow = lowpass(acc, cutoff_hz=8.0, rate_hz=rate_hz)[moving]
    slow = slow - slow.mean(axis=0)
    _, vectors = np.linalg.eigh(slow.T @ slow)
    normal = _unit(vectors[:, 0] - mean * (vectors[:, 0] @ mean))
    if gravity is not None:
        up = gravity
    else:
        shock = (acc - lowpass(acc, cutoff_hz=8.0, rate_hz=rate_hz))[moving]
        candidates = [_rotated(mean, sign * normal, RUNNING_LEAN_RAD) for sign in (1.0, -1.0)]
        up = max(candidates, key=lambda axis: float(np.mean((shock @ axis) ** 2)))
    backward = mean - up * (mean @ up)
    left = np.cross(up, -backward) if np.linalg.norm(backward) > 0.05 else normal
    rotation = _hinge_first(_unit(left), up)
    printed = _nearest_printed(rotation)
    if gravity is None and printed is not None:
        return printed[1], printed[2], [f"{NO_GYROSCOPE}, {PRINTED_AXES}"]
    return rotation[1], rotation[2], [NO_GYROSCOPE]


def _nearest_printed(rotation: FloatArray, *, within_deg: float = 25.0) -> FloatArray | None:
    """Return the signed axis permutation near `rotation` (3, 3), None when none is near.

    People strap a pod along the bone; when the estimate is that close, the case is the better
    guide than an estimate from acceleration alone.
    """
    printed = np.zeros((3, 3))
    columns = np.argmax(np.abs(rotation), axis=1)
    if len(set(columns.tolist())) < 3:
        return None
    printed[np.arange(3), columns] = np.sign(rotation[np.arange(3), columns])
    cosine = (np.trace(printed @ rotation.T) - 1) / 2
    return printed if cosine > np.cos(np.radians(within_deg)) else None


# ---------------------------------------------------------------------------------------------
# Pelvis


def _pelvis(sensor: Sensor, motion: Observed, standing: BoolArray, rate_hz: float) -> Alignment:
    gravity, moving = _gravity(sensor, standing), _moving(motion)
    up = gravity if gravity is not None else _mean_force(sensor, moving)
    level = _gravity_first(np.eye(3)[int(np.argmin(np.abs(up)))], up)
    acc = interpolated(sensor.acc_mps2, sensor.valid)
    gyr = gained = None
    if sensor.gyr_radps is not None:
        gyr = interpolated(sensor.gyr_radps, sensor.valid)
        gained = speed_gained_mps(acc, gyr, level, standing, motion.active, rate_hz=rate_hz)
    found = forward_of_pelvis(acc, gyr, level, moving, rate_hz=rate_hz, gained_mps=gained)
    notes = [NO_STANDING] if gravity is None else []
    if found.direction < UNSURE:
        notes.append(FORWARD_OR_BACKWARD)
    confidence = found.line * found.direction * (1.0 if gravity is not None else 0.7)
    return Alignment(_gravity_first(found.axis @ level, up), confidence, tuple(notes))


# ---------------------------------------------------------------------------------------------
# Parts of a record


def _mean_force(sensor: Sensor, moving: BoolArray) -> FloatArray:
    """Return the direction (3,) of the mean specific force while moving, sensor axes."""
    total = moving.astype(np.float64) @ interpolated(sensor.acc_mps2, sensor.valid)
    return _unit(np.asarray(total))


# ---------------------------------------------------------------------------------------------
# Small geometry


def _unit(v: FloatArray) -> FloatArray:
    return np.asarray(v / max(float(np.linalg.norm(v)), 1e-12))


def _rotated(v: FloatArray, axis: FloatArray, angle_rad: float) -> FloatArray:
    """Rotate `v` about the unit vector `axis`, right-handed (Rodrigues)."""
    turned = (
        v * np.cos(angle_rad)
        + np.cross(axis, v) * np.sin(angle_rad)
        + axis * (axis @ v) * (1 - np.cos(angle_rad))
    )
    return np.asarray(turned)


def _hinge_first(left: FloatArray, up: FloatArray) -> FloatArray:
    """Return segment_from_sensor with `left` exact and `up` made orthogonal to it."""
    forward = _unit(np.cross(left, up))
    return np.vstack([forward, left, np.cross(forward, left)])


def _gravity_first(forward: FloatArray, up: FloatArray) -> FloatArray:
    """Return segment_from_sensor with `up` exact and `forward` made orthogonal to it."""
    left = _unit(np.cross(up, forward))
    return np.vstack([np.cross(left, up), left, up])
