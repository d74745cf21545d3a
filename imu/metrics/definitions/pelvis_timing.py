"""When in stance the pelvis is lowest on the swing side, and when it is turned the most."""

from imu.frames import FloatArray
from imu.metrics.definitions.pelvis import PELVIS_CLIPPING, PELVIS_GYROSCOPE, SYNC_S
from imu.metrics.registry import metric
from imu.stance_signals.signals import StanceSignals


@metric(
    "When the pelvis is lowest on the swing side",
    theme="pelvis",
    equation="100 (argmin of o in 0-60 % of stance - IC) / tc",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Bramah 2018 (the drop); its timing is a hypothesis of this project",
    valid_range=(0.0, 60.0),
    measured_error="bias +1.4, SD 2.0",
    typical_error=3.0,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_drop_at_pct(s: StanceSignals) -> FloatArray:
    """When the swing side is lowest in the first 60 % of stance, in % of stance."""
    return s.when_highest_pct(s.posture.drop_rows, s.start)


@metric(
    "When the pelvis is turned most over the stance leg",
    theme="pelvis",
    equation="100 (argmax of P from IC to TO - IC) / tc",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="hypothesis of this project: how late the pelvis turns over the stance leg",
    valid_range=(0.0, 100.0),
    measured_error="bias +1.5, SD 6.0",
    typical_error=4.0,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_rotation_at_pct(s: StanceSignals) -> FloatArray:
    """When the pelvis is turned most toward the stance leg, in % of stance."""
    return s.when_highest_pct(s.posture.rotation_rows, s.start)
