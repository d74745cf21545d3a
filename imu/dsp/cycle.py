"""Integrate over a stride assumed periodic (no net velocity or displacement)."""

from dataclasses import dataclass

import numpy as np

from imu.dsp.integral import periodic_integral
from imu.frames import FloatArray


@dataclass(frozen=True)
class Cycle:
    """Strides of `acceleration` (k, m), m/s², NaN after the end of each.

    Velocity and position are about their means over the stride, and periodic over it.
    """

    acceleration: FloatArray
    rate_hz: float

    @property
    def velocity_mps(self) -> FloatArray:
        """(k, m) NaN after the end of each stride."""
        return self._integrated(times=1)

    @property
    def position_m(self) -> FloatArray:
        """(k, m) NaN after the end of each stride."""
        return self._integrated(times=2)

    def _integrated(self, *, times: int) -> FloatArray:
        inside = np.isfinite(self.acceleration)
        rows = np.where(inside, self.acceleration, 0.0)
        count = np.maximum(inside.sum(axis=1, keepdims=True), 1)
        for _ in range(times):
            periodic_integral(rows, inside, count)
        rows /= self.rate_hz**times
        np.copyto(rows, np.nan, where=~inside)
        return rows


def closed(acceleration: FloatArray, *, rate_hz: float) -> Cycle:
    """Return rows of acceleration (k, m), m/s², one stride each, NaN after its end, as a cycle."""
    return Cycle(acceleration, rate_hz)
