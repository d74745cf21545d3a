"""Coupling: rotation of pelvis and shin together, from both gyroscopes."""

from collections.abc import Mapping

import numpy as np

from imu.dsp.rows import highest, not_negative
from imu.frames import FloatArray
from imu.metrics.registry import metric
from imu.sensors import Clipping, Need, Sensor
from imu.stance_signals.signals import StanceSignals

ALL: tuple[Need, ...] = ("pelvis", "pelvis gyroscope", "shank", "shank gyroscope")
CLIPPING: Mapping[Sensor, Clipping] = {
    "shank gyroscope": "unknown",
    "pelvis gyroscope": "unknown",
}
LEAST_TWIST_DEG = 4.0
LEAST_MOVEMENT_DEG = 4.0
INDEX_PARTS = (
    "pelvic_rotation_deg",
    "pelvic_tilting_deg",
    "pelvic_drop_deg",
    "shank_internal_rotation_deg",
)
"""The metrics that add up to the denominator of the loading index."""
SYNC_S = 0.005
"""Largest clock offset of pelvis and shank: half a degree at 100 degrees per second."""


@metric(
    "Pelvis-to-shin twist",
    theme="coupling",
    equation="dP + dS, IC to mid-stance; P: pelvis over leg, S: shank inward",
    evidence="hypothesis",
    needs=ALL,
    cite="founding hypothesis; no femur sensor, so hip and knee cannot be told apart",
    valid_range=(-30.0, 50.0),
    measured_error="bias -0.11, SD 0.35",
    typical_error=1.5,
    clipping=CLIPPING,
    sync_s=SYNC_S,
)
def pelvis_shin_twist_deg(s: StanceSignals) -> FloatArray:
    """Rotation of pelvis over leg plus internal rotation of shank, contact to mid-stance.

    Hip and knee rotation together; both signed toward the stance leg, so they add.
    """
    return s.posture.to_midstance_deg + _shank(s)


@metric(
    "Share of the pelvis in the twist",
    theme="coupling",
    equation="100 dP / (dP + dS), IC to mid-stance",
    evidence="hypothesis",
    needs=ALL,
    cite="founding hypothesis: primary against compensatory rotation",
    valid_range=(-500.0, 600.0),
    measured_error="bias -2.5, SD 3.7",
    typical_error=9.0,
    clipping=CLIPPING,
    sync_s=SYNC_S,
)
def twist_share_pct(s: StanceSignals) -> FloatArray:
    """Rotation of the pelvis as a share of the pelvis-to-shin twist, contact to mid-stance.

    NaN where the twist is under 4 degrees: the share of a small twist is noise.
    """
    turned = s.posture.to_midstance_deg
    return _share_pct(turned, turned + _shank(s), LEAST_TWIST_DEG)


@metric(
    "Lag of pelvic rotation behind shin rotation",
    theme="coupling",
    equation="100 (argmax dP/dt in 0-50 % - argmax dS/dt from IC + 20 ms to 50 %) / tc",
    evidence="hypothesis",
    needs=ALL,
    cite="Hamill 2008 (rates); which moves first is the founding hypothesis",
    valid_range=(-50.0, 50.0),
    measured_error="bias -0.1, SD 6.2",
    typical_error=8.0,
    clipping=CLIPPING,
    sync_s=SYNC_S,
)
def rotation_lag_pct(s: StanceSignals) -> FloatArray:
    """From the fastest inward turn of the shin to the fastest turn of the pelvis, in % of stance.

    + the shin turns first. NaN when the clocks of the two pods may be over 5 ms apart.
    """
    return s.when_highest_pct(s.posture.turn_rate_rows, s.start) - _shank_fastest_pct(s)


@metric(
    "Lag of pelvic drop behind shin rotation",
    theme="coupling",
    equation="100 (argmax -do/dt in 0-60 % - argmax dS/dt from IC + 20 ms to 50 %) / tc",
    evidence="hypothesis",
    needs=ALL,
    cite="Hamill 2008 (rates); which moves first is the founding hypothesis",
    valid_range=(-50.0, 60.0),
    measured_error="bias +0.9, SD 2.1",
    typical_error=4.0,
    clipping=CLIPPING,
    sync_s=SYNC_S,
)
def drop_lag_pct(s: StanceSignals) -> FloatArray:
    """From the fastest inward turn of the shin to the fastest drop of the pelvis, in % of stance.

    + the shin turns first. NaN when the clocks of the two pods may be over 5 ms apart.
    """
    return s.when_highest_pct(s.posture.drop_rate_rows, s.start) - _shank_fastest_pct(s)


@metric(
    "Loading index",
    theme="coupling",
    equation="100 P / (P + T + D + S) in degrees, negative parts as 0",
    evidence="hypothesis",
    needs=ALL,
    cite="founding hypothesis: turning over the leg against tilting, dropping and shin rotation",
    valid_range=(0.0, 100.0),
    measured_error="bias -0.5, SD 1.8",
    typical_error=5.0,
    clipping=CLIPPING,
    sync_s=SYNC_S,
)
def loading_index_pct(s: StanceSignals) -> FloatArray:
    """Pelvic rotation over the stance leg as a share of the movements into mid-stance.

    P: rotation of the pelvis toward the stance leg and T: its tipping forward, both from contact
    to mid-stance; D: contralateral drop; S: internal rotation of the shank to its most. Each part
    is a column of its own; a degree of each counts the same. 100 would be turning alone, 0 none
    of it. NaN where the parts add up to less than 4 degrees.
    """
    turned = not_negative(s.posture.to_midstance_deg)
    shank = s.by_leg(lambda leg: leg.most_inward_deg)
    others = [s.posture.tilting_deg, highest(s.posture.drop_rows), shank]
    total = turned + np.sum([not_negative(part) for part in others], axis=0)
    return _share_pct(turned, total, LEAST_MOVEMENT_DEG)


def _shank(s: StanceSignals) -> FloatArray:
    return s.by_leg(lambda leg: leg.to_midstance_deg)


def _share_pct(part: FloatArray, total: FloatArray, least: float) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.abs(total) >= least, 100.0 * part / total, np.nan)


def _shank_fastest_pct(s: StanceSignals) -> FloatArray:
    return s.by_leg(lambda leg: leg.fastest_at_pct)
