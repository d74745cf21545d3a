"""How strongly a shank shakes in an interval."""

import numpy as np

from imu.alignment.segment import Segment
from imu.frames import FloatArray


def force_sd_mps2(segment: Segment, start: FloatArray, stop: FloatArray) -> FloatArray:
    """Return the SD of the norm of the specific force in each interval, m/s² (k,)."""
    norm = np.linalg.norm(segment.acc_mps2, axis=1)
    sums = np.concatenate([[0.0], np.cumsum(norm)])
    squares = np.concatenate([[0.0], np.cumsum(norm**2)])
    low = np.clip(np.nan_to_num(start), 0, len(norm) - 1).astype(int)
    high = np.clip(np.nan_to_num(stop), low + 1, len(norm)).astype(int)
    n = high - low
    mean = (sums[high] - sums[low]) / n
    return np.asarray(np.sqrt(np.maximum((squares[high] - squares[low]) / n - mean**2, 0)))
