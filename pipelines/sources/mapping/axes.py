"""Turn the axes that a mapping names, such as ``+z-y+x``, into a matrix."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from imu.frames import FloatArray
from pipelines.sources.quoting import shown

HANDS = ("right", "left")


def hand_of(value: Any) -> str | None:
    """Return the hand after which the axes of a sensor are named; None where it is not said."""
    if value is not None and value not in HANDS:
        raise ValueError(f"handed is {shown(value)}; write 'right' or 'left'")
    return str(value) if value is not None else None


def matrix_of(axes: str, handed: str | None) -> FloatArray:
    """Return segment_from_sensor (3, 3) for six characters such as ``+z-y+x``.

    They name the sensor axes that point forward, left and up: 24 are possible for a right-handed
    sensor, for which the matrix is a rotation, and 24 for a left-handed one.
    """
    if not isinstance(axes, str) or not re.fullmatch(r"([+-][xyz]){3}", axes):
        raise ValueError(
            f"axes is {shown(axes)}; name the axes that point forward, left, up: '+x+y+z'"
        )
    matrix = np.zeros((3, 3))
    for row in range(3):
        matrix[row, "xyz".index(axes[2 * row + 1])] = 1.0 if axes[2 * row] == "+" else -1.0
    turns = float(np.linalg.det(matrix))
    if abs(turns) < 0.5:
        raise ValueError(f"axes {axes!r} name one axis twice; name each of x, y and z once")
    if turns < 0 and handed != "left":
        raise ValueError(
            f"axes {axes!r} are the mirror image of forward, left, up, as no right-handed sensor "
            'can sit; look again which axis points where, or write handed = "left" beside them '
            "if the data sheet draws left-handed axes"
        )
    if turns > 0 and handed == "left":
        raise ValueError(
            f"axes {axes!r} are right-handed but handed says left; correct one of them"
        )
    return matrix


def unmirrored(handed: str | None) -> FloatArray:
    """Return the matrix (3, 3) where the mounting is not known: left-handed axes mirrored."""
    return np.diag([1.0, 1.0, -1.0 if handed == "left" else 1.0])


def on_axes(values: FloatArray, matrix: FloatArray, factor: float = 1.0) -> FloatArray:
    """Return vectors (n, 3) turned by a matrix (3, 3) of these, and multiplied.

    Axes are exchanged and turned at most: a product with it takes several times as long.
    """
    if factor == 1.0 and bool((matrix == np.eye(3)).all()):
        return values
    axis = np.abs(matrix).argmax(axis=1)
    sign = matrix[np.arange(3), axis]
    turned = [values[:, k] * (factor * one) for k, one in zip(axis, sign, strict=True)]
    return np.asarray(np.array(turned).T)
