"""Specific force and angular rate at a point of a rigid segment, from its angles over time."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from imu.frames import GRAVITY_MPS2, FloatArray

Angle = tuple[FloatArray, FloatArray]
"""Angle in rad and its rate in rad/s, (n,) each."""


@dataclass(frozen=True)
class Attitude:
    """world_from_segment = turn about up, then about forward, left, and the segment's own up.

    For the pelvis this is the order rotation, obliquity, tilt; for the shank the last angle is
    its rotation about the bone.
    """

    heading: Angle
    frontal: Angle
    sagittal: Angle
    axial: Angle

    def rotation(self) -> Rotation:
        """Return world_from_segment, one per sample."""
        angles = np.stack([a[0] for a in vars(self).values()], axis=1)
        return Rotation.from_euler("ZXY", angles[:, :3]) * Rotation.from_euler("z", angles[:, 3:])

    def to_segment(self, world: FloatArray) -> FloatArray:
        """Turn vectors (n, 3) from the world into the segment."""
        x, y, z = world.T
        x, y = _turned(x, y, self.heading[0])
        y, z = _turned(y, z, self.frontal[0])
        z, x = _turned(z, x, self.sagittal[0])
        x, y = _turned(x, y, self.axial[0])
        return np.stack([x, y, z], axis=1)

    def to_world(self, segment: FloatArray) -> FloatArray:
        """Turn vectors (n, 3), or one (3,), from the segment into the world; the way back."""
        x, y, z = np.broadcast_to(segment, (len(self.heading[0]), 3)).T
        x, y = _turned(x, y, -self.axial[0])
        z, x = _turned(z, x, -self.sagittal[0])
        y, z = _turned(y, z, -self.frontal[0])
        x, y = _turned(x, y, -self.heading[0])
        return np.stack([x, y, z], axis=1)

    def rate_radps(self) -> FloatArray:
        """Return the body rate (n, 3) in segment axes, exact."""
        heading, frontal, sagittal, axial = (a[1] for a in vars(self).values())
        y, z = _turned(np.zeros_like(heading), heading, self.frontal[0])
        z, x = _turned(z, frontal, self.sagittal[0])
        x, y = _turned(x, y + sagittal, self.axial[0])
        return np.stack([x, y, z + axial], axis=1)


def _turned(a: FloatArray, b: FloatArray, angle: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the components of (a, b) on axes turned by `angle` from the first to the second."""
    c, s = np.cos(angle), np.sin(angle)
    return c * a + s * b, c * b - s * a


def plus(*angles: Angle) -> Angle:
    """Return the sum of small or coaxial angles, and of their rates."""
    return sum(a for a, _ in angles), sum(rate for _, rate in angles)  # type: ignore[return-value]


def specific_force_mps2(
    attitude: Attitude,
    acceleration_mps2: FloatArray,
    lever_m: FloatArray,
    *,
    spin_radps2: FloatArray,
) -> FloatArray:
    """Return what an accelerometer at `lever_m` (3,) from the segment's origin reads, (n, 3).

    `acceleration_mps2` (n, 3) is that of the origin in the world, `spin_radps2` (n, 3) the angular
    acceleration in segment axes.
    """
    force = acceleration_mps2 + np.array([0.0, 0.0, GRAVITY_MPS2])
    rate = attitude.rate_radps()
    lever = np.cross(spin_radps2, lever_m) + np.cross(rate, np.cross(rate, lever_m))
    return np.asarray(attitude.to_segment(force) + lever)
