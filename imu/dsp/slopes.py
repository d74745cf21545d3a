"""By how much a signal changes a sample: half of what the neighbours of each sample differ by."""

import numpy as np

from imu.frames import FloatArray


def rises(x: FloatArray) -> FloatArray:
    """Return by how much `x` (n,) rises a sample, (n,), as `numpy.gradient`; 0 for a single one."""
    return _differences(x, x[2:], x[:-2], 1.0)


def falls(x: FloatArray) -> FloatArray:
    """Return by how much `x` (n,) falls a sample, (n,); 0 for a single one."""
    return _differences(x, x[:-2], x[2:], -1.0)


def _differences(x: FloatArray, more: FloatArray, less: FloatArray, sign: float) -> FloatArray:
    slope = np.empty_like(x)
    slope[:1], slope[-1:] = sign * np.diff(x[:2]).sum(), sign * np.diff(x[-2:]).sum()
    inner = np.subtract(more, less, out=slope[1:-1])
    inner *= 0.5
    return slope
