"""Values of a signal between its samples."""

import numpy as np

from imu import compiled
from imu.frames import FloatArray


def read_at(x: FloatArray, position: FloatArray) -> FloatArray:
    """Return `x` (n,) at fractional positions (k, ...), linear; NaN outside or unknown."""
    if compiled.usable(len(x)) and len(x) > 1:
        from imu.compiled.reading import read  # it needs numba

        value = np.empty(position.size)
        read(np.ascontiguousarray(x), np.ascontiguousarray(position).ravel(), value)
        return value.reshape(position.shape)
    inside = (position >= 0) & (position <= len(x) - 1)
    known = bool(inside.all())
    place = position if known else np.where(inside, position, 0.0)
    low = np.minimum(place.astype(np.int64), max(len(x) - 2, 0))
    value = x[low]
    step = x[np.minimum(low + 1, len(x) - 1)]
    step -= value
    step *= place - low
    value += step
    if not known:
        value[~inside] = np.nan
    return value
