"""Time offsets from signal features to events, calibrated against force plates.

Each is the mean time of the feature after the event that a force plate saw, so it holds for
exactly the feature and filter named beside it and for the force threshold of its source. Changing
any of those voids the constant. A personal calibration replaces these numbers, nothing else.

Shank: Bach et al. 2022, running trials 1, 2 and 15 (two women, 8-8.5 km/h, 42 stances), 50 N.
Leave-one-runner-out RMSE with these features is stated in CHANGELOG.md.
Pelvis: Alcantara et al. 2022, eight rows (one man, 2.5-4.2 m/s, -10..+10 degrees), 5 % of body
weight; the bias moves by 7 ms (SD) between speeds and slopes, so it is a mean over conditions.
"""

from typing import Final

RISE: Final = 0.2
"""Share of the climb from the dip before the impact to the impact, axial, 15 Hz."""
AXIAL_RISE_S: Final = 0.0069

BURST_RISE: Final = 0.5
"""Share of the climb of the 15 Hz high-passed norm, smoothed at 20 Hz."""
BURST_ONSET_S: Final = 0.0195

LATE_IMPACT_S: Final = (0.041, 0.061)
PULLED_S: Final = 0.003
"""An impact that follows the rise by more than the first delays the detected rise, by the last when
it follows by the second. From the virtual runner alone, whose forefoot differs from its heel in
nothing but the time of the impact; in Bach 2022 it follows by 37 to 41 ms."""

AXIAL_MINIMUM_S: Final = 0.0238
"""Axial minimum after the steepest unloading, 7 Hz."""
UNLOADED: Final = 0.1
"""Share above the axial minimum at which the falling axial acceleration has arrived, 10 Hz."""
UNLOADED_S: Final = -0.0009

PELVIS_RISE: Final = 0.3
"""Share of the climb of the upward force from its minimum in flight, never below 0, 15 Hz."""
PELVIS_RISE_S: Final = 0.0043

PELVIS_FALL: Final = 0.05
"""Share above the minimum in flight at which the falling upward force has arrived, 7 Hz."""
PELVIS_FALL_S: Final = 0.0170

DRIVE_ENDS_S: Final = -0.0321
"""Steepest fall of the forward specific force after the force peak, 4 Hz."""
PELVIS_TOE_OFF_DIFFERENCE_S: Final = 0.025
"""How far the two estimates of toe-off may be apart for both to count in full.

All stances of Alcantara 2022 lie between -15 and +26 ms.
"""

PELVIS_WEIGHTS: Final = (0.35, 0.35, 0.3)
"""Of amplitude, width and drive (`contact_time`) in the level of contact time."""
PELVIS_STRETCH: Final = 1.15
"""The three show less of a change of contact time within a runner than there is. With this factor
the slope of estimated against true contact is 0.81 in Alcantara 2022 and 1.03 in the mean of
made-up people: 1 lies between the two on purpose."""
PELVIS_PER_STEP: Final = 0.05
"""Share of the step time that is added to each of the three."""
PELVIS_LEVEL_S: Final = (0.038, 0.079, 0.101)
"""What each of the three then is too long, in the mean of the eight rows, and 1 ms: real force is
more peaked on the level than the half sine in `active_peak_force_bw`."""
PELVIS_WIDTH: Final = 0.1
"""Share of the climb to the peak above which the upward force belongs to a contact, 10 Hz."""
PELVIS_DRIVE_S: Final = 0.12
"""How far from the other two the drive no longer counts."""
PELVIS_RISE_SHARE: Final = 0.2
"""Share of what the crossings read too short that is due to the rise; the rest is to the fall."""
