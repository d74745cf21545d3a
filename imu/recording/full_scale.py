"""Find the samples at which a sensor reads its full scale."""

import numpy as np

from imu.frames import BoolArray, FloatArray


def clipped(
    values: FloatArray | None, full_scale: float | None, *, n: int = 0, share: float = 0.985
) -> BoolArray:
    """Return True (n,) where an axis of `values` (n, 3) reads full scale; False where not known."""
    hit = np.zeros(n if values is None else len(values), dtype=bool)
    if values is not None and full_scale is not None:
        for axis in values.T:
            hit |= np.abs(axis) >= share * full_scale
    return hit
