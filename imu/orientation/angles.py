"""Angles of the pelvis from its orientation, and vectors rotated level."""

from dataclasses import dataclass

import numpy as np

from imu.dsp.filters import blocks
from imu.frames import UP, ComplexArray, FloatArray


@dataclass(frozen=True)
class Attitude:
    """Angles in rad, (n,): yaw about world up, then obliquity about forward, then tilt about left.

    Order rotation, obliquity, tilt. `yaw` is unwrapped and drifts; + is to the left. `tilt` is +
    with the front down, `obliquity` is + with the right side down.
    """

    yaw: FloatArray
    obliquity: FloatArray
    tilt: FloatArray


def attitude(world_from_segment: FloatArray) -> Attitude:
    """Split quaternions (n, 4) into yaw, obliquity and tilt (intrinsic z, x, y)."""
    return Attitude(*attitude_rad(world_from_segment))


def attitude_rad(world_from_segment: FloatArray) -> FloatArray:
    """Return yaw, obliquity and tilt, as `Attitude` has them, as rows (3, n)."""
    found = np.empty((3, len(world_from_segment)))
    for part in blocks(len(world_from_segment)):
        w, x, y, z = world_from_segment[part].T
        found[0, part] = np.arctan2(2 * (w * z - x * y), 1 - 2 * (x * x + z * z))
        found[1, part] = np.arcsin(np.clip(2 * (y * z + w * x), -1, 1))
        found[2, part] = np.arctan2(2 * (w * y - x * z), 1 - 2 * (x * x + y * y))
    yaw, turn = found[0], 2 * np.pi
    turned = np.diff(yaw)
    turned /= turn
    jumps = np.flatnonzero(np.rint(turned, out=turned))
    lengths = np.diff(jumps, prepend=-1, append=len(yaw) - 1)
    yaw -= np.repeat(turn * np.cumsum(np.append(0.0, turned[jumps])), lengths)
    return found


def upward(vectors: FloatArray, world_from_segment: FloatArray | None) -> FloatArray:
    """Return the world-up component (n,) of segment-frame `vectors` (n, 3).

    Without orientation the segment's own up axis stands in.
    """
    if world_from_segment is None:
        return np.asarray(vectors[:, UP])
    up = np.empty(len(vectors))
    for part in blocks(len(vectors)):
        w, qx, qy, qz = world_from_segment[part].T
        x, y, z = vectors[part].T
        leaning = 2 * ((qx * qz - w * qy) * x + (qy * qz + w * qx) * y)
        up[part] = leaning + (1 - 2 * (qx * qx + qy * qy)) * z
    return up


def heading_level(vectors: FloatArray, world_from_segment: FloatArray) -> FloatArray:
    """Return `vectors` (n, 3) levelled, in axes that turn with the segment's own yaw (n, 3)."""
    level = np.empty((3, len(vectors)))
    for part in blocks(len(vectors)):
        w, qx, qy, qz = world_from_segment[part].T
        x, y, z = vectors[part].T
        # The bottom row of the rotation matrix is (-cos obliquity sin tilt, sin obliquity,
        # cos obliquity cos tilt): no angle need be computed.
        down, so, up = 2 * (qx * qz - w * qy), 2 * (qy * qz + w * qx), 1 - 2 * (qx * qx + qy * qy)
        co = np.maximum(np.sqrt(down * down + up * up), 1e-12)
        lifted = (down * x + up * z) / co
        level[0, part] = (up * x - down * z) / co
        level[1, part], level[2, part] = co * y - so * lifted, so * y + co * lifted
    return level.T


def across(
    vectors: FloatArray, world_from_segment: FloatArray, sine: FloatArray, cosine: FloatArray
) -> FloatArray:
    """Return the level part (n,), to the left, of segment-frame `vectors` (n, 3).

    Across a direction from which the segment is turned to the left, by an angle of this `sine` and
    `cosine` (n,), which it writes over.
    """
    left = cosine
    for part in blocks(len(vectors)):
        ahead, aside, _ = heading_level(vectors[part], world_from_segment[part]).T
        left[part] = ahead * sine[part] + aside * cosine[part]
    return left


def level_in_world(vectors: FloatArray, world_from_segment: FloatArray) -> FloatArray:
    """Return the level part of segment-frame `vectors` (n, 3) in the world, rows x, y (2, n)."""
    level = np.empty((2, len(vectors)))
    for part in blocks(len(vectors)):
        w, qx, qy, qz = world_from_segment[part].T
        x, y, z = vectors[part].T
        a, b, c = (2 * (qy * z - qz * y), 2 * (qz * x - qx * z), 2 * (qx * y - qy * x))
        level[0, part] = x + w * a + qy * c - qz * b
        level[1, part] = y + w * b + qz * a - qx * c
    return level


def level_of_axis(world_from_segment: FloatArray, axis: int) -> ComplexArray:
    """Return the level part (...) of a segment's axis in the world: real x, imaginary y.

    `world_from_segment` (..., 4); `axis` is 0 forward or 2 up.
    """
    w, x, y, z = np.moveaxis(world_from_segment, -1, 0)
    if axis == UP:
        return np.asarray(2 * (x * z + w * y) + 2j * (y * z - w * x))
    return np.asarray(1 - 2 * (y * y + z * z) + 2j * (x * y + w * z))
