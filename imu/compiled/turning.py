"""Turns of a body from its gyroscope, over steps of many samples: composed, and filled in again.

A product of rotations is serial. So it is cut into steps, `LANES` of which go side by side: an
inner loop over flat arrays and a constant number of lanes is what the compiler makes SIMD of.
"""

import math
from typing import Final

import numpy as np

from imu.compiled.just_in_time import compiled
from imu.frames import FloatArray, IntArray

LANES: Final = 16
SIXTH, TWELFTH, TWENTIETH, THIRTIETH = 1 / 6, 1 / 12, 1 / 20, 1 / 30


@compiled
def composed(
    gyr: FloatArray, acc: FloatArray, start: IntArray, length: int, rate_hz: float
) -> tuple[FloatArray, FloatArray, FloatArray]:  # pragma: no cover
    """Return what happens in the `length` samples after each `start` (k,), in its body's axes.

    From rates and specific forces (3, n): the turn, as quaternions (4, k), and two sums of the force
    (3, k): weighed down to 0 at the end, and up from 0 at the start.
    """
    count = len(start)
    turn, falling, rising = np.empty((4, count)), np.empty((3, count)), np.empty((3, count))
    half, force = np.zeros(3 * length * LANES), np.zeros(3 * length * LANES)
    q, sums = np.empty(4 * LANES), np.empty(6 * LANES)
    for group in range(0, count, LANES):
        lanes = min(LANES, count - group)
        for lane in range(lanes):
            first = start[group + lane] + 1
            _half_turns(gyr, first, length, rate_hz, half, lane)
            for axis in range(3):
                for j in range(length):
                    force[(3 * j + axis) * LANES + lane] = acc[axis, first + j]
        q[:] = 0.0
        q[:LANES] = 1.0
        sums[:] = 0.0
        for j in range(length):
            _turn(q, half, 3 * j * LANES)
            _add_force(sums, q, force, 3 * j * LANES, (j + 1.0) / length)
        for lane in range(lanes):
            for part in range(4):
                turn[part, group + lane] = q[part * LANES + lane]
            for part in range(3):
                up = sums[(3 + part) * LANES + lane]
                rising[part, group + lane] = up
                falling[part, group + lane] = sums[part * LANES + lane] - up
    return turn, falling, rising


@compiled
def fill(
    out: FloatArray,
    gyr: FloatArray,
    start: IntArray,
    stop: IntArray,
    length: int,
    rate_hz: float,
    begin: FloatArray,
    correction: FloatArray,
) -> None:  # pragma: no cover
    """Write quaternions `out` (n, 4) of the samples after `start` (k,), up to and with `stop`.

    The body has orientation `begin` (k, 4) at the start, turns as its rates (3, n) say, and is
    turned besides, in the world, by a share of `correction` (k, 4) that rises to 1 in `length`.
    """
    count = len(start)
    half, found = np.zeros(3 * length * LANES), np.empty(4 * length * LANES)
    q, c = np.zeros(4 * LANES), np.zeros(4 * LANES)
    for group in range(0, count, LANES):
        lanes = min(LANES, count - group)
        for lane in range(lanes):
            block = group + lane
            _half_turns(gyr, start[block] + 1, stop[block] - start[block], rate_hz, half, lane)
            for part in range(4):
                q[part * LANES + lane] = begin[block, part]
                c[part * LANES + lane] = correction[block, part]
        for j in range(length):
            _turn(q, half, 3 * j * LANES)
            _corrected(found, 4 * j * LANES, q, c, (j + 1.0) / length)
        for lane in range(lanes):
            first = start[group + lane] + 1
            for j in range(stop[group + lane] + 1 - first):
                for part in range(4):
                    out[first + j, part] = found[(4 * j + part) * LANES + lane]


@compiled
def _turn(q: FloatArray, half: FloatArray, at: int) -> None:  # pragma: no cover
    """Turn the quaternion of each lane, about the body's own axes, by twice a vector from `at` on."""
    for lane in range(LANES):
        x, y, z = half[at + lane], half[at + LANES + lane], half[at + 2 * LANES + lane]
        square = x * x + y * y + z * z
        cos = 1 - square * 0.5 * (1 - square * TWELFTH * (1 - square * THIRTIETH))
        sinc = 1 - square * SIXTH * (1 - square * TWENTIETH)
        x, y, z = sinc * x, sinc * y, sinc * z
        a, b, c, d = q[lane], q[LANES + lane], q[2 * LANES + lane], q[3 * LANES + lane]
        q[lane] = a * cos - b * x - c * y - d * z
        q[LANES + lane] = a * x + b * cos + c * z - d * y
        q[2 * LANES + lane] = a * y - b * z + c * cos + d * x
        q[3 * LANES + lane] = a * z + b * y - c * x + d * cos


@compiled
def _add_force(
    sums: FloatArray, q: FloatArray, force: FloatArray, at: int, share: float
) -> None:  # pragma: no cover
    """Add the force of each lane, turned by its quaternion, to three sums, a share to three more."""
    for lane in range(LANES):
        w, x, y, z = q[lane], q[LANES + lane], q[2 * LANES + lane], q[3 * LANES + lane]
        e, f, g = force[at + lane], force[at + LANES + lane], force[at + 2 * LANES + lane]
        a, b, c = 2.0 * (y * g - z * f), 2.0 * (z * e - x * g), 2.0 * (x * f - y * e)
        e, f, g = (
            e + w * a + y * c - z * b,
            f + w * b + z * a - x * c,
            g + w * c + x * b - y * a,
        )
        sums[lane] += e
        sums[LANES + lane] += f
        sums[2 * LANES + lane] += g
        sums[3 * LANES + lane] += share * e
        sums[4 * LANES + lane] += share * f
        sums[5 * LANES + lane] += share * g


@compiled
def _corrected(
    found: FloatArray, at: int, q: FloatArray, c: FloatArray, share: float
) -> None:  # pragma: no cover
    """Write the quaternions of the lanes from `at` on, turned in the world by a share of `c`."""
    for lane in range(LANES):
        w, x, y, z = q[lane], q[LANES + lane], q[2 * LANES + lane], q[3 * LANES + lane]
        d = 1.0 + share * (c[lane] - 1.0)
        e, f, g = share * c[LANES + lane], share * c[2 * LANES + lane], share * c[3 * LANES + lane]
        w, x, y, z = (
            d * w - e * x - f * y - g * z,
            d * x + e * w + f * z - g * y,
            d * y - e * z + f * w + g * x,
            d * z + e * y - f * x + g * w,
        )
        unit = 1.0 / math.sqrt(w * w + x * x + y * y + z * z)
        found[at + lane] = unit * w
        found[at + LANES + lane] = unit * x
        found[at + 2 * LANES + lane] = unit * y
        found[at + 3 * LANES + lane] = unit * z


@compiled
def _half_turns(
    gyr: FloatArray, first: int, count: int, rate_hz: float, half: FloatArray, lane: int
) -> None:  # pragma: no cover
    """Write half the turn of the steps to `count` samples, as `imu.dsp.integral.turn_rates` does."""
    n = gyr.shape[1]
    inner, outer = 13.0 / (48 * rate_hz), -1.0 / (48 * rate_hz)
    coning = 1 / (24 * rate_hz * rate_hz)
    last = first + count
    for axis in range(3):
        x, y, z = gyr[axis], gyr[(axis + 1) % 3], gyr[(axis + 2) % 3]
        to = axis * LANES + lane
        for i in range(max(first, 2), min(last, n - 1)):
            mean = inner * (x[i - 1] + x[i]) + outer * (x[i - 2] + x[i + 1])
            half[to + 3 * LANES * (i - first)] = mean + coning * (
                y[i - 1] * z[i] - z[i - 1] * y[i]
            )
        if first == 1 or last == n:
            for i in (1, n - 1):
                if first <= i < last:
                    half[to + 3 * LANES * (i - first)] = _at_the_edge(x, i) / (
                        2 * rate_hz
                    ) + coning * (y[i - 1] * z[i] - z[i - 1] * y[i])


@compiled
def _at_the_edge(x: FloatArray, i: int) -> float:  # pragma: no cover
    """Return the mean of `x` (n,) over the step to sample `i`, the second or the last one."""
    if len(x) == 2:
        return (x[0] + x[1]) / 2
    beyond = x[2] if i == 1 else x[i - 2]
    near, far = (x[0], x[1]) if i == 1 else (x[i], x[i - 1])
    return (5 * near + 8 * far - beyond) / 12
