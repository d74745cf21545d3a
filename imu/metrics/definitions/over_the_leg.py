"""Position over the stance leg at mid-stance: the pelvis about its stride's mean, and the reversal.

The pelvis is turned already when the foot lands, so a change since contact does not say where it
is. About the mean of the stride it does, and needs neither standing nor a heading.
"""

import numpy as np

from imu.frames import FloatArray
from imu.metrics.definitions.pelvis import (
    ON_A_WIDE_BEND,
    PELVIS_CLIPPING,
    PELVIS_GYROSCOPE,
    SYNC_S,
)
from imu.metrics.evidence import DROP, PELVIS_ANGLES, ROTATION
from imu.metrics.registry import Comparing, metric
from imu.stance_signals.signals import StanceSignals
from imu.stance_signals.stride_harmonic import StrideCurve

LEAST_AMPLITUDE_DEG = 1.0
"""A smaller wave has no phase worth the name."""


@metric(
    "Pelvis turned over the stance leg",
    theme="over the stance leg",
    equation="P(40 % of stance) - mean of P over the stride, P: leg-signed yaw, heading taken out",
    cite="definition of midstance",
    measured=PELVIS_ANGLES,
    matters=ROTATION,
    needs=PELVIS_GYROSCOPE,
    valid_range=(-25.0, 25.0),
    measured_error="bias +0.08, SD 0.25",
    typical_error=0.9,
    primary=True,
    comparing=Comparing("pelvic rotation", per_mps=(0.0, 1.0)),
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_rotation_over_leg_deg(s: StanceSignals) -> FloatArray:
    """How far the pelvis is turned over the stance leg at mid-stance, about its stride's mean.

    + means that the swing side is in front: the pelvis is turned inward over the stance femur. The
    runner's own turning is taken out.
    """
    return s.posture.rotation_about_mean_deg(s.midstance)


@metric(
    "Pelvis lowered on the swing side at mid-stance",
    theme="over the stance leg",
    equation="o(40 % of stance) - mean of o over the stride, o: obliquity, + swing side low",
    cite="definition of midstance",
    measured=PELVIS_ANGLES,
    matters=DROP,
    needs=PELVIS_GYROSCOPE,
    valid_range=(-15.0, 20.0),
    measured_error="bias +0.08, SD 0.24",
    typical_error=0.65,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_obliquity_over_leg_deg(s: StanceSignals) -> FloatArray:
    """How low the swing side is at mid-stance, about the mean of the stride."""
    return s.posture.drop_about_mean_deg(s.midstance)


@metric(
    "Size of the pelvis' turn to and fro",
    theme="over the stance leg",
    equation="amplitude of the first harmonic of P over the stride",
    cite="definition of midstance; Perpina 2023, IJERPH 20:3631 (range)",
    measured=PELVIS_ANGLES,
    matters=ROTATION,
    needs=PELVIS_GYROSCOPE,
    valid_range=(0.0, 25.0),
    measured_error="bias -0.01, SD 0.11",
    typical_error=0.7,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_rotation_amplitude_deg(s: StanceSignals) -> FloatArray:
    """Half of how far the pelvis turns to and fro in a stride, by its first harmonic."""
    return s.posture.rotation_over_stride.amplitude


@metric(
    "Reversal of the pelvis' turn",
    theme="over the stance leg",
    equation="100 (phase of the first harmonic of P x T / 2 pi) / tc",
    cite="definition of midstance",
    measured=PELVIS_ANGLES,
    matters=ROTATION,
    needs=PELVIS_GYROSCOPE,
    valid_range=(-150.0, 200.0),
    measured_error="bias +2.6, SD 2.7",
    typical_error=4.0,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_rotation_reversal_pct(s: StanceSignals) -> FloatArray:
    """When the pelvis turns back, from turning over the stance leg to driving, in % of stance.

    By the first harmonic over the stride, so it is one instant also where the curve has two peaks
    or a plateau. Negative: before contact. NaN where the harmonic is under 1 degree.
    """
    return _reversal_pct(s, s.posture.rotation_over_stride)


@metric(
    "Size of the pelvis' rocking",
    theme="over the stance leg",
    equation="amplitude of the first harmonic of o over the stride",
    cite="definition of midstance; Perpina 2023, IJERPH 20:3631 (range)",
    measured=PELVIS_ANGLES,
    matters=DROP,
    needs=PELVIS_GYROSCOPE,
    valid_range=(0.0, 20.0),
    measured_error="bias -0.076, SD 0.069",
    typical_error=0.5,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_obliquity_amplitude_deg(s: StanceSignals) -> FloatArray:
    """Half of how far the pelvis rocks from side to side in a stride, by its first harmonic."""
    return s.posture.drop_over_stride.amplitude


@metric(
    "Reversal of the pelvis' rocking",
    theme="over the stance leg",
    equation="100 (phase of the first harmonic of o x T / 2 pi) / tc",
    cite="definition of midstance",
    measured=PELVIS_ANGLES,
    matters=DROP,
    needs=PELVIS_GYROSCOPE,
    valid_range=(-150.0, 200.0),
    measured_error="bias +2.5, SD 1.9",
    typical_error=4.0,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_obliquity_reversal_pct(s: StanceSignals) -> FloatArray:
    """When the swing side is lowest and rises again, in % of stance, by the first harmonic.

    NaN where the harmonic is under 1 degree.
    """
    return _reversal_pct(s, s.posture.drop_over_stride)


def _reversal_pct(s: StanceSignals, curve: StrideCurve) -> FloatArray:
    at = 100.0 * curve.highest_at * s.stride / s.contact
    with np.errstate(invalid="ignore"):
        return np.where(curve.amplitude >= LEAST_AMPLITUDE_DEG, at, np.nan)
