"""The recursion of VQF (Laidig & Seel 2023) with the bias known, over pieces of a record at once.

A filter waits for its own last sample, so one after another they leave a processor idle. `LANES`
pieces go in step: the innermost loop runs over lanes, on flat arrays and a constant number of them,
which is what the compiler makes SIMD of. A piece begins some time early and has forgotten how by
the time it counts: that is for the caller to see to.
"""

import math
from typing import Final

import numpy as np

from imu.compiled.just_in_time import compiled, part_of_loop
from imu.frames import FloatArray, IntArray

LANES: Final = 16
AT_ONCE: Final = 256
FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, ROW = range(0, 7 * LANES, LANES)
"""Where the values of all lanes lie in a row: half turns and forces, or what is found. Offsets that
are worked out here need not be compiled at each index, which is what takes time."""
ROOM: Final = ROW * AT_ONCE
TURN_W, TURN_X, TURN_Y, TURN_Z, UP_W, UP_X, UP_Y, UP_Z, *FILTER = range(0, 25 * LANES, LANES)
"""Where the state of all lanes lies: turns by the gyroscope alone, and what puts them upright."""
ONE_X, TWO_X, ONE_Y, TWO_Y, ONE_Z, TWO_Z, LAST_X, LAST_Y, LAST_Z = FILTER[:9]
SEEN, B0, B1, B2, A1, A2, BEGINS, STATE = FILTER[9:]
"""Memory of the low-pass and its last values; its samples so far, its weights, and when it has
begun."""
START, COUNT, STEP, ANEW, PAUSE, TAU, BIAS, OUT, PART, FIELDS = range(10)
"""Columns of a table of runs: first sample, how many, 1 or -1 in time; 1 for a new filter; 1 if no
turn leads to the first sample; row of the table of time constants; row of biases, or -1 for that of
each block of samples (forward); where the result goes, or -1 for nowhere; first sample of its part
of the record."""
_SIXTH, _TWENTIETH, _TWELFTH, _THIRTIETH = 1 / 6, 1 / 20, 1 / 12, 1 / 30


def room() -> tuple[FloatArray, ...]:
    """Return what `follow` works in: made here, for to make arrays takes long to compile."""
    return np.ones(ROOM), np.zeros(STATE), np.zeros(ROOM)  # 1: of a lane with nothing to do


@compiled
def follow(
    rates: FloatArray,
    acc: FloatArray,
    runs: IntArray,
    first_run: IntArray,
    progress: IntArray,
    tau: FloatArray,
    fixed: FloatArray,
    varying: FloatArray,
    block: int,
    every: int,
    rate_hz: float,
    out: FloatArray,
    pulls: FloatArray,
    room: tuple[FloatArray, ...],
) -> None:  # pragma: no cover
    """Follow the `runs` (r, FIELDS) of each lane, from `first_run` (LANES + 1,) on.

    `progress` (2, LANES), which changes, begins with the first run of each lane, and with 0.

    `rates`, `acc` (3, n) are those of the step to each sample, and the forces at it. `tau` (t, 6)
    has b0, b1, b2, a1, a2 of the filter for a time constant, and its samples. `fixed` and `varying`
    (b, 3) are biases, rad/s, these of each `block` of samples. Writes quaternions to `out` (4, m)
    and, unless it is empty, the rates by which the accelerometer pulls about x and y, to `pulls`
    (2, m). Of the quaternions one of `every` so many is enough, that in the middle of them, and the
    last of a run.
    """
    x, state, found = room
    at, done = progress[0], progress[1]
    half = 0.5 / rate_hz
    while True:
        steps, busy = len(x) // ROW, False  # a literal is a type, compiled for alone
        for lane in range(LANES):
            if at[lane] < first_run[lane + 1]:
                if done[lane] == 0:
                    _begin(runs, at[lane], lane, state, tau)
                busy = True
                left = runs[at[lane], COUNT] - done[lane]
                if left < steps:
                    steps = left
        if not busy:
            return
        _take(x, at, done, first_run, runs, steps, rates, acc, fixed, varying, block, half)
        _step(x, found, state, steps)
        for lane in range(LANES):
            if at[lane] < first_run[lane + 1]:
                number = at[lane]
                if runs[number, OUT] >= 0:
                    to = runs[number, OUT] + done[lane]
                    j = (runs[number, PART] + every // 2 - to) % every
                    j = j if j < steps else steps - 1
                    while j < steps:
                        row = ROW * j + lane
                        out[0, to + j], out[1, to + j] = found[row], found[row + SECOND]
                        out[2, to + j], out[3, to + j] = found[row + THIRD], found[row + FOURTH]
                        j = j + every if j + every < steps or j + 1 == steps else steps - 1
                    if pulls.shape[1]:
                        for j in range(steps):
                            row = ROW * j + lane
                            pulls[0, to + j] = rate_hz * found[row + FIFTH]
                            pulls[1, to + j] = rate_hz * found[row + SIXTH]
                done[lane] += steps
                if done[lane] == runs[number, COUNT]:
                    at[lane] += 1
                    done[lane] = 0


@part_of_loop
def _begin(
    runs: IntArray, number: int, lane: int, s: FloatArray, tau: FloatArray
) -> None:  # pragma: no cover
    """Set the time constant of a lane, and its state if the filter is new."""
    row = runs[number, TAU]
    seen = s[SEEN + lane]
    settled = seen >= s[BEGINS + lane]
    if runs[number, ANEW]:
        for part in range(lane, B0, LANES):
            s[part] = 0.0
        s[lane] = s[UP_W + lane] = 1.0
        seen, settled = 0.0, False
    if settled:
        of_b0 = s[B0 + lane] - tau[row, 0]
        of_b1 = s[B1 + lane] - tau[row, 1] - s[A1 + lane] + tau[row, 3]
        to = ONE_X + lane
        for part in range(LAST_X + lane, SEEN, LANES):
            s[to] += of_b0 * s[part]
            s[to + LANES] += of_b1 * s[part]
            to += 2 * LANES
    for k in range(6):
        s[B0 + lane + k * LANES] = tau[row, k]
    if settled:
        s[BEGINS + lane] = 0.0
    elif s[BEGINS + lane] <= seen:  # of a shorter time constant: its mean ends with what comes next
        s[BEGINS + lane] = seen + 1.0


@part_of_loop
def _take(
    x: FloatArray,
    at: IntArray,
    done: IntArray,
    first_run: IntArray,
    runs: IntArray,
    steps: int,
    rates: FloatArray,
    acc: FloatArray,
    fixed: FloatArray,
    varying: FloatArray,
    block: int,
    half: float,
) -> None:  # pragma: no cover
    """Lay the next samples of each lane where it finds them: half turns, then forces."""
    for lane in range(LANES):
        if at[lane] == first_run[lane + 1]:
            continue  # it goes on with what it had, and nobody reads that
        number = at[lane]
        way, row = runs[number, STEP], runs[number, BIAS]
        first = runs[number, START] + way * done[lane]
        later = 1 if way < 0 else 0  # back over the step that leads to the sample after
        scale, since = way * half, 0
        while since < steps:
            if row >= 0:
                until = steps
                a, b, c = fixed[row, 0], fixed[row, 1], fixed[row, 2]
            else:
                of = (first + since) // block
                until = (of + 1) * block - first
                if until > steps:
                    until = steps
                a, b, c = varying[of, 0], varying[of, 1], varying[of, 2]
            for j in range(since, until):
                to, sample = ROW * j + lane, first + way * j
                x[to] = scale * (rates[0, sample + later] - a)
                x[to + SECOND] = scale * (rates[1, sample + later] - b)
                x[to + THIRD] = scale * (rates[2, sample + later] - c)
                x[to + FOURTH] = acc[0, sample]
                x[to + FIFTH] = acc[1, sample]
                x[to + SIXTH] = acc[2, sample]
            if since == 0 and done[lane] == 0 and runs[number, PAUSE]:
                x[lane], x[lane + SECOND], x[lane + THIRD] = -scale * a, -scale * b, -scale * c
            since = until


@part_of_loop
def _step(x: FloatArray, found: FloatArray, s: FloatArray, steps: int) -> None:  # pragma: no cover
    """Take so many samples in every lane. With more arrays than three, it is no SIMD."""
    for j in range(steps):
        for lane in range(LANES):
            at = ROW * j + lane
            wx, wy, wz = x[at], x[at + SECOND], x[at + THIRD]
            square = wx * wx + wy * wy + wz * wz
            cos = 1.0 - square * 0.5 * (1.0 - square * _TWELFTH * (1.0 - square * _THIRTIETH))
            sinc = 1.0 - square * _SIXTH * (1.0 - square * _TWENTIETH)
            wx, wy, wz = sinc * wx, sinc * wy, sinc * wz
            a, b = s[lane], s[TURN_X + lane]
            c, d = s[TURN_Y + lane], s[TURN_Z + lane]
            q0 = a * cos - b * wx - c * wy - d * wz
            q1 = a * wx + b * cos + c * wz - d * wy
            q2 = a * wy - b * wz + c * cos + d * wx
            q3 = a * wz + b * wy - c * wx + d * cos
            unit = 1.5 - 0.5 * (q0 * q0 + q1 * q1 + q2 * q2 + q3 * q3)
            q0, q1 = unit * q0, unit * q1
            q2, q3 = unit * q2, unit * q3
            s[lane], s[TURN_X + lane] = q0, q1
            s[TURN_Y + lane], s[TURN_Z + lane] = q2, q3

            ax = x[at + FOURTH]
            ay = x[at + FIFTH]
            az = x[at + SIXTH]
            tx, ty, tz = (
                2.0 * (q2 * az - q3 * ay),
                2.0 * (q3 * ax - q1 * az),
                2.0 * (q1 * ay - q2 * ax),
            )
            fx = ax + q0 * tx + q2 * tz - q3 * ty
            fy = ay + q0 * ty + q3 * tx - q1 * tz
            fz = az + q0 * tz + q1 * ty - q2 * tx

            b0, b1, b2 = s[B0 + lane], s[B1 + lane], s[B2 + lane]
            a1, a2 = s[A1 + lane], s[A2 + lane]
            before = s[SEEN + lane]
            seen = before + 1.0
            s[SEEN + lane] = seen
            if before < s[BEGINS + lane]:  # a new filter begins with a mean: with other weights
                begun = seen >= s[BEGINS + lane]
                a1 = b0 - 1.0 if begun else 1.0 / (seen + 1.0) - 1.0
                a2 = a2 - b2 if begun else 0.0
                b0, b1, b2 = 1.0 / seen, 0.0, 0.0
            lx = b0 * fx + s[ONE_X + lane]
            ly = b0 * fy + s[ONE_Y + lane]
            lz = b0 * fz + s[ONE_Z + lane]
            s[LAST_X + lane], s[LAST_Y + lane], s[LAST_Z + lane] = lx, ly, lz
            s[ONE_X + lane] = b1 * fx - a1 * lx + s[TWO_X + lane]
            s[ONE_Y + lane] = b1 * fy - a1 * ly + s[TWO_Y + lane]
            s[ONE_Z + lane] = b1 * fz - a1 * lz + s[TWO_Z + lane]
            s[TWO_X + lane] = b2 * fx - a2 * lx
            s[TWO_Y + lane] = b2 * fy - a2 * ly
            s[TWO_Z + lane] = b2 * fz - a2 * lz

            u0, u1 = s[UP_W + lane], s[UP_X + lane]
            u2, u3 = s[UP_Y + lane], s[UP_Z + lane]
            tx, ty, tz = (
                2.0 * (u2 * lz - u3 * ly),
                2.0 * (u3 * lx - u1 * lz),
                2.0 * (u1 * ly - u2 * lx),
            )
            ex = lx + u0 * tx + u2 * tz - u3 * ty
            ey = ly + u0 * ty + u3 * tx - u1 * tz
            ez = lz + u0 * tz + u1 * ty - u2 * tx
            length = math.sqrt(ex * ex + ey * ey + ez * ez)
            found[at + FIFTH], found[at + SIXTH] = -ey / length, ex / length
            w = ez + (1.0 + 1e-12) * length  # half way to up, not yet of length 1
            v0 = w * u0 - ey * u1 + ex * u2
            v1 = w * u1 + ey * u0 - ex * u3
            v2 = w * u2 - ey * u3 - ex * u0
            v3 = w * u3 + ey * u2 + ex * u1
            unit = 1.0 / math.sqrt(v0 * v0 + v1 * v1 + v2 * v2 + v3 * v3)
            u0, u1 = unit * v0, unit * v1
            u2, u3 = unit * v2, unit * v3
            s[UP_W + lane], s[UP_X + lane] = u0, u1
            s[UP_Y + lane], s[UP_Z + lane] = u2, u3
            found[at] = u0 * q0 - u1 * q1 - u2 * q2 - u3 * q3
            found[at + SECOND] = u0 * q1 + u1 * q0 + u2 * q3 - u3 * q2
            found[at + THIRD] = u0 * q2 - u1 * q3 + u2 * q0 + u3 * q1
            found[at + FOURTH] = u0 * q3 + u1 * q2 - u2 * q1 + u3 * q0
