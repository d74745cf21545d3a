"""Centre of mass: sideways position over the stance leg, from the pelvis' acceleration.

The pelvis pod stands for the centre of mass. The pods do not know where the foot is, so only a
change against the runner's own past has a meaning.
"""

import numpy as np

from imu.dsp.rows import mean_of, value_at
from imu.frames import FloatArray
from imu.metrics.definitions.pelvis import PELVIS_GYROSCOPE, SYNC_S, TRAVEL_CLIPPING
from imu.metrics.registry import metric
from imu.stance_signals.signals import StanceSignals


@metric(
    "Centre of mass toward the stance leg at mid-stance",
    theme="centre of mass",
    equation="y(mid-stance), y: twice-integrated acceleration toward the stance side, mean 0",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="hypothesis of this project: the centre of mass organised over the leg",
    valid_range=(-0.06, 0.06),
    measured_error="bias +0.00011, SD 0.00085",
    typical_error=0.002,
    clipping=TRAVEL_CLIPPING,
    sync_s=SYNC_S,
)
def com_over_leg_m(s: StanceSignals) -> FloatArray:
    """Sideways position of the pelvis at mid-stance about its stride mean, + toward the stance leg.

    The acceleration across the running direction, integrated twice over a stride assumed periodic.
    """
    column = s.midstance - np.ceil(s.start)
    return s.stance_sign * value_at(s.travel.left_rows, column)


@metric(
    "Centre of mass toward the stance leg over stance",
    theme="centre of mass",
    equation="mean of y from IC to TO",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="hypothesis of this project: the centre of mass organised over the leg",
    valid_range=(-0.06, 0.06),
    measured_error="bias -0.00033, SD 0.00059",
    typical_error=0.002,
    clipping=TRAVEL_CLIPPING,
    sync_s=SYNC_S,
)
def com_over_leg_mean_m(s: StanceSignals) -> FloatArray:
    """Mean sideways position of the pelvis over stance, + toward the stance leg; stride mean 0."""
    return s.stance_sign * mean_of(s.travel.left_rows)


@metric(
    "Sideways sway of the pelvis",
    theme="centre of mass",
    equation="max - min of y over the stride",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Asgari & Heller 2025, Sensors 25:315 (sacral displacement)",
    valid_range=(0.0, 0.15),
    measured_error="bias +0.00015, SD 0.00071",
    typical_error=0.003,
    clipping=TRAVEL_CLIPPING,
    sync_s=SYNC_S,
)
def pelvis_sway_m(s: StanceSignals) -> FloatArray:
    """How far the pelvis moves from side to side over the stride that begins with this contact."""
    return s.travel.sway_m
