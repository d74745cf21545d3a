"""The bias of a gyroscope as VQF estimates it (Laidig & Seel 2023), from what pulled its filter.

In movement a bias shows in the rate by which the accelerometer pulls the inclination, at rest in
the gyroscope itself. VQF's Kalman filter takes each sample; the bias changes slowly, so here it
takes the sums of a block of them. What is clipped in VQF is clipped here sample by sample.
"""

from typing import Final

import numpy as np

from imu.compiled.just_in_time import compiled, part_of_loop
from imu.frames import BoolArray, FloatArray

SLOW: Final = 11
"""What is low-passed: a rotation matrix, row by row, and the assumed bias forward and left."""


def room() -> tuple[FloatArray, ...]:
    """Return what `followed` works in: made here, for to make arrays takes long to compile."""
    return (*np.zeros((4, SLOW)), np.zeros(3), *np.zeros((2, 6)))


@compiled
def followed(
    bias: FloatArray,
    variance: FloatArray,
    begin: int,
    end: int,
    assumed: FloatArray,
    quaternions: FloatArray,
    pulls: FloatArray,
    pace: BoolArray,
    resting: BoolArray,
    at_rest: FloatArray,
    tau: FloatArray,
    belief: FloatArray,
    block: int,
    every: int,
    varying: FloatArray,
    room: tuple[FloatArray, ...],
) -> None:  # pragma: no cover
    """Follow `bias` (3,), rad/s, and its `variance` in place over samples `begin` to `end`.

    A symmetric matrix (3, 3) is (6,) here: its upper triangle, row by row.

    The filter that `assumed` the biases (b, 3) of blocks of samples had the orientation
    `quaternions` (4, n) and `pulls` (2, n), rad/s. `resting` (b,) and the mean rates then,
    `at_rest` (b, 3), are those of blocks of samples, and so is the result `varying` (b, 3), the
    bias that each block begins with.
    `tau` (2, 6) are the low-passes (see `lanes`) outside and inside changes of `pace` (n,), one of
    `every` so many samples. `belief`: added variance of a sample, its greatest, that of a
    measurement in movement, of its vertical part, at rest; the greatest disagreement.
    """
    slow, one, two, turn, told, certain, inverse = room
    seen, row, settled = 0.0, 0, False
    count = 0
    clip = belief[5]
    for k in range(3):
        varying[begin // block, k] = bias[k]
    for first in range(begin, end, every):
        stop = first + every if first + every < end else end
        number = first // block
        at = first + every // 2 if first + every // 2 < end else end - 1
        w, x = quaternions[0, at], quaternions[1, at]
        y, z = quaternions[2, at], quaternions[3, at]
        turn[0], turn[1] = 1 - 2 * (y * y + z * z), 2 * (x * y - w * z)
        turn[2], turn[3] = 2 * (x * z + w * y), 2 * (x * y + w * z)
        turn[4], turn[5] = 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)
        turn[6], turn[7] = 2 * (x * z - w * y), 2 * (y * z + w * x)
        turn[8] = 1 - 2 * (x * x + y * y)
        x, y, z = assumed[number, 0], assumed[number, 1], assumed[number, 2]
        turn[9] = turn[0] * x + turn[1] * y + turn[2] * z
        turn[10] = turn[3] * x + turn[4] * y + turn[5] * z
        now = 1 if pace[first] else 0
        if now != row and settled:
            of_b0 = tau[row, 0] - tau[now, 0]
            of_b1 = tau[row, 1] - tau[now, 1] - tau[row, 3] + tau[now, 3]
            for k in range(SLOW):
                one[k] += of_b0 * slow[k]
                two[k] += of_b1 * slow[k]
        row = now
        b0, b1, b2 = tau[row, 0], tau[row, 1], tau[row, 2]
        a1, a2 = tau[row, 3], tau[row, 4]
        if not settled:  # a new filter begins with a mean: the same recursion, other weights
            seen += 1.0
            settled = seen >= tau[row, 5]
            a1, a2 = (b0 - 1, a2 - b2) if settled else (1 / (seen + 1) - 1, 0.0)
            b0, b1, b2 = 1 / seen, 0.0, 0.0
        for k in range(SLOW):
            slow[k] = b0 * turn[k] + one[k]
            one[k] = b1 * turn[k] - a1 * slow[k] + two[k]
            two[k] = b2 * turn[k] - a2 * slow[k]
        forward = slow[9] - slow[0] * bias[0] - slow[1] * bias[1] - slow[2] * bias[2]
        left = slow[10] - slow[3] * bias[0] - slow[4] * bias[1] - slow[5] * bias[2]
        up = -(slow[6] * bias[0] + slow[7] * bias[1] + slow[8] * bias[2])
        samples = stop - first
        forward_sum = left_sum = 0.0
        for i in range(first, stop):
            forward_sum += _clipped(pulls[0, i] + forward, clip)
            left_sum += _clipped(pulls[1, i] + left, clip)
        up = samples * _clipped(up, clip)
        count += samples
        level, vertical = 1 / belief[2], 1 / belief[3]
        entry = 0
        for i in range(3):
            a, b, c = level * slow[i], level * slow[3 + i], vertical * slow[6 + i]
            told[i] += a * forward_sum + b * left_sum + c * up
            for k in range(i, 3):
                certain[entry] += samples * (a * slow[k] + b * slow[3 + k] + c * slow[6 + k])
                entry += 1
        if stop == end or stop // block > number:
            if resting[number]:
                certain[1] = certain[2] = certain[4] = 0.0
                certain[0] = certain[3] = certain[5] = count / belief[4]
                for k in range(3):
                    off = _clipped(at_rest[number, k] - bias[k], clip)
                    told[k] = certain[0] * off
            _update(bias, variance, told, certain, inverse, belief, count)
            for k in range(3):
                told[k] = certain[k] = certain[3 + k] = 0.0
                if stop < end:
                    varying[stop // block, k] = bias[k]
            count = 0


@part_of_loop
def _update(
    bias: FloatArray,
    variance: FloatArray,
    told: FloatArray,
    certain: FloatArray,
    inverse: FloatArray,
    belief: FloatArray,
    count: int,
) -> None:  # pragma: no cover
    """Add what `count` samples told (3,), and how certain that is (6,): errors over variances."""
    for k in (0, 3, 5):
        if variance[k] < belief[1]:
            variance[k] += count * belief[0]
    _invert(variance, inverse)
    for k in range(6):
        inverse[k] += certain[k]
    _invert(inverse, variance)
    bias[0] += variance[0] * told[0] + variance[1] * told[1] + variance[2] * told[2]
    bias[1] += variance[1] * told[0] + variance[3] * told[1] + variance[4] * told[2]
    bias[2] += variance[2] * told[0] + variance[4] * told[1] + variance[5] * told[2]
    for k in range(3):
        bias[k] = _clipped(bias[k], belief[5])


@part_of_loop
def _clipped(x: float, limit: float) -> float:  # pragma: no cover
    """Return `x` within ± `limit`: min and max are compiled anew for each pair of types."""
    if x > limit:
        return limit
    return -limit if x < -limit else x


@part_of_loop
def _invert(m: FloatArray, to: FloatArray) -> None:  # pragma: no cover
    """Write the inverse of a symmetric matrix (6,)."""
    a, b, c = m[0], m[1], m[2]
    d, e, f = m[3], m[4], m[5]
    over = 1 / (a * (d * f - e * e) + b * (c * e - b * f) + c * (b * e - c * d))
    to[0], to[1], to[2] = over * (d * f - e * e), over * (c * e - b * f), over * (b * e - c * d)
    to[3], to[4], to[5] = over * (a * f - c * c), over * (b * c - a * e), over * (a * d - b * b)
