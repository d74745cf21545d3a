"""The measures of the proof, by today's names, and what its made-up athletes show of them.

What the comparison is told beforehand is what the metrics declare. Levels and compensation are
measured: twelve virtual people at 2.8 m/s in pods as people wear them (`imu.simulation.someone`,
seeds 300 to 311). How athletes differ from what is declared stands in
`pipelines.validate.baseline.athletes`.
"""

from collections.abc import Mapping
from typing import Final

import imu.metrics  # noqa: F401  (declares the metrics)
from imu.baseline.expected import COMPENSATION as PATTERN
from imu.baseline.expected import Expected, of_metrics
from imu.metrics.registry import METRICS as DECLARED

__all__ = ["COMPENSATION", "LEVELS", "METRICS", "PATTERN"]

METRICS: Final[Mapping[str, Expected]] = of_metrics(DECLARED)
LEVELS: Final[Mapping[str, tuple[float, float]]] = {
    "shank_lean_deg": (2.5, 0.6),
    "pelvic_rotation_over_leg_deg": (3.5, 4.0),
    "pelvic_tilt_after_midstance_deg": (4.4, 2.5),
    "pelvic_tilt_midstance_deg": (3.7, 2.9),
    "pelvic_drop_deg": (3.0, 1.2),
    "pelvic_drop_rate_radps": (1.03, 0.44),
    "shank_internal_rotation_deg": (8.6, 1.9),
    "shank_internal_rotation_rate_radps": (2.64, 0.56),
    "peak_tibial_resultant_mps2": (61.0, 16.0),
}
"""Mean and SD over people."""
COMPENSATION: Final[Mapping[str, tuple[float, float]]] = {
    "pelvic_rotation_over_leg_deg": (-3.1, -0.7),
    "pelvic_tilt_after_midstance_deg": (3.6, 0.0),
    "pelvic_drop_deg": (3.3, 0.0),
    "pelvic_drop_rate_radps": (1.18, 0.0),
    "shank_internal_rotation_deg": (4.9, 0.0),
    "shank_internal_rotation_rate_radps": (1.54, 0.0),
}
"""What a full one of the left leg shows on the left and on the right: that of
`midstance demo`."""
