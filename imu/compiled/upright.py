"""Turn quaternions in place: about the world's up axis, and upright."""

import math

from imu.compiled.just_in_time import compiled
from imu.frames import FloatArray, IntArray


@compiled
def turn_about_up(
    quaternions: FloatArray, pulls: FloatArray, begin: int, end: int, half_rad: float
) -> None:  # pragma: no cover
    """Turn quaternions (n, 4) and `pulls` (n, 2 or 0) in place about the world's up axis."""
    cos, sin = math.cos(half_rad), math.sin(half_rad)
    for i in range(begin, end):
        w, x, y, z = quaternions[i, 0], quaternions[i, 1], quaternions[i, 2], quaternions[i, 3]
        quaternions[i, 0], quaternions[i, 1] = cos * w - sin * z, cos * x - sin * y
        quaternions[i, 2], quaternions[i, 3] = cos * y + sin * x, cos * z + sin * w
    if len(pulls):
        cos, sin = math.cos(2 * half_rad), math.sin(2 * half_rad)
        for i in range(begin, end):
            x, y = pulls[i, 0], pulls[i, 1]
            pulls[i, 0], pulls[i, 1] = cos * x - sin * y, sin * x + cos * y


@compiled
def straighten(
    quaternions: FloatArray,
    forward_rad: float,
    left_rad: float,
    share: FloatArray | IntArray,
    whole: int,
) -> None:  # pragma: no cover
    """Turn quaternions (n, 4) in place, so that what leans forward and left in them is upright.

    By a `share` (n,) of a `whole`, relative to the heading of the segment.
    """
    for i in range(len(quaternions)):
        if share[i] == 0:
            continue
        part = 0.5 * share[i] / whole
        w, x, y, z = quaternions[i, 0], quaternions[i, 1], quaternions[i, 2], quaternions[i, 3]
        ahead, aside = 1 - 2 * (x * x + z * z), 2 * (w * z - x * y)
        part /= max(math.sqrt(ahead * ahead + aside * aside), 1e-12)
        a = part * (forward_rad * aside + left_rad * ahead)
        b = -part * (forward_rad * ahead - left_rad * aside)
        w, x, y, z = (
            w - a * x - b * y,
            x + a * w + b * z,
            y + b * w - a * z,
            z + a * y - b * x,
        )
        unit = 1 / math.sqrt(w * w + x * x + y * y + z * z)
        quaternions[i, 0], quaternions[i, 1] = unit * w, unit * x
        quaternions[i, 2], quaternions[i, 3] = unit * y, unit * z
