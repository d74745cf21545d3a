"""Loading metrics: one function each, one number per stance; importing fills `METRICS`."""

from imu.metrics.definitions import (
    balance,
    braking,
    coupling,
    force,
    pelvis,
    pelvis_timing,
    shank,
    shank_rotation,
    smoothness,
    speed,
    timing,
)
from imu.metrics.registry import METRICS, THEMES, Metric, order_by_theme

order_by_theme()

__all__ = [
    "METRICS",
    "THEMES",
    "Metric",
    "balance",
    "braking",
    "coupling",
    "force",
    "pelvis",
    "pelvis_timing",
    "shank",
    "shank_rotation",
    "smoothness",
    "speed",
    "timing",
]
