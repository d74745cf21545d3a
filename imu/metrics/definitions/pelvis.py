"""Pelvis: tilt, drop and rotation over the stance leg, from its orientation."""

from collections.abc import Mapping

import numpy as np

from imu.dsp.rows import highest, lowest, not_negative
from imu.frames import FloatArray
from imu.metrics.registry import metric
from imu.sensors import Clipping, Need, Sensor
from imu.stance_signals.signals import StanceSignals

PELVIS_GYROSCOPE: tuple[Need, ...] = ("pelvis", "pelvis gyroscope")
PELVIS_CLIPPING: Mapping[Sensor, Clipping] = {"pelvis gyroscope": "unknown"}
TRAVEL_CLIPPING: Mapping[Sensor, Clipping] = {
    "pelvis accelerometer": "unknown",
    "pelvis gyroscope": "unknown",
}
SYNC_S = 0.01
"""Largest clock offset of pelvis and shank: 0.6 degrees at 60 degrees per second."""


@metric(
    "Anterior pelvic tilt at mid-stance",
    theme="pelvis",
    equation="tilt(mid-stance) - mean tilt in standing",
    evidence="associated in some studies",
    needs=PELVIS_GYROSCOPE,
    cite="ISBS 2018 36(1):143 (prospective, ITBS)",
    valid_range=(-20.0, 30.0),
    measured_error="bias +0.01, SD 0.15",
    typical_error=0.9,
    primary=True,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_tilt_deg(s: StanceSignals) -> FloatArray:
    """Tilt of the pelvis, front down, at mid-stance, relative to quiet standing.

    NaN without a few seconds of quiet standing before the run, which is the zero.
    """
    return s.at(s.posture.tilt_from_standing_deg, s.midstance)


@metric(
    "Anterior pelvic tilt at initial contact",
    theme="pelvis",
    equation="tilt(IC) - mean tilt in standing",
    evidence="associated in some studies",
    needs=PELVIS_GYROSCOPE,
    cite="ISBS 2018 36(1):143 (prospective, ITBS)",
    valid_range=(-20.0, 30.0),
    measured_error="bias +0.13, SD 0.17",
    typical_error=0.9,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_tilt_contact_deg(s: StanceSignals) -> FloatArray:
    """Tilt of the pelvis, front down, at initial contact, relative to quiet standing."""
    return s.at(s.posture.tilt_from_standing_deg, s.start)


@metric(
    "Mean anterior pelvic tilt in stance",
    theme="pelvis",
    equation="mean of tilt from IC to TO - mean tilt in standing",
    evidence="associated in some studies",
    needs=PELVIS_GYROSCOPE,
    cite="ISBS 2018 36(1):143 (prospective, ITBS)",
    valid_range=(-20.0, 30.0),
    measured_error="bias -0.11, SD 0.18",
    typical_error=0.9,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_tilt_mean_deg(s: StanceSignals) -> FloatArray:
    """Mean tilt of the pelvis, front down, over stance, relative to quiet standing."""
    return s.mean_over_stance(s.posture.tilt_from_standing_deg)


@metric(
    "Forward tipping of the pelvis into mid-stance",
    theme="pelvis",
    equation="tilt(mid-stance) - tilt(IC)",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="ISBS 2018 36(1):143 (tilt); Ferber 2002 (excursions repeat)",
    valid_range=(-15.0, 20.0),
    measured_error="bias -0.12, SD 0.12",
    typical_error=0.6,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_tilting_deg(s: StanceSignals) -> FloatArray:
    """How far the pelvis tips forward from initial contact to mid-stance; needs no standing."""
    return s.posture.tilting_deg


@metric(
    "Pelvic tilt range",
    theme="pelvis",
    equation="max - min of tilt from IC to TO",
    evidence="established",
    needs=PELVIS_GYROSCOPE,
    cite="Perpina 2023, IJERPH 20:3631 (range 5.9-6.5 degrees)",
    valid_range=(0.0, 25.0),
    measured_error="bias -0.23, SD 0.25",
    typical_error=0.6,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_tilt_range_deg(s: StanceSignals) -> FloatArray:
    """Highest minus lowest tilt during stance; needs no standing."""
    rows = s.stance_rows(s.posture.tilt_deg)
    return highest(rows) - lowest(rows)


@metric(
    "Contralateral pelvic drop",
    theme="pelvis",
    equation="o(IC) - min of o in 0-60 % of stance, o: obliquity, + swing side high",
    evidence="associated in some studies",
    needs=PELVIS_GYROSCOPE,
    cite="Bramah 2018 (cross-sectional, 72 injured runners)",
    valid_range=(0.0, 20.0),
    measured_error="bias -0.31, SD 0.17",
    typical_error=0.65,
    primary=True,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_drop_deg(s: StanceSignals) -> FloatArray:
    """How far the swing side sinks after contact.

    Obliquity at initial contact minus its lowest value in the first 60 % of stance (leg-signed,
    20 Hz).
    """
    return not_negative(highest(s.posture.drop_rows))


@metric(
    "Contralateral pelvic drop below standing",
    theme="pelvis",
    equation="mean o in standing - min of o in 0-60 % of stance",
    evidence="associated in some studies",
    needs=PELVIS_GYROSCOPE,
    cite="Bramah 2018 (cross-sectional, 72 injured runners)",
    valid_range=(-15.0, 25.0),
    measured_error="bias -0.19, SD 0.19",
    typical_error=0.9,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_drop_standing_deg(s: StanceSignals) -> FloatArray:
    """How far the swing side sinks below its level in quiet standing, first 60 % of stance.

    NaN without a few seconds of quiet standing before the run.
    """
    return highest(
        s.stance_sign[:, None] * s.posture.loading_rows(s.posture.obliquity_from_standing_deg)
    )


@metric(
    "Contralateral pelvic drop rate",
    theme="pelvis",
    equation="max of -do/dt in 0-60 % of stance",
    evidence="associated in some studies",
    needs=PELVIS_GYROSCOPE,
    cite="Hamill 2008 (rates rather than angles); Bramah 2018",
    valid_range=(-1.0, 8.0),
    measured_error="bias -0.16, SD 0.12",
    typical_error=0.12,
    primary=True,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_drop_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest sinking of the swing side in the first 60 % of stance (20 Hz)."""
    return highest(s.posture.drop_rate_rows)


@metric(
    "Pelvic rotation toward the stance leg",
    theme="pelvis",
    equation="P(mid-stance) - P(IC), P: leg-signed yaw, heading taken out",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Perpina 2023, IJERPH 20:3631 (range); direction is the hypothesis of this project",
    valid_range=(-25.0, 25.0),
    measured_error="bias -0.19, SD 0.24",
    typical_error=0.9,
    primary=True,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_rotation_deg(s: StanceSignals) -> FloatArray:
    """Rotation of the pelvis over the stance leg from initial contact to mid-stance.

    + brings the swing side forward: the pelvis turns inward over the stance femur. The runner's
    own turning (heading over four strides) is taken out.
    """
    return s.posture.to_midstance_deg


@metric(
    "Pelvic rotation over the whole stance",
    theme="pelvis",
    equation="P(TO) - P(IC)",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Perpina 2023, IJERPH 20:3631 (range); direction is the hypothesis of this project",
    valid_range=(-30.0, 30.0),
    measured_error="bias +0.13, SD 0.39",
    typical_error=1.2,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_rotation_toe_off_deg(s: StanceSignals) -> FloatArray:
    """Rotation of the pelvis over the stance leg from initial contact to toe-off."""
    return s.posture.rotation_deg(s.stop)


@metric(
    "Greatest pelvic rotation toward the stance leg",
    theme="pelvis",
    equation="max of P from IC to TO - P(IC)",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Perpina 2023, IJERPH 20:3631 (range); direction is the hypothesis of this project",
    valid_range=(0.0, 30.0),
    measured_error="bias -0.18, SD 0.20",
    typical_error=1.2,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_rotation_peak_deg(s: StanceSignals) -> FloatArray:
    """Most that the pelvis is turned over the stance leg since contact, anywhere in stance."""
    return not_negative(highest(s.posture.rotation_rows))


@metric(
    "Pelvic rotation rate in loading",
    theme="pelvis",
    equation="max of dP/dt in 0-50 % of stance",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Hamill 2008 (rates rather than angles)",
    valid_range=(-3.0, 8.0),
    measured_error="bias -0.17, SD 0.10",
    typical_error=0.15,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_rotation_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest rotation of the pelvis over the stance leg in the first half of stance (20 Hz)."""
    return highest(s.posture.turn_rate_rows)


@metric(
    "Mean pelvic rotation rate in loading",
    theme="pelvis",
    equation="(P(50 % of stance) - P(IC)) / (tc / 2)",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Hamill 2008 (rates rather than angles)",
    valid_range=(-4.0, 4.0),
    measured_error="bias -0.007, SD 0.053",
    typical_error=0.12,
    clipping=PELVIS_CLIPPING,
    sync_s=SYNC_S,
)
def pelvic_rotation_mean_rate_radps(s: StanceSignals) -> FloatArray:
    """Mean rate at which the pelvis turns over the stance leg in the first half of stance."""
    return np.radians(s.posture.rotation_deg(s.half)) * s.rate_hz / (s.contact / 2)
