"""Constants of event detection, under the keys that session files store.

Keys are pinned: stored headers carry them, so a constant or a file may be renamed, but not its key.
"""

from collections.abc import Mapping
from typing import Any, Final

from imu.alignment import activity
from imu.frames import FORWARD, GRAVITY_MPS2, LEFT, SIDES, UP
from imu.segmentation import event_offsets
from imu.segmentation.pelvis_events import brisk_walk, contact_time, steps
from imu.segmentation.running_stances import gait_bouts, of_all_pods, of_one_shank
from imu.segmentation.shank_events import (
    by_acceleration,
    by_gyroscope,
    candidate_stances,
    pod_height,
)
from imu.segmentation.shank_events.feature_times import CONTACT, TOE_OFF

PARAMETERS: Final[Mapping[str, Any]] = {
    "calibration.rise": event_offsets.RISE,
    "calibration.axial_rise_s": event_offsets.AXIAL_RISE_S,
    "calibration.burst_rise": event_offsets.BURST_RISE,
    "calibration.burst_onset_s": event_offsets.BURST_ONSET_S,
    "calibration.late_impact_s": event_offsets.LATE_IMPACT_S,
    "calibration.pulled_s": event_offsets.PULLED_S,
    "calibration.axial_minimum_s": event_offsets.AXIAL_MINIMUM_S,
    "calibration.unloaded": event_offsets.UNLOADED,
    "calibration.unloaded_s": event_offsets.UNLOADED_S,
    "calibration.pelvis_rise": event_offsets.PELVIS_RISE,
    "calibration.pelvis_rise_s": event_offsets.PELVIS_RISE_S,
    "calibration.pelvis_fall": event_offsets.PELVIS_FALL,
    "calibration.pelvis_fall_s": event_offsets.PELVIS_FALL_S,
    "calibration.drive_ends_s": event_offsets.DRIVE_ENDS_S,
    "calibration.pelvis_apart_s": event_offsets.PELVIS_TOE_OFF_DIFFERENCE_S,
    "calibration.pelvis_weights": event_offsets.PELVIS_WEIGHTS,
    "calibration.pelvis_stretch": event_offsets.PELVIS_STRETCH,
    "calibration.pelvis_per_step": event_offsets.PELVIS_PER_STEP,
    "calibration.pelvis_level_s": event_offsets.PELVIS_LEVEL_S,
    "calibration.pelvis_width": event_offsets.PELVIS_WIDTH,
    "calibration.pelvis_drive_s": event_offsets.PELVIS_DRIVE_S,
    "calibration.pelvis_rise_share": event_offsets.PELVIS_RISE_SHARE,
    **{f"calibration.contact_{name}_s": one.after_s for name, one in CONTACT.items()},
    **{f"calibration.toe_off_{name}_s": one.after_s for name, one in TOE_OFF.items()},
    "calibration.evenly_carried_m": pod_height.EVENLY_CARRIED_M,
    "gait.gravity_mps2": GRAVITY_MPS2,
    "gait.sides": SIDES,
    "gait.contact_s": of_one_shank.CONTACT_S,
    "gait.swing_s": of_one_shank.SWING_S,
    "gait.stride_s": of_one_shank.STRIDE_S,
    "gait.duty_factor": of_one_shank.DUTY_FACTOR,
    "gait.shaken_mps2": of_one_shank.LEAST_FORCE_SD_MPS2,
    "gait.landing_s": of_one_shank.LANDING_S,
    "gait.least_landing": of_one_shank.LEAST_LANDING,
    "gait.least_impact_mps2": by_acceleration.LEAST_IMPACT_MPS2,
    "gait.walking_s": by_gyroscope.WALKING_S,
    "gait.same_step_s": of_all_pods.SAME_STEP_S,
    "gait.fewest_stances": gait_bouts.FEWEST_STANCES,
    "pelvis.forward": FORWARD,
    "pelvis.gravity_mps2": GRAVITY_MPS2,
    "pelvis.left": LEFT,
    "pelvis.up": UP,
    "pelvis.least_step_s": steps.LEAST_STEP_S,
    "pelvis.lightest_bw": steps.LIGHTEST_BW,
    "pelvis.least_swing_bw": steps.LEAST_SWING_BW,
    "pelvis.steps_around": contact_time.STEPS_AROUND,
    "pelvis.around_s": contact_time.AROUND_S,
    "pelvis.duty": contact_time.DUTY,
    "pelvis.apart_s": contact_time.APART_S,
    "pelvis.least_bw": contact_time.LEAST_BW,
    "pelvis.walk_s": (brisk_walk.LONG_S, brisk_walk.WALKING_S, brisk_walk.SURELY_WALKING_S),
    "pelvis.walk_bw": brisk_walk.HARDLY_LIGHT_BW,
    "pelvis.walk_roll_rad": brisk_walk.WALKING_ROLL_RAD,
    "pelvis.walk_alike": brisk_walk.LEAST_ALIKE,
    "shank.left": LEFT,
    "shank.up": UP,
    "shank.fine_hz": candidate_stances.FINE_HZ,
    "motion.gravity_mps2": GRAVITY_MPS2,
    "motion.still_mps2": activity.STILL_MPS2,
    "motion.still_radps": activity.STILL_RADPS,
    "motion.lively_mps2": activity.ACTIVE_MPS2,
}
