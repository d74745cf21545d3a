"""Which sensors a value may rest on, and what a saturated one makes of it: words only."""

from typing import Final, Literal, get_args

Need = Literal["pelvis", "pelvis gyroscope", "shank", "shank gyroscope", "shank or pelvis"]
Clipping = Literal["too low", "too high", "unknown"]
Sensor = Literal[
    "shank accelerometer",
    "shank gyroscope",
    "swing gyroscope",
    "pelvis accelerometer",
    "pelvis gyroscope",
]
"""What can be saturated: that of the stance's own shank, also in the swing after, or the pelvis."""
SENSORS: Final[tuple[Sensor, ...]] = get_args(Sensor)


def column(sensor: Sensor) -> str:
    """Return the name of the column that says in which stances `sensor` was clipped."""
    return f"clipped_{sensor.replace(' ', '_')}"
