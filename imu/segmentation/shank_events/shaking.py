"""How strongly a shank shakes in intervals."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.peaks import reduced_in
from imu.dsp.rows import norm
from imu.frames import FloatArray


@dataclass(frozen=True)
class Shaking:
    """How the norm of the specific force of a `segment` varies; as long as a record, once asked."""

    segment: Segment

    def force_sd_mps2(self, start: FloatArray, stop: FloatArray) -> FloatArray:
        """Return the SD of the norm of the specific force in each interval, m/s² (k,)."""
        force, square = self._force_and_square
        low = np.clip(np.nan_to_num(start), 0, len(force) - 1).astype(np.int64)
        high = np.clip(np.nan_to_num(stop), low + 1, len(force)).astype(np.int64)
        mean, mean_square = (
            reduced_in(np.add, x, low, high) / (high - low) for x in (force, square)
        )
        return np.asarray(np.sqrt(np.maximum(mean_square - mean * mean, 0.0)))

    @cached_property
    def _force_and_square(self) -> tuple[FloatArray, FloatArray]:
        """The norm (n,) about its mean, so that squares are as small as what is asked of them."""
        force = norm(self.segment.acc_mps2)
        force -= force.mean()
        return force, force * force
