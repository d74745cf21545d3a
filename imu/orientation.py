"""Which way each segment points: VQF per pod, then pelvis angles and stride-detrended rotations.

World frame: up against gravity, forward arbitrary (there is no magnetometer, so yaw drifts; only
excursions within a stride are used). VQF (Laidig & Seel 2023) runs causally on the signals with
the rest bias removed.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from imu.frames import UP, FloatArray
from imu.segments import Segment


def orient(segment: Segment, *, rate_hz: float, tau_acc_s: float = 3.0) -> FloatArray | None:
    """Return world_from_segment as quaternions (n, 4), scalar first; None without a gyroscope."""
    if segment.gyr_radps is None:
        return None
    from vqf import VQF

    filter_ = VQF(1.0 / rate_hz, tauAcc=tau_acc_s)
    if segment.standing.any():
        filter_.setBiasEstimate(np.zeros(3), 0.1)
    found = filter_.updateBatch(
        np.ascontiguousarray(segment.gyr_radps), np.ascontiguousarray(segment.acc_mps2)
    )
    return np.asarray(found["quat6D"], dtype=np.float64)


def as_rotation(world_from_segment: FloatArray) -> Rotation:
    """Return quaternions (n, 4), scalar first, as a scipy Rotation."""
    return Rotation.from_quat(world_from_segment, scalar_first=True)


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
    w, x, y, z = np.ascontiguousarray(world_from_segment.T)
    sine = np.clip(2 * (y * z + w * x), -1, 1)
    return Attitude(
        yaw=np.unwrap(np.arctan2(2 * (w * z - x * y), 1 - 2 * (x * x + z * z))),
        obliquity=np.arcsin(sine),
        tilt=np.arctan2(2 * (w * y - x * z), 1 - 2 * (x * x + y * y)),
    )


def upward(vectors: FloatArray, world_from_segment: FloatArray | None) -> FloatArray:
    """Return the world-up component (n,) of segment-frame `vectors` (n, 3).

    Without orientation the segment's own up axis stands in.
    """
    if world_from_segment is None:
        return np.asarray(vectors[:, UP])
    w, qx, qy, qz = np.ascontiguousarray(world_from_segment.T)
    x, y, z = vectors.T
    lifted = 2 * ((qx * qz - w * qy) * x + (qy * qz + w * qx) * y)
    return np.asarray(lifted + (1 - 2 * (qx * qx + qy * qy)) * z)


def heading_level(vectors: FloatArray, world_from_segment: FloatArray) -> FloatArray:
    """Return `vectors` (n, 3) levelled, in axes that turn with the segment's own yaw (n, 3)."""
    w, qx, qy, qz = np.ascontiguousarray(world_from_segment.T)
    x, y, z = vectors.T
    # The bottom row of the rotation matrix is (-cos obliquity sin tilt, sin obliquity,
    # cos obliquity cos tilt): no angle need be computed.
    down, so, up = 2 * (qx * qz - w * qy), 2 * (qy * qz + w * qx), 1 - 2 * (qx * qx + qy * qy)
    co = np.maximum(np.sqrt(down * down + up * up), 1e-12)
    forward, lifted = (up * x - down * z) / co, (down * x + up * z) / co
    return np.column_stack([forward, co * y - so * lifted, so * y + co * lifted])
