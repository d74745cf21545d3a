"""What follows mid-stance: tilt and rotation of the pelvis from there until the foot leaves.

Who cannot take the load over the leg makes up for it afterwards. Read at 90 % of stance, since what
is read at toe-off itself moves with every error of that instant.
"""

from imu.frames import FloatArray
from imu.metrics.definitions.pelvis import (
    ON_A_WIDE_BEND,
    PELVIS_CLIPPING,
    PELVIS_GYROSCOPE,
    SYNC_S,
)
from imu.metrics.evidence import PELVIS_ANGLES, ROTATION, TILT
from imu.metrics.registry import Comparing, metric
from imu.stance_signals.signals import StanceSignals

LATE_SHARE = 0.9
"""Share of stance."""


@metric(
    "Forward tipping of the pelvis after mid-stance",
    theme="after mid-stance",
    equation="tilt(90 % of stance) - tilt(40 % of stance)",
    cite="definition of midstance; Ferber 2002 (excursions repeat better than angles)",
    measured=PELVIS_ANGLES,
    matters=TILT,
    needs=PELVIS_GYROSCOPE,
    valid_range=(-20.0, 25.0),
    measured_error="bias -0.22, SD 0.30",
    typical_error=0.6,
    primary=True,
    comparing=Comparing("pelvic tilt", per_mps=(0.0, 1.0)),
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_tilt_after_midstance_deg(s: StanceSignals) -> FloatArray:
    """How far the pelvis tips forward from mid-stance to 90 % of stance; needs no standing."""
    late = s.start + LATE_SHARE * s.contact
    return s.at(s.posture.tilt_deg, late) - s.at(s.posture.tilt_deg, s.midstance)


@metric(
    "Turning back of the pelvis after mid-stance",
    theme="after mid-stance",
    equation="P(40 % of stance) - P(90 % of stance), P: leg-signed yaw, heading taken out",
    cite="definition of midstance",
    measured=PELVIS_ANGLES,
    matters=ROTATION,
    needs=PELVIS_GYROSCOPE,
    valid_range=(-25.0, 35.0),
    measured_error="bias -0.29, SD 0.38",
    typical_error=0.9,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_rotation_after_midstance_deg(s: StanceSignals) -> FloatArray:
    """How far the pelvis turns back off the stance leg from mid-stance to 90 % of stance."""
    late = s.start + LATE_SHARE * s.contact
    turned = s.posture.rotation_about_mean_deg
    return turned(s.midstance) - turned(late)
