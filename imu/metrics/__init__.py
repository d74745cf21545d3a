"""Loading metrics: one function each, one number per stance; importing fills `METRICS`."""

from imu.metrics import coupling, force, pelvis, shank, timing
from imu.metrics.registry import METRICS, Metric

__all__ = ["METRICS", "Metric", "coupling", "force", "pelvis", "shank", "timing"]
