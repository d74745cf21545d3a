"""Carry the vertical of standing into running by the gyroscope, past errors of the accelerometer.

A running segment is upright, to the filter, where its mean specific force is. Bias and scale errors
of the accelerometer tip that mean, and not as in standing, where the segment leans otherwise and
bears no more than gravity: a shank by half a degree and more, as long as it runs. A gyroscope has
no such error; it drifts, but steadily. So each time somebody sets off it is followed alone, from
rest into running: in its axes the mean force drifts along one line while standing and along another
while running, and where both meet it jumps by the error.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from imu import compiled
from imu.dsp.filters import blocks, lowpass
from imu.dsp.gaps import moving_sum, near
from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray
from imu.orientation.angles import level_in_world
from imu.orientation.felt import Felt
from imu.orientation.warm_start import FilterInput

ComplexArray = npt.NDArray[np.complex128]

BEFORE_S: Final = 10.0
AFTER_S: Final = 30.0
STARTING_S: Final = 3.0
"""After setting off: until then its acceleration is real."""
LEAST_REST_S: Final = 2.0
LEAST_RUNNING_S: Final = 8.0
REST_TAPER_S: Final = 0.25
TAPER_S: Final = 2.5
"""Whole strides have no acceleration on average, but cut ones have: weights rise slowly."""
LASTING_S: Final = 1.0
"""A shank's activity flickers: what passes sooner is no change of pace."""
FADE_S: Final = 0.5
SLOW_HZ: Final = 0.2
"""Below one stride."""
USUAL_RAD: Final = np.radians(0.5)
"""Usual size of the jump: what is less sure than that is trusted in part."""
DOUBT: Final = 2.0
"""Errors of the jump for each time that the force strays from its line."""
USUAL_MPS: Final = 3.0
"""Speed by which a bend leans."""


def keep_standing_zero(quaternions: FloatArray, felt: Felt) -> None:
    """Turn `quaternions` (n, 4) in place, while the pod moves, by as much as its force jumps.

    That is the median over the instants at which somebody sets off (`jump`).
    """
    filter_input, received = felt.filter_input, felt.received
    rate_hz = filter_input.rate_hz
    uneven = ~felt.active | _lasting(felt.changes, round(LASTING_S * rate_hz))
    jumps = []
    for at in felt.setting_off:
        which = np.searchsorted(received[0], at, side="right") - 1
        begin = max(received[0, which], at - round(BEFORE_S * rate_hz))
        end = min(received[1, which], at + round(AFTER_S * rate_hz))
        run = min(at + round(STARTING_S * rate_hz), end)
        rose = begin + int(np.max(np.flatnonzero(felt.still[begin:at]), initial=0))
        if not felt.valid[rose:run].all():
            continue  # what is predicted for a gap is not that good while the pace changes
        to = run + int(np.argmax(np.append(uneven[run:end], True)))
        rest, steady = np.zeros((2, end - begin), dtype=bool)
        rest[: at - begin], steady[run - begin : to - begin] = felt.still[begin:at], True
        around = filter_input.part(begin, end)
        jumps.append(jump(around, quaternions[begin], at - begin, rest, steady))
    known = np.array([one for one in jumps if one])
    if not len(known):
        return
    usual = np.median(known.real) + 1j * np.median(known.imag)
    first, reach = max(int(felt.setting_off[0]) - round(rate_hz), 0), round(FADE_S * rate_hz)
    moves = moving_sum((felt.active | ~felt.valid)[first:], reach_samples=reach)
    if compiled.usable(len(quaternions)):
        from imu.compiled import upright  # it needs numba

        w, x, y, z = quaternions.T[:, first:]
        upright.straighten(w, x, y, z, -usual.real, -usual.imag, moves, 2 * reach + 1)
    else:
        straighten(quaternions[first:], -usual * moves / (2 * reach + 1))


def _lasting(mask: BoolArray, samples: int) -> BoolArray:
    """Return `mask` (n,) without what lasts less than about `samples`."""
    return near(~near(~mask, reach_samples=samples // 2), reach_samples=samples // 2)


def jump(
    around: FilterInput, start: FloatArray, at: int, rest: BoolArray, steady: BoolArray
) -> complex:
    """Return by how much the mean force leans in running but not in standing; 0 if not known.

    In rad, real part forward, imaginary part left. `around` begins at rest with the quaternion
    `start` (4,) and contains setting off, at sample `at`; `rest` and `steady` (n,) mark standing
    and steady movement. Shrunk by how far the force strays from its line, as where samples are
    lost or clipped, and by how much the runner may lean in a bend.
    """
    rate_hz = around.rate_hz
    standing, running = _weights(rest, REST_TAPER_S * rate_hz), _weights(steady, TAPER_S * rate_hz)
    if standing.sum() < LEAST_REST_S * rate_hz or running.sum() < LEAST_RUNNING_S * rate_hz:
        return 0j
    force, heading = _carried(around, start)
    way = np.cumsum(heading) / rate_hz
    way -= way[at]
    moving = np.arange(len(way)) >= at
    lines = np.stack([np.ones(len(way)), ~moving * way, moving * way, moving * heading], axis=1)
    weighed = lines.conj().T * (standing + running)
    found = np.linalg.lstsq(weighed @ lines, weighed @ force)[0]
    astray = _slow((force - lines @ found) * running, rate_hz)
    strays = np.linalg.norm(astray) / np.sqrt(np.sum(running))
    unsure = np.hypot(DOUBT * strays, _lean_in_bend(heading[running > 0], rate_hz))
    return complex(found[-1] / (1 + (unsure / USUAL_RAD) ** 2))


def _lean_in_bend(heading: ComplexArray, rate_hz: float) -> float:
    """Return by how much a runner leans, in rad, who turns on average as `heading` (n,) does."""
    turn_rad = np.ptp(np.unwrap(np.angle(heading))[[0, -1]])
    return float(USUAL_MPS * turn_rad * rate_hz / len(heading) / GRAVITY_MPS2)


def _weights(good: BoolArray, taper: float) -> FloatArray:
    """Return weights (n,) that are 0 outside `good` and rise to 1 inside it within 2 `taper`."""
    reach = round(taper)
    inner = ~near(~good, reach_samples=reach)
    inner[:reach] = inner[len(inner) - reach :] = False
    return np.asarray(moving_sum(inner, reach_samples=reach) / (2 * reach + 1))


def _carried(around: FilterInput, start: FloatArray) -> tuple[ComplexArray, ComplexArray]:
    """Return level force, in gravities, and mean heading (n,) by the gyroscope alone."""
    filter_ = around.filter()
    filter_.setMotionBiasEstEnabled(False)
    filter_.setRestBiasEstEnabled(False)
    found = around.dead_reckoned(filter_)
    began = found[0] * [1, -1, -1, -1]
    found = found @ (_after(start) @ _after(began)).T
    ahead, left = level_in_world(around.acc, found) / GRAVITY_MPS2
    w, x, y, z = found.T
    heading = _slow(1 - 2 * (x * x + z * z) + 2j * (w * z - x * y), around.rate_hz)
    return ahead + 1j * left, heading / np.maximum(np.abs(heading), 1e-12)


def _after(one: FloatArray) -> FloatArray:
    """Return the matrix (4, 4) that leads from a quaternion to the product of `one` (4,) and it."""
    w, x, y, z = one
    return np.array([[w, -x, -y, -z], [x, w, -z, y], [y, z, w, -x], [z, -y, x, w]])


def _slow(x: ComplexArray, rate_hz: float) -> ComplexArray:
    """Return what is slower than a stride in `x` (n,)."""
    parts = lowpass(np.stack([x.real, x.imag], axis=1), cutoff_hz=SLOW_HZ, rate_hz=rate_hz)
    return np.asarray(parts[:, 0] + 1j * parts[:, 1])


def straighten(quaternions: FloatArray, lean: FloatArray | ComplexArray) -> None:
    """Turn `quaternions` (n, 4) in place, so that what leans by `lean` (n,) in them is upright.

    `lean` is in rad, relative to the heading of the segment: real part forward, imaginary left.
    """
    for part in blocks(len(quaternions)):
        w, x, y, z = quaternions[part].T.copy()
        ahead, aside = 1 - 2 * (x * x + z * z), 2 * (w * z - x * y)
        share = 0.5 / np.maximum(np.sqrt(ahead * ahead + aside * aside), 1e-12)
        forward, left = share * lean[part].real, share * lean[part].imag
        a, b = forward * aside + left * ahead, left * aside - forward * ahead
        turned = w - a * x - b * y, x + a * w + b * z, y + b * w - a * z, z + a * y - b * x
        unit = 1 / np.sqrt(sum(axis * axis for axis in turned))
        for to, axis in zip(quaternions[part].T, turned, strict=True):
            np.multiply(axis, unit, out=to)
