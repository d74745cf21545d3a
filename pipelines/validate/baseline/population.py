"""The measures of the proof: what is known of them beforehand, and how athletes differ.

Typical errors are those that the metrics declare. Slopes over pace come from the virtual runner
(twelve people, 2.4 to 4 m/s), as do the levels (at 2.8 m/s) and the shifts of a compensation.
"""

from collections.abc import Mapping
from typing import Final

from imu.baseline.expected import Expected, in_errors

METRICS: Final[Mapping[str, Expected]] = {
    "pelvic_tilt_deg": in_errors(0.9, "pelvic tilt", pace=(0.3, 0.6), shoes=0.5, belt=True),
    "pelvic_drop_deg": in_errors(0.65, "pelvic drop", pace=(0.3, 0.6), shoes=0.5),
    "pelvic_drop_rate_radps": in_errors(0.12, "pelvic drop", pace=(1.7, 1.0), shoes=0.5),
    "pelvic_rotation_deg": in_errors(0.9, "pelvic rotation", pace=(0.0, 0.6), shoes=0.5),
    "shank_internal_rotation_deg": in_errors(1.1, "shank rotation", pace=(0.4, 0.6), shoes=0.5),
    "shank_internal_rotation_rate_radps": in_errors(
        0.35, "shank rotation", pace=(2.0, 1.0), shoes=0.7
    ),
    "peak_tibial_resultant_mps2": in_errors(5.3, "tibial shock", pace=(3.75, 2.05), shoes=1.5),
}
LEVELS: Final[Mapping[str, tuple[float, float]]] = {
    "pelvic_tilt_deg": (3.7, 2.8),
    "pelvic_drop_deg": (3.1, 1.15),
    "pelvic_drop_rate_radps": (1.06, 0.4),
    "pelvic_rotation_deg": (0.43, 2.8),
    "shank_internal_rotation_deg": (8.4, 1.7),
    "shank_internal_rotation_rate_radps": (2.56, 0.51),
    "peak_tibial_resultant_mps2": (62.0, 16.0),
}
COMPENSATION: Final[Mapping[str, float]] = {
    "pelvic_tilt_deg": 4.0,
    "pelvic_rotation_deg": -3.9,
    "shank_internal_rotation_deg": 4.9,
    "shank_internal_rotation_rate_radps": 1.68,
}
"""Of one leg, full: what the virtual runner shows when tilt, rotation and shank rotation change by
4, -4 and 5 degrees."""
PATTERN: Final[Mapping[str, float]] = {
    "pelvic_tilt_deg": 1.0,
    "pelvic_rotation_deg": -1.0,
    "shank_internal_rotation_deg": 1.0,
}
