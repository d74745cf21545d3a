"""Reasons of single stances in a runner's words."""

from typing import Final

from imu.quality.stance_reasons import IMPLAUSIBLE
from imu.sensors import column

IN_OTHER_WORDS: Final = {
    "end_of_bout": "the end of a stretch of running",
    "other_leg_not_seen": "the next step of the other leg was not seen",
    IMPLAUSIBLE: "a value that no running stance has was left out",
    column("shank accelerometer"): "shank accelerometer beyond what it can read",
    column("shank gyroscope"): "shank gyroscope beyond what it can read",
    column("swing gyroscope"): "shank gyroscope beyond what it can read in the swing",
    column("pelvis accelerometer"): "pelvis accelerometer beyond what it can read",
    column("pelvis gyroscope"): "pelvis gyroscope beyond what it can read",
    "pelvis_clipped_in_swing": "pelvis accelerometer beyond what it can read before the next "
    "contact of this foot",
}
"""Reason -> words, where those of `REASONS` are not a runner's."""
