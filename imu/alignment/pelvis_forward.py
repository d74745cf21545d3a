"""Find the forward axis of a pelvis pod from running, where one step mirrors the next.

What one leg does in a step the other does, mirrored, in the next. So forward and upward
acceleration and the rotation about left repeat with every step (their even part is large), while
sideways acceleration and the rotations about forward and up change sign (their odd part is). The
left axis is the normal of that mirror. The sign of forward comes from braking, which precedes the
vertical force in every step, and from setting off from standing.

A difference between the legs breaks the symmetry, and a vertical that is off by a degree lets the
large vertical force leak sideways. Against the first, several signals with different errors are
used; against the second, the mirror normal is sought in space and not in the plane.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy

from imu.dsp.filters import lowpass
from imu.dsp.integral import integral
from imu.dsp.peaks import refine_peak
from imu.frames import GRAVITY_MPS2, UP, BoolArray, FloatArray, IntArray

ComplexArray = npt.NDArray[np.complex128]

MEANS = 16
"""Number of means that sample one step."""
HARMONICS = 6
"""Of the stride: three that repeat and three that change sign. A slow runner hardly brakes, and the
first two of each tell too little; higher ones are impact and ringing."""
ROUNDS = 3
FEWEST_STRIDES = 4
"""Strides overlap, one from every step: this many need six steps."""
MOST_STRIDES = 2000
"""More add nothing; these are spread over the record."""
PLAIN_BRAKING = 0.3
"""Sine of the phase by which braking precedes the vertical force, above which the sign is certain:
0.38 to 0.74 at 2.5 to 4.2 m/s up and down hill (Alcantara 2022, Dorschky 2019)."""
AHEAD_PER_MPS = 0.25
MOST_GAINED = 0.5
"""Setting off over ground outweighs weak braking; on a treadmill it adds nothing, and an error of
0.5 m/s changes little."""
LEAST_SHARE = 1e-3


@dataclass(frozen=True)
class Forward:
    """The forward axis (3,) of the pelvis; confidence of its line and of its sign, 0..1 each."""

    axis: FloatArray
    line: float
    direction: float


UNKNOWN = Forward(np.array([1.0, 0.0, 0.0]), 0.0, 0.0)


@dataclass(frozen=True)
class _Parts:
    """Powers (3, 3) of what repeats with each step and of what changes sign, and the mean step.

    `even` and `odd` are sums over the harmonics of the stride, of velocities and angles: these are
    smoother than accelerations and rates, and less of them is impact. `step` (3,) is the wave with
    one period a step.
    """

    even: FloatArray
    odd: FloatArray
    step: ComplexArray

    @classmethod
    def of(cls, strides: FloatArray) -> _Parts:
        """Split (3, strides, 2 `MEANS`) into harmonics; each stride is two steps."""
        phase = np.arange(2 * MEANS)[:, None] / (2 * MEANS)
        number = np.arange(1, HARMONICS + 1)
        wave = strides @ np.exp(-2j * np.pi * phase * number) / number
        odd, even = wave[..., 0::2], wave[..., 1::2]
        return cls(_power(even), _power(odd), even[..., 0].mean(axis=1))


def forward_of_pelvis(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray | None,
    level_from_sensor: FloatArray,
    moving: BoolArray,
    *,
    rate_hz: float,
    gained_mps: FloatArray | None = None,
) -> Forward:
    """Return forward in the levelled frame, from `acc_mps2` and `gyr_radps` (n, 3) of the sensor.

    `level_from_sensor` (3, 3) leads to axes of which the last is up; `moving` (n,) marks running;
    `gained_mps` (3,) is the velocity gained when setting off, in the levelled frame, if known.
    """
    at = _strides(acc_mps2 @ level_from_sensor[UP], moving, rate_hz)
    if at is None:
        return UNKNOWN
    acc = _means(acc_mps2, level_from_sensor, at)
    if gyr_radps is None:
        return _mirrored(_Parts.of(acc), None, gained_mps)
    gyr = _means(gyr_radps, level_from_sensor, at)
    level = _Parts.of(_levelled(acc, gyr * np.diff(at) / rate_hz))
    return _mirrored(level, _Parts.of(gyr), gained_mps)


def left_by_each(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    level_from_sensor: FloatArray,
    moving: BoolArray,
    *,
    rate_hz: float,
) -> tuple[FloatArray, FloatArray] | None:
    """Return left or right (3,) in the levelled frame, by acceleration alone and by rotation alone.

    Arguments as above. Both are normals of one mirror where both sensors name their axes alike;
    None with too few steps.
    """
    at = _strides(acc_mps2 @ level_from_sensor[UP], moving, rate_hz)
    if at is None:
        return None
    acc, gyr = (_Parts.of(_means(x, level_from_sensor, at)) for x in (acc_mps2, gyr_radps))
    _, left = _forward_and_left(_least(acc.even - acc.odd))
    return left, _least(gyr.odd - gyr.even)


def _strides(up_mps2: FloatArray, moving: BoolArray, rate_hz: float) -> FloatArray | None:
    """Return the bounds of the parts of regular strides, as `_part_bounds`; None with too few."""
    steps = _steps(up_mps2, moving, rate_hz)
    length = np.diff(steps)
    if len(length) < FEWEST_STRIDES:
        return None
    regular = np.abs(length - np.median(length)) < 0.25 * np.median(length)
    first = np.flatnonzero(regular[:-1] & regular[1:])
    if len(first) < FEWEST_STRIDES:
        return None
    return _part_bounds(steps, first[:: 1 + len(first) // MOST_STRIDES])


def _steps(up_mps2: FloatArray, moving: BoolArray, rate_hz: float) -> FloatArray:
    """Return sample positions of the vertical force peaks, one per step, while moving."""
    slow = lowpass(up_mps2, cutoff_hz=5.0, rate_hz=rate_hz)
    peaks, _ = scipy.signal.find_peaks(
        slow, height=1.15 * GRAVITY_MPS2, distance=max(int(0.22 * rate_hz), 1)
    )
    return refine_peak(slow, peaks[moving[peaks]])


def _part_bounds(steps: FloatArray, first: IntArray) -> FloatArray:
    """Return the bounds (strides, 2 `MEANS` + 1) of the parts of step `first` and of the next."""
    share = np.arange(MEANS) / MEANS
    begin, middle, end = (steps[first + k][:, None] for k in range(3))
    return np.hstack([begin + (middle - begin) * share, middle + (end - middle) * share, end])


def _means(x: FloatArray, turn: FloatArray, at: FloatArray) -> FloatArray:
    """Return the means of `x` (n, 3) between the positions `at` (strides, k + 1), turned.

    (3, strides, k): differences of the integral; between samples `x` is a straight line.
    """
    low = at.astype(np.int64)
    following, part = np.minimum(low + 1, len(x) - 1), at - low
    areas = [
        integral(axis)[low] + part * (axis[low] + part / 2 * (axis[following] - axis[low]))
        for axis in x.T
    ]
    means = np.diff(np.stack(areas)) / np.diff(at)
    return np.asarray(np.tensordot(turn, means, 1))


def _levelled(acc: FloatArray, turned: FloatArray) -> FloatArray:
    """Return `acc` (3, strides, k) corrected for the tilt oscillation within a stride.

    `turned` is the angle turned in each part, rad. Mean and drift of the attitude over the stride
    are left out: the mirror does not need them.
    """
    angle = np.cumsum(turned, axis=-1) - turned / 2
    angle -= angle.mean(axis=-1, keepdims=True)
    ramp = np.arange(angle.shape[-1]) - (angle.shape[-1] - 1) / 2
    angle -= (angle @ ramp / (ramp @ ramp))[..., None] * ramp
    roll, pitch, _ = angle
    forward, left, up = acc
    return np.stack([forward + pitch * up, left - roll * up, up])


def _mirrored(acc: _Parts, gyr: _Parts | None, gained_mps: FloatArray | None) -> Forward:
    """Return forward by mirror symmetry: left is across it, forward and up lie in it.

    Each term is divided by the power that a difference between the legs leaks into it: the even
    part of sideways acceleration, say, is half the difference of the legs, its odd part half their
    sum. The even part of rotation about forward says where forward is; the odd part about left does
    not: legs that tilt the pelvis unlike make one that is in step with the large rotation about
    forward. Rotations vote in the level plane alone: about up and forward the pelvis turns in
    step, so some axis between them has no rotation either.
    """
    normal = _least(acc.even - acc.odd)
    for _ in range(ROUNDS):
        forward, left = _forward_and_left(normal)
        votes = acc.even / _along(acc.odd, left) - acc.odd / _along(acc.even, forward)
        if gyr is not None:
            votes[:UP, :UP] -= gyr.even[:UP, :UP] / _along(gyr.odd, forward)
        normal = _least(votes)
    forward, left = _forward_and_left(normal)
    kept = float(forward @ acc.even @ forward + left @ acc.odd @ left)
    broken = float(normal @ acc.even @ normal + forward @ acc.odd @ forward)
    ahead = _braking(acc.step, forward)
    if gained_mps is not None:
        ahead += float(np.clip(AHEAD_PER_MPS * gained_mps @ forward, -MOST_GAINED, MOST_GAINED))
    return Forward(
        forward if ahead >= 0 else -forward,
        line=float(np.clip((kept - broken) / max(kept + broken, 1e-12), 0, 1)),
        direction=min(1.0, abs(ahead) / PLAIN_BRAKING),
    )


def _braking(step: ComplexArray, forward: FloatArray) -> float:
    """Return the sine of the phase by which braking along `forward` precedes the force.

    `step` (3,) is the wave of the mean step: present in every gait, and least affected by ringing.
    """
    ahead = -forward @ step * np.conj(step[UP])
    return float(ahead.imag / max(abs(ahead), 1e-12))


def _power(x: ComplexArray) -> FloatArray:
    """Return the products (3, 3) of the axes of waves `x` (3, ...), summed."""
    flat = x.reshape(3, -1)
    return np.asarray((flat @ flat.conj().T).real)


def _along(power: FloatArray, axis: FloatArray) -> float:
    """Return the power along `axis`, never zero."""
    return max(float(axis @ power @ axis), LEAST_SHARE * float(np.trace(power)), 1e-12)


def _least(power: FloatArray) -> FloatArray:
    """Return the direction (3,) in which `power` (3, 3) is least."""
    return np.asarray(np.linalg.eigh(power)[1][:, 0])


def _forward_and_left(normal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return level axes, left along the level part of `normal`."""
    x, y = normal[:2] / (np.hypot(normal[0], normal[1]) + 1e-12)
    return np.array([y, -x, 0.0]), np.array([x, y, 0.0])
