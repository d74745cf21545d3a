"""Loading metrics: one function each, one number per stance; importing fills `METRICS`."""

from imu.metrics.definitions import (
    after_midstance,
    force,
    leg_lean,
    over_the_leg,
    pelvis,
    shank_impact,
    shank_rotation,
    sideways,
    speed,
    timing,
)
from imu.metrics.registry import METRICS, THEMES, Metric, order_by_theme

order_by_theme()

__all__ = [
    "METRICS",
    "THEMES",
    "Metric",
    "after_midstance",
    "force",
    "leg_lean",
    "over_the_leg",
    "pelvis",
    "shank_impact",
    "shank_rotation",
    "sideways",
    "speed",
    "timing",
]
