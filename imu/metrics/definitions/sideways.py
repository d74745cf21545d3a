"""Sideways position and sway of the middle of the pelvis, from the acceleration of its pod.

Not the centre of mass. The pods do not know where the foot is, so only a change against the
runner's own past has a meaning.
"""

from imu.frames import FloatArray
from imu.metrics.definitions.pelvis import (
    ON_A_STRAIGHT,
    ON_A_WIDE_BEND,
    PELVIS_GYROSCOPE,
    SYNC_S,
    TRAVEL_CLIPPING,
)
from imu.metrics.evidence import DESCRIBES, VIRTUAL
from imu.metrics.registry import metric
from imu.stance_signals.signals import StanceSignals


@metric(
    "Pelvis toward the stance leg at mid-stance",
    theme="over the stance leg",
    equation="y(40 % of stance), y: twice-integrated acceleration 10 cm ahead of the pod, mean 0",
    cite="definition of midstance",
    measured=VIRTUAL,
    matters=DESCRIBES,
    needs=PELVIS_GYROSCOPE,
    valid_range=(-0.06, 0.06),
    measured_error="bias -0.00048, SD 0.00098",
    typical_error=0.002,
    clipping=TRAVEL_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_STRAIGHT,
    session_only=True,
)
def pelvis_toward_leg_m(s: StanceSignals) -> FloatArray:
    """Sideways position of the pelvis at mid-stance about its stride's mean, + to the stance leg.

    The acceleration across the running direction, integrated twice over a stride assumed periodic,
    and carried from the pod to the middle of the pelvis, 10 cm ahead of it.
    """
    return s.stance_sign * s.travel.left_at_midstance_m


@metric(
    "Sway of the pelvis from side to side",
    theme="over the stance leg",
    equation="max - min of y over the stride",
    cite="Asgari & Heller 2025, Sensors 25:315 (sacral displacement)",
    measured=VIRTUAL,
    matters=DESCRIBES,
    needs=PELVIS_GYROSCOPE,
    valid_range=(0.0, 0.15),
    measured_error="bias +0.0041, SD 0.0015",
    typical_error=0.003,
    clipping=TRAVEL_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
    session_only=True,
)
def pelvis_side_sway_m(s: StanceSignals) -> FloatArray:
    """How far the middle of the pelvis moves from side to side in the stride that begins here."""
    return s.travel.sway_m
