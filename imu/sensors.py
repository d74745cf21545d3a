"""Names of sensors, of what a metric needs, and of the bias that clipping causes."""

from typing import Final, Literal, get_args

Need = Literal[
    "pelvis", "pelvis gyroscope", "pelvis standing", "shank", "shank gyroscope", "shank or pelvis"
]
"""A pod, its gyroscope, or its reading in quiet standing as the zero."""
Clipping = Literal["too low", "too high", "unknown"]
Sensor = Literal[
    "shank accelerometer",
    "shank gyroscope",
    "swing gyroscope",
    "pelvis accelerometer",
    "pelvis gyroscope",
]
"""Sensors that may clip: of the stance's own shank, also in the swing after it, or the pelvis."""
SENSORS: Final[tuple[Sensor, ...]] = get_args(Sensor)


def column(sensor: Sensor) -> str:
    """Return the name of the column that says in which stances `sensor` was clipped."""
    return f"clipped_{sensor.replace(' ', '_')}"
