"""A stride as a closed cycle: velocity and position from acceleration, up to what is constant."""

from dataclasses import dataclass

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from imu.metrics.rows import zero_filled


@dataclass(frozen=True)
class Cycle:
    """Velocity in m/s and position in m, (k, m) each, about their means over the stride.

    Both end as they began; NaN after the end of the stride.
    """

    velocity_mps: FloatArray
    position_m: FloatArray


def closed(acceleration: FloatArray, *, rate_hz: float) -> Cycle:
    """Integrate rows of acceleration (k, m), m/s², one stride each, NaN after its end."""
    rows, inside = zero_filled(acceleration)
    count = np.maximum(inside.sum(axis=1, keepdims=True), 1)
    velocity = _integral(rows, inside, count) / rate_hz
    position = _integral(velocity, inside, count) / rate_hz
    return Cycle(np.where(inside, velocity, np.nan), np.where(inside, position, np.nan))


def _integral(rows: FloatArray, inside: BoolArray, count: IntArray) -> FloatArray:
    """Return the running sum of rows, both about their means; 0 outside."""
    centred = np.where(inside, rows - rows.sum(axis=1, keepdims=True) / count, 0.0)
    summed = np.where(inside, np.cumsum(centred, axis=1), 0.0)
    return np.where(inside, summed - summed.sum(axis=1, keepdims=True) / count, 0.0)
