"""Find the samples at which a sensor reads its full scale."""

import numpy as np

from imu.frames import BoolArray, FloatArray

SHARE = 0.985
"""Of full scale, from which on a sample counts as at it."""


def clipped(
    values: FloatArray | None, full_scale: float | None, largest: float, *, n: int = 0
) -> BoolArray:
    """Return True (n,) where an axis of `values` (n, 3) reads full scale; False where not known.

    `largest` is the largest of them, of either sign: where it is less, none need be looked at.
    """
    hit = np.zeros(n if values is None else len(values), dtype=bool)
    if values is None or full_scale is None or largest < SHARE * full_scale:
        return hit
    for axis in values.T:
        hit |= np.abs(axis) >= SHARE * full_scale
    return hit
