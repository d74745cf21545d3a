"""Coupling: pelvis and shin together, the founding question of this project."""

import numpy as np

from imu.frames import FloatArray
from imu.metrics.registry import Need, metric
from imu.metrics.signals import StanceSignals

ALL: tuple[Need, ...] = ("pelvis", "pelvis gyroscope", "shank", "shank gyroscope")
LEAST_TWIST_DEG = 4.0


@metric(
    "Pelvis-to-shin twist",
    theme="coupling",
    evidence="hypothesis",
    needs=ALL,
    cite="founding hypothesis; no femur sensor, so hip and knee cannot be told apart",
    typical_error=1.5,
)
def pelvis_shin_twist_deg(s: StanceSignals) -> FloatArray:
    """Rotation of pelvis over leg plus internal rotation of shank, contact to mid-stance.

    Hip and knee rotation together; both signed toward the stance leg, so they add.
    """
    return _pelvis(s) + _shank(s)


@metric(
    "Share of the pelvis in the twist",
    theme="coupling",
    evidence="hypothesis",
    needs=ALL,
    cite="founding hypothesis: primary against compensatory rotation",
    typical_error=9.0,
)
def twist_share_pct(s: StanceSignals) -> FloatArray:
    """Rotation of the pelvis as a share of the pelvis-to-shin twist, contact to mid-stance.

    NaN where the twist is under 4 degrees: the share of little is noise.
    """
    twist = _pelvis(s) + _shank(s)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 100.0 * _pelvis(s) / twist
        return np.where(np.abs(twist) >= LEAST_TWIST_DEG, share, np.nan)


def _pelvis(s: StanceSignals) -> FloatArray:
    return s.rotation_over_leg_deg(s.midstance)


def _shank(s: StanceSignals) -> FloatArray:
    return s.by_leg(lambda leg, pod: leg.internal_rotation_deg(pod, leg.midstance))
