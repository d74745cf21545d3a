"""Test whether angular rate turns the way in which gravity turns in the same pod.

Turned back by its own rotation, specific force averages to gravity over a stride or two, as no
runner gets faster for long. Turned by a rate that counts the other way round, as on mirrored axes
or by the left hand, it averages to less. (Negated acceleration passes: with an unchanged rate it
is that of the runner in a mirror.)
"""

from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from imu.frames import GRAVITY_MPS2, FloatArray

WINDOW_S: Final = 1.5
"""Two strides: a velocity gained over them is small against gravity."""
OVERLAP: Final = 3
MOST_WINDOWS: Final = 30
TELLING_MPS2: Final = 0.5
"""Windows in which both senses of rotation fit gravity to so much say nothing."""
FEWEST: Final = 5
CLEARLY: Final = 0.5


def turns_with_gravity(
    acc_mps2: FloatArray, gyr_radps: FloatArray, *, rate_hz: float
) -> bool | None:
    """Return whether rotation fits the acceleration: False where it does the other way round.

    `acc_mps2`, `gyr_radps` (n, 3), of one pod in its own axes. None where too little turns, as on
    a pelvis, or neither way fits.
    """
    length = round(WINDOW_S * rate_hz)
    count = (len(acc_mps2) - length) * OVERLAP // length + 1
    if count < FEWEST:
        return None
    some = np.unique(np.linspace(0, count - 1, min(count, MOST_WINDOWS)).astype(np.int64))
    rows = (some * length // OVERLAP)[:, None] + np.arange(length)
    force, rate = acc_mps2[rows], gyr_radps[rows]
    as_is, reversed_ = (_off_mps2(force, sign * rate / rate_hz) for sign in (1.0, -1.0))
    telling = np.abs(as_is - reversed_) > TELLING_MPS2
    if np.count_nonzero(telling) < FEWEST:
        return None
    one, other = float(np.median(as_is[telling])), float(np.median(reversed_[telling]))
    if one < CLEARLY * other:
        return True
    return False if other < CLEARLY * one else None


def _off_mps2(force: FloatArray, turn_rad: FloatArray) -> FloatArray:
    """Return by how much the mean of `force` (k, n, 3), turned back, is not gravity (k,)."""
    count, length, _ = force.shape
    quaternion = Rotation.from_rotvec(turn_rad.reshape(-1, 3)).as_quat().reshape(count, length, 4)
    step = 1
    while step < length:  # the product of all turns up to each sample, in doubling steps
        later = Rotation.from_quat(quaternion[:, step:].reshape(-1, 4))
        earlier = Rotation.from_quat(quaternion[:, :-step].reshape(-1, 4))
        quaternion[:, step:] = (earlier * later).as_quat().reshape(count, -1, 4)
        step *= 2
    turned = Rotation.from_quat(quaternion.reshape(-1, 4)).apply(force.reshape(-1, 3))
    mean = turned.reshape(count, length, 3).mean(axis=1)
    return np.asarray(np.abs(np.linalg.norm(mean, axis=1) - GRAVITY_MPS2))
