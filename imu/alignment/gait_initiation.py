"""Velocity gained when setting off from standing, by strapdown integration: it points forward."""

from __future__ import annotations

import numpy as np
import scipy

from imu.dsp.integral import integral, turn_rates
from imu.frames import GRAVITY_MPS2, UP, BoolArray, FloatArray

BEFORE_S = 1.0
AFTER_S = 3.0
LONGEST_S = 12.0
"""Strapdown integration drifts: a tilt error of 0.1 degrees gives 0.2 m/s after this time."""


def speed_gained_mps(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    level_from_sensor: FloatArray,
    standing: BoolArray,
    active: BoolArray,
    *,
    rate_hz: float,
) -> FloatArray:
    """Return the velocity (3,) gained in the first seconds after standing, in the levelled frame.

    The frame turns with the pod. `active` (n,) marks motion. Zero when no motion follows the rest
    `standing` (n,) soon; nearly zero on a treadmill.
    """
    rest = np.flatnonzero(standing)
    moves = np.flatnonzero(active[rest[-1] :]) if len(rest) else rest
    if not len(moves) or moves[0] > (LONGEST_S - BEFORE_S - AFTER_S) * rate_hz:
        return np.zeros(3)
    start = max(rest[0], rest[-1] - round(BEFORE_S * rate_hz))
    stop = rest[-1] + moves[0] + round(AFTER_S * rate_hz)
    rate = (gyr_radps[start:stop] - gyr_radps[standing].mean(axis=0)) @ level_from_sensor.T
    still = np.linalg.norm(acc_mps2[standing].mean(axis=0))
    force = acc_mps2[start:stop] @ level_from_sensor.T * (GRAVITY_MPS2 / still)
    start_from_level = _attitudes(turn_rates(rate, rate_hz=rate_hz) / rate_hz)
    gained = np.einsum("nij,nj->ni", start_from_level, force)
    gained[:, UP] -= GRAVITY_MPS2
    last = round(rate_hz)
    speed = integral(gained)[-last:].mean(axis=0) / rate_hz
    return np.asarray(speed @ start_from_level[-last:].mean(axis=0))


def _attitudes(angle_rad: FloatArray) -> FloatArray:
    """Return the cumulative product of rotations (n, 3), as matrices (n, 3, 3), by doubling."""
    product = scipy.spatial.transform.Rotation.from_rotvec(angle_rad).as_matrix()
    reach = 1
    while reach < len(product):
        product[reach:] = product[:-reach] @ product[reach:]
        reach *= 2
    return np.asarray(product)
