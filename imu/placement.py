"""Do the pods sit where the rig says? Left and right are told apart by how legs turn."""

from typing import Final

import numpy as np

from imu.frames import SIDES, FloatArray
from imu.metrics.signals import SETTLE_S, StanceSignals, highest, lowest
from imu.segmentation.pelvis import is_left
from imu.segments import Segment

OUTWARD_DEG: Final = -2.0
SWAPPED: Final = (
    "the shank pods seem to sit on each other's leg: swap their placements and process again"
)


def swapped(s: StanceSignals) -> bool:
    """Return True when the two shank pods look exchanged.

    A shank turns inward in early stance; on the wrong leg that reads as outward on both sides.
    With a pelvis gyroscope, its roll must contradict the sides too.
    """
    turns = [_inward_deg(s, side) for side in SIDES]
    if not all(np.isfinite(turns)) or max(turns) > OUTWARD_DEG:
        return False
    pelvis = s.pelvis
    if pelvis is None or pelvis.gyr_radps is None:
        return True
    left = is_left(pelvis, s.start, s.stop, rate_hz=s.rate_hz)
    return float(np.nanmedian(left * s.toward)) < 0


def _inward_deg(s: StanceSignals, side: str) -> float:
    """Return the middle of the shank's rotation range in early stance, + inward; median."""
    own = s.side == side

    def middle(leg: StanceSignals, pod: Segment) -> FloatArray:
        begin = leg.start + SETTLE_S * leg.rate_hz
        end = leg.start + 0.6 * (leg.stop - leg.start)
        grid = begin[:, None] + np.linspace(0, 1, 20) * (end - begin)[:, None]
        turn = leg.internal_rotation_deg(pod, grid)
        turn = turn - turn[:, :1]
        return (highest(turn) + lowest(turn)) / 2

    values = s.only(own).by_leg(middle) if own.any() else np.empty(0)
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else float("nan")
