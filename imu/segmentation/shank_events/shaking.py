"""How strongly a shank shakes in an interval."""

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.peaks import reduced_in
from imu.dsp.rows import norm
from imu.frames import FloatArray


def force_sd_mps2(segment: Segment, start: FloatArray, stop: FloatArray) -> FloatArray:
    """Return the SD of the norm of the specific force in each interval, m/s² (k,)."""
    last = len(segment.acc_mps2)
    low = np.clip(np.nan_to_num(start), 0, last - 1).astype(np.int64)
    high = np.clip(np.nan_to_num(stop), low + 1, last).astype(np.int64)
    length, force = high - low, norm(segment.acc_mps2)
    force -= force.mean()  # so that squares are as small as what is asked of them
    mean = reduced_in(np.add, force, low, high) / length
    square = reduced_in(np.add, np.square(force, out=force), low, high) / length
    return np.asarray(np.sqrt(np.maximum(square - mean * mean, 0.0)))
