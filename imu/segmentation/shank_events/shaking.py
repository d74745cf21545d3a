"""How strongly a shank shakes in an interval."""

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.rows import windows
from imu.frames import FloatArray


def force_sd_mps2(segment: Segment, start: FloatArray, stop: FloatArray) -> FloatArray:
    """Return the SD of the norm of the specific force in each interval, m/s² (k,)."""
    last = len(segment.acc_mps2)
    low = np.clip(np.nan_to_num(start), 0, last - 1).astype(np.int64)
    high = np.clip(np.nan_to_num(stop), low + 1, last).astype(np.int64)
    length = high - low
    inside = np.arange(np.max(length, initial=1)) < length[:, None]
    square = np.zeros(inside.shape)
    for axis in segment.acc_mps2.T:
        rows = windows(axis, low, inside.shape[1])
        rows *= rows
        square += rows
    norm = np.sqrt(square, out=square)
    mean = np.sum(norm, axis=1, where=inside) / length
    norm -= mean[:, None]
    norm *= norm
    return np.asarray(np.sqrt(np.sum(norm, axis=1, where=inside) / length))
