"""Integrate over a stride assumed periodic (no net velocity or displacement)."""

from dataclasses import dataclass

import numpy as np

from imu.dsp.integral import periodic_integral
from imu.dsp.rows import zero_filled
from imu.frames import FloatArray


@dataclass(frozen=True)
class Cycle:
    """Velocity in m/s and position in m, (k, m) each, about their means over the stride.

    Both are periodic over the stride; NaN after its end.
    """

    velocity_mps: FloatArray
    position_m: FloatArray


def closed(acceleration: FloatArray, *, rate_hz: float) -> Cycle:
    """Integrate rows of acceleration (k, m), m/s², one stride each, NaN after its end."""
    rows, inside = zero_filled(acceleration)
    count = np.maximum(inside.sum(axis=1, keepdims=True), 1)
    periodic_integral(rows, inside, count)
    rows /= rate_hz
    velocity = np.where(inside, rows, np.nan)
    periodic_integral(rows, inside, count)
    rows /= rate_hz
    rows[~inside] = np.nan
    return Cycle(velocity, rows)
