"""Turn the axes that a mapping names, such as ``+z-y+x``, into a rotation matrix."""

from __future__ import annotations

import re

import numpy as np

from imu.frames import FloatArray
from pipelines.sources.quoting import shown


def rotation_of(axes: str) -> FloatArray:
    """Return segment_from_sensor (3, 3) for six characters such as ``+z-y+x``.

    They name the sensor axes that point forward, left and up; 24 are possible.
    """
    if not isinstance(axes, str) or not re.fullmatch(r"([+-][xyz]){3}", axes):
        raise ValueError(
            f"axes is {shown(axes)}; name the axes that point forward, left, up: '+x+y+z'"
        )
    rotation = np.zeros((3, 3))
    for row in range(3):
        rotation[row, "xyz".index(axes[2 * row + 1])] = 1.0 if axes[2 * row] == "+" else -1.0
    if np.linalg.det(rotation) < 0.5:
        raise ValueError(
            f"axes {axes!r} cannot be turned into forward, left, up; "
            "name each axis once, and for a right-handed sensor change one sign"
        )
    return rotation
