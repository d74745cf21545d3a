"""Shank rotation: internal rotation and swing rate of the shin, from its gyroscope.

Rotation of the shank in space, not of the knee: there is no sensor on the thigh.
"""

from imu.frames import FloatArray
from imu.metrics.evidence import DESCRIBES, SHANK_ROTATION, TIBIA, TIBIA_RATE, VIRTUAL
from imu.metrics.registry import Comparing, metric
from imu.sensors import Need
from imu.stance_signals.signals import StanceSignals

SHANK_GYROSCOPE: tuple[Need, ...] = ("shank", "shank gyroscope")


@metric(
    "Shank internal rotation",
    theme="shank rotation",
    equation="max of S in IC + 20 ms..IC + 0.6 tc - S(IC + 20 ms), S: integral of inward rate",
    cite="Aderem & Louw 2015 (knee internal rotation in ITBS); Ferber 2002 (excursions repeat)",
    measured=SHANK_ROTATION,
    matters=TIBIA,
    needs=SHANK_GYROSCOPE,
    valid_range=(0.0, 40.0),
    measured_error="bias -0.18, SD 0.40",
    typical_error=1.1,
    primary=True,
    comparing=Comparing("shank rotation", per_mps=(0.4, 1.0)),
    clipping={"shank gyroscope": "unknown"},
)
def shank_internal_rotation_deg(s: StanceSignals) -> FloatArray:
    """How far the shank turns inward in stance.

    Greatest rotation in [IC + 20 ms, IC + 0.6 tc] minus that at IC + 20 ms, from the rate about
    its long axis (its stride mean taken out). Rotation of the shank in space, not of the
    knee; no verified accuracy of any such sensor is known.
    """
    return s.by_leg(lambda leg: leg.most_inward_deg)


@metric(
    "Shank internal rotation rate",
    theme="shank rotation",
    equation="max of dS/dt in IC + 20 ms..50 % of stance",
    cite="Hamill 2008 (strain rate in ITBS); Ferber 2002 (velocities repeat)",
    measured=SHANK_ROTATION,
    matters=TIBIA_RATE,
    needs=SHANK_GYROSCOPE,
    valid_range=(-2.0, 15.0),
    measured_error="bias -0.083, SD 0.079",
    typical_error=0.35,
    primary=True,
    comparing=Comparing("shank rotation", per_mps=(2.0, 1.2)),
    clipping={"shank gyroscope": "unknown"},
)
def shank_internal_rotation_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest inward turn of the shank between IC + 20 ms and half of stance."""
    return s.by_leg(lambda leg: leg.early_rate_radps)


@metric(
    "Shank swing rate",
    theme="shank rotation",
    equation="max of -omega_left from TO to the next IC of the same foot",
    cite="Kiernan 2023, Sensors 23:5022; Fadillioglu 2020 (mid-swing peak)",
    measured=VIRTUAL,
    matters=DESCRIBES,
    needs=SHANK_GYROSCOPE,
    valid_range=(3.0, 25.0),
    measured_error="bias +0.027, SD 0.083",
    typical_error=0.3,
    clipping={"swing gyroscope": "too low"},
)
def shank_swing_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest forward swing of the shank after this stance.

    NaN where the swing has a gap or the gyroscope is clipped in it.
    """
    return s.by_leg(lambda leg: leg.swing_radps)
