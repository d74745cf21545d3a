"""Turn quaternions in place: about the world's up axis, and upright."""

import math

from imu.compiled.just_in_time import compiled
from imu.frames import FloatArray, IntArray


@compiled
def turn_about_up(
    quaternions: FloatArray,
    pulls: FloatArray,
    begin: int,
    first: int,
    every: int,
    end: int,
    half_rad: float,
) -> None:  # pragma: no cover
    """Turn quaternions (4, n) and `pulls` (2, n or 0) in place about the world's up axis.

    From `begin` to `end`; of the quaternions only one of `every` so many from `first` on.
    """
    cos, sin = math.cos(half_rad), math.sin(half_rad)
    for one, other in ((0, 3), (1, 2)):
        for i in range(first, end, every):
            a, b = quaternions[one, i], quaternions[other, i]
            quaternions[one, i], quaternions[other, i] = cos * a - sin * b, cos * b + sin * a
    if pulls.shape[1]:
        cos, sin = math.cos(2 * half_rad), math.sin(2 * half_rad)
        for i in range(begin, end):
            x, y = pulls[0, i], pulls[1, i]
            pulls[0, i], pulls[1, i] = cos * x - sin * y, sin * x + cos * y


@compiled
def straighten(
    scalar: FloatArray,
    about_x: FloatArray,
    about_y: FloatArray,
    about_z: FloatArray,
    forward_rad: float,
    left_rad: float,
    share: FloatArray | IntArray,
    whole: int,
) -> None:  # pragma: no cover
    """Turn quaternions in place, so that what leans forward and left in them is upright.

    Each of their parts is (n,): as rows of one array, or from an offset, it is no SIMD. By a
    `share` (n,) of a `whole`, relative to the heading of the segment.
    """
    for i in range(len(share)):
        part = 0.5 * share[i] / whole
        w, x = scalar[i], about_x[i]
        y, z = about_y[i], about_z[i]
        ahead, aside = 1 - 2 * (x * x + z * z), 2 * (w * z - x * y)
        level = math.sqrt(ahead * ahead + aside * aside)
        part /= level if level > 1e-12 else 1e-12
        a = part * (forward_rad * aside + left_rad * ahead)
        b = -part * (forward_rad * ahead - left_rad * aside)
        turned_w, turned_x = w - a * x - b * y, x + a * w + b * z
        turned_y, turned_z = y + b * w - a * z, z + a * y - b * x
        size = turned_w * turned_w + turned_x * turned_x + turned_y * turned_y + turned_z * turned_z
        unit = 1 / math.sqrt(size)
        scalar[i], about_x[i] = unit * turned_w, unit * turned_x
        about_y[i], about_z[i] = unit * turned_y, unit * turned_z
