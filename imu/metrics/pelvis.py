"""Pelvis: how it tilts, drops and turns over the stance leg on the way into mid-stance."""

import numpy as np

from imu.frames import FloatArray
from imu.metrics.registry import Need, metric
from imu.metrics.signals import StanceSignals, highest, lowest

PELVIS_GYROSCOPE: tuple[Need, ...] = ("pelvis", "pelvis gyroscope")
LOADING = 0.6
"""The share of stance in which the pelvis drops onto the leg."""


@metric(
    "Anterior pelvic tilt at mid-stance",
    theme="pelvis",
    evidence="associated in some studies",
    needs=PELVIS_GYROSCOPE,
    cite="ISBS 2018 36(1):143 (prospective, ITBS)",
    typical_error=0.9,
    primary=True,
)
def pelvic_tilt_deg(s: StanceSignals) -> FloatArray:
    """Tilt of the pelvis, front down, at mid-stance, relative to quiet standing.

    NaN without a few seconds of quiet standing before the run: there is no other zero.
    """
    return s.at(s.tilt_deg, s.midstance)


@metric(
    "Anterior pelvic tilt at initial contact",
    theme="pelvis",
    evidence="associated in some studies",
    needs=PELVIS_GYROSCOPE,
    cite="ISBS 2018 36(1):143 (prospective, ITBS)",
    typical_error=0.9,
)
def pelvic_tilt_contact_deg(s: StanceSignals) -> FloatArray:
    """Tilt of the pelvis, front down, at initial contact, relative to quiet standing."""
    return s.at(s.tilt_deg, s.start)


@metric(
    "Pelvic tilt range",
    theme="pelvis",
    evidence="established",
    needs=PELVIS_GYROSCOPE,
    cite="Perpina 2023, IJERPH 20:3631 (range 5.9-6.5 degrees)",
    typical_error=0.6,
)
def pelvic_tilt_range_deg(s: StanceSignals) -> FloatArray:
    """Highest minus lowest tilt during stance; needs no standing."""
    angles = s.pelvis_attitude
    rows = s.rows(None if angles is None else np.degrees(angles.tilt), s.start, s.stop)
    return highest(rows) - lowest(rows)


@metric(
    "Contralateral pelvic drop",
    theme="pelvis",
    evidence="associated in some studies",
    needs=PELVIS_GYROSCOPE,
    cite="Bramah 2018 (cross-sectional, 72 injured runners)",
    typical_error=0.65,
    primary=True,
)
def pelvic_drop_deg(s: StanceSignals) -> FloatArray:
    """How far the swing side sinks after contact.

    Obliquity at initial contact minus its lowest value in the first 60 % of stance (leg-signed,
    20 Hz).
    """
    rows = s.rows(s.obliquity_deg, s.start, s.start + LOADING * (s.stop - s.start))
    fall = s.toward[:, None] * (rows - s.at(s.obliquity_deg, s.start)[:, None])
    return np.fmax(highest(fall), np.where(np.isfinite(highest(fall)), 0.0, np.nan))


@metric(
    "Contralateral pelvic drop rate",
    theme="pelvis",
    evidence="associated in some studies",
    needs=PELVIS_GYROSCOPE,
    cite="Hamill 2008 (rates rather than angles); Bramah 2018",
    typical_error=0.12,
    primary=True,
)
def pelvic_drop_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest sinking of the swing side in the first 60 % of stance (20 Hz)."""
    angles = s.pelvis_attitude
    rate = None if angles is None else np.gradient(angles.obliquity) * s.rate_hz
    rows = s.rows(rate, s.start, s.start + LOADING * (s.stop - s.start))
    return highest(s.toward[:, None] * rows)


@metric(
    "Pelvic rotation toward the stance leg",
    theme="pelvis",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Perpina 2023, IJERPH 20:3631 (range); direction is the hypothesis of this project",
    typical_error=0.9,
    primary=True,
)
def pelvic_rotation_deg(s: StanceSignals) -> FloatArray:
    """Rotation of the pelvis over the stance leg from initial contact to mid-stance.

    + brings the swing side forward: the pelvis turns inward over the stance femur. The runner's
    own turning (heading over four strides) is taken out.
    """
    return s.rotation_over_leg_deg(s.midstance)


@metric(
    "Pelvic rotation rate in loading",
    theme="pelvis",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Hamill 2008 (rates rather than angles)",
    typical_error=0.15,
)
def pelvic_rotation_rate_radps(s: StanceSignals) -> FloatArray:
    """Fastest rotation of the pelvis over the stance leg in the first half of stance (20 Hz)."""
    angles = s.pelvis_attitude
    rate = None if angles is None else np.gradient(angles.yaw) * s.rate_hz
    rows = s.rows(rate, s.start, (s.start + s.stop) / 2)
    return highest(s.toward[:, None] * rows)
