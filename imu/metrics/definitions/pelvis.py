"""Pelvis: tilt, drop and rotation over the stance leg, from its orientation."""

from collections.abc import Mapping

from imu.dsp.rows import not_negative
from imu.frames import FloatArray
from imu.metrics.evidence import DROP, DROP_RATE, PELVIS_ANGLES, TILT
from imu.metrics.registry import Comparing, metric
from imu.sensors import Clipping, Need, Sensor
from imu.stance_signals.availability import UNBROKEN_S
from imu.stance_signals.signals import StanceSignals

PELVIS_GYROSCOPE: tuple[Need, ...] = ("pelvis", "pelvis gyroscope")
PELVIS_FROM_STANDING: tuple[Need, ...] = (*PELVIS_GYROSCOPE, "pelvis standing")
PELVIS_CLIPPING: Mapping[Sensor, Clipping] = {"pelvis gyroscope": "unknown"}
TRAVEL_CLIPPING: Mapping[Sensor, Clipping] = {
    "pelvis accelerometer": "unknown",
    "pelvis gyroscope": "unknown",
}
ON_A_STRAIGHT = 0.03
"""rad/s: what reads the vertical itself. On a bend the filter takes the pull to the side for
gravity; at 3 m/s this is a radius of 100 m, and half a degree."""
ON_A_WIDE_BEND = 0.1
"""rad/s: what reads a difference within a stride; wider than the bends of a track."""
SYNC_S = 0.01
"""Largest clock offset of pelvis and shank: 0.6 degrees at 60 degrees per second."""


@metric(
    "Anterior pelvic tilt at mid-stance",
    theme="pelvis",
    equation="tilt(40 % of stance) - mean tilt in standing",
    cite="ISBS 2018 36(1):143 (prospective, ITBS)",
    measured=PELVIS_ANGLES,
    matters=TILT,
    needs=PELVIS_FROM_STANDING,
    valid_range=(-20.0, 30.0),
    measured_error="bias -0.03, SD 0.17",
    typical_error=0.9,
    primary=True,
    comparing=Comparing("pelvic tilt", per_mps=(0.0, 1.0), moved_by_belt=True),
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_STRAIGHT,
    unbroken_s=UNBROKEN_S,
)
def pelvic_tilt_midstance_deg(s: StanceSignals) -> FloatArray:
    """Tilt of the pelvis, front down, at mid-stance, relative to quiet standing.

    NaN without a few seconds of quiet standing before the run, which is the zero.
    """
    return s.posture.tilt_from_standing_deg(s.midstance)


@metric(
    "Anterior pelvic tilt at initial contact",
    theme="pelvis",
    equation="tilt(IC) - mean tilt in standing",
    cite="ISBS 2018 36(1):143 (prospective, ITBS)",
    measured=PELVIS_ANGLES,
    matters=TILT,
    needs=PELVIS_FROM_STANDING,
    valid_range=(-20.0, 30.0),
    measured_error="bias +0.13, SD 0.17",
    typical_error=0.9,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_STRAIGHT,
    unbroken_s=UNBROKEN_S,
)
def pelvic_tilt_contact_deg(s: StanceSignals) -> FloatArray:
    """Tilt of the pelvis, front down, at initial contact, relative to quiet standing."""
    return s.posture.tilt_from_standing_deg(s.start)


@metric(
    "Mean anterior pelvic tilt in stance",
    theme="pelvis",
    equation="mean of tilt from IC to TO - mean tilt in standing",
    cite="ISBS 2018 36(1):143 (prospective, ITBS)",
    measured=PELVIS_ANGLES,
    matters=TILT,
    needs=PELVIS_FROM_STANDING,
    valid_range=(-20.0, 30.0),
    measured_error="bias -0.10, SD 0.18",
    typical_error=0.9,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_STRAIGHT,
    unbroken_s=UNBROKEN_S,
)
def pelvic_tilt_mean_deg(s: StanceSignals) -> FloatArray:
    """Mean tilt of the pelvis, front down, over stance, relative to quiet standing."""
    return s.posture.mean_tilt_from_standing_deg


@metric(
    "Pelvic tilt range",
    theme="pelvis",
    equation="max - min of tilt from IC to TO",
    cite="Perpina 2023, IJERPH 20:3631 (range 5.9-6.5 degrees)",
    measured=PELVIS_ANGLES,
    matters=TILT,
    needs=PELVIS_GYROSCOPE,
    valid_range=(0.0, 25.0),
    measured_error="bias -0.22, SD 0.26",
    typical_error=0.6,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_tilt_range_deg(s: StanceSignals) -> FloatArray:
    """Highest minus lowest tilt during stance; needs no standing."""
    tilt_deg = s.posture.tilt_deg
    return s.highest(tilt_deg, s.start, s.stop) - s.lowest(tilt_deg, s.start, s.stop)


@metric(
    "Contralateral pelvic drop",
    theme="pelvis",
    equation="o(IC) - min of o in 0-60 % of stance, o: obliquity, + swing side high",
    cite="Bramah 2018 (cross-sectional, 72 injured runners)",
    measured=PELVIS_ANGLES,
    matters=DROP,
    needs=PELVIS_GYROSCOPE,
    valid_range=(0.0, 20.0),
    measured_error="bias -0.28, SD 0.15",
    typical_error=0.65,
    primary=True,
    comparing=Comparing("pelvic drop", per_mps=(0.0, 1.0)),
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_drop_deg(s: StanceSignals) -> FloatArray:
    """How far the swing side sinks after contact.

    Obliquity at initial contact minus its lowest value in the first 60 % of stance (leg-signed,
    40 Hz).
    """
    return not_negative(s.posture.drop_deg)


@metric(
    "Contralateral pelvic drop below standing",
    theme="pelvis",
    equation="mean o in standing - min of o in 0-60 % of stance",
    cite="Bramah 2018 (cross-sectional, 72 injured runners)",
    measured=PELVIS_ANGLES,
    matters=DROP,
    needs=PELVIS_FROM_STANDING,
    valid_range=(-15.0, 25.0),
    measured_error="bias -0.18, SD 0.18",
    typical_error=0.9,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_STRAIGHT,
    unbroken_s=UNBROKEN_S,
)
def pelvic_drop_standing_deg(s: StanceSignals) -> FloatArray:
    """How far the swing side sinks below its level in quiet standing, first 60 % of stance.

    NaN without a few seconds of quiet standing before the run.
    """
    return s.posture.drop_from_standing_deg


@metric(
    "Contralateral pelvic drop rate",
    theme="pelvis",
    equation="max of -do/dt in 0-60 % of stance",
    cite="Hamill 2008 (rates rather than angles); Bramah 2018",
    measured=PELVIS_ANGLES,
    matters=DROP_RATE,
    needs=PELVIS_GYROSCOPE,
    valid_range=(-1.0, 8.0),
    measured_error="bias -0.128, SD 0.088",
    typical_error=0.12,
    primary=True,
    comparing=Comparing("pelvic drop", per_mps=(1.7, 1.2)),
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
    most_turning_radps=ON_A_WIDE_BEND,
)
def pelvic_drop_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest sinking of the swing side in the first 60 % of stance (40 Hz)."""
    return s.posture.drop_rate_radps
