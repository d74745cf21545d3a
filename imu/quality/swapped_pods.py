"""Detect exchanged left and right shank pods, from shank rotation in early stance."""

from typing import Final

import numpy as np

from imu.dsp.rows import highest, lowest
from imu.frames import SIDES, Placement, shank_of
from imu.segmentation.pelvis_events.steps import is_left
from imu.stance_signals.signals import StanceSignals

OUTWARD_DEG: Final = -2.0
FEWEST: Final = 12
SWAPPED: Final = (
    "the shank pods seem to sit on each other's leg: exchange them with "
    "midstance swap SESSION left right"
)
MIRRORED: Final = (
    "{} seen as in a mirror: acceleration has the opposite sign there, its axes are left-handed, "
    "or the shank pods sit on each other's leg, which look the same; see in the data sheet, or on "
    "a table, how each pod counts, write under it in the mapping acc_sign (+ where the axis that "
    "points up reads +1 g at rest, else -) and handed (right or left), and import again"
)
STATED: Final = (
    "{} seen as in a mirror, though its mapping says acc_sign and handed: one of them, or "
    "gyr_sign, is not how the pod counts, or a shank pod sat on another leg than it says; look "
    "again, in the data sheet or on a table (the axis that points up reads +1 g at rest where "
    "acc_sign is +), correct the mapping and import again"
)
OR_STATED: Final = ", or acc_sign or handed in the mapping is not how the pods count"
AGAINST: Final = 0.9
"""Share of the steps in which the pelvis must say the other side than the shanks."""


def problem(
    s: StanceSignals, *, signs_known: bool, signs_stated: bool = False, one_clock: bool = True
) -> str:
    """Return the sentence for shank pods that look exchanged, else nothing.

    Acceleration of the opposite sign, with the same angular rate, is that of the runner in a
    mirror. Where signs are not known, any pod that looks so is named, with both explanations.
    Steps of pods that are not on `one_clock` contradict each other anyway. Signs that are only
    stated, by a mapping, may be stated wrongly: then single pods are named as well.
    """
    if signs_known and swapped(s):
        return SWAPPED + OR_STATED if signs_stated else SWAPPED
    if signs_known and not signs_stated:
        return ""
    mirrored = [
        shank.replace("_", " ")
        for shank in map(shank_of, SIDES)
        if inward_deg(s, shank) <= OUTWARD_DEG
    ]
    if not mirrored and one_clock and _pelvis_contradicts(s):
        mirrored = ["pelvis"]
    if not mirrored:
        return ""
    return (STATED if signs_known else MIRRORED).format(
        f"{' and '.join(mirrored)} {'are' if len(mirrored) > 1 else 'is'}"
    )


def _pelvis_contradicts(s: StanceSignals) -> bool:
    """Whether the roll of the pelvis says the other side than the shanks, mostly."""
    pelvis = s.pelvis
    own = ~s.by_pelvis
    if pelvis is None or pelvis.gyr_radps is None or not own.any():
        return False
    left = is_left(pelvis, s.start, s.stop, rate_hz=s.rate_hz) * s.stance_sign
    known = left[own & np.isfinite(left)]
    return len(known) >= FEWEST and float(np.mean(known < 0)) > AGAINST


def swapped(s: StanceSignals) -> bool:
    """Return True when the two shank pods look exchanged.

    A shank turns inward in early stance; on the wrong leg that reads as outward on both sides.
    With a pelvis gyroscope, its roll must contradict the sides too.
    """
    turns = [inward_deg(s, shank_of(side)) for side in SIDES]
    if not all(np.isfinite(turns)) or max(turns) > OUTWARD_DEG:
        return False
    pelvis = s.pelvis
    if pelvis is None or pelvis.gyr_radps is None:
        return True
    left = is_left(pelvis, s.start, s.stop, rate_hz=s.rate_hz)
    return float(np.nanmedian(left * s.stance_sign)) < 0


def inward_deg(s: StanceSignals, shank: Placement) -> float:
    """Return the middle of a shank's rotation range in early stance, + inward; median.

    NaN where no stance of its pod shows it.
    """
    turns = [
        leg.early_turn_deg[~s.by_pelvis[leg.own]]  # what its own pod has not seen shows nothing
        for leg in s.legs
        if leg.pod.placement == shank
    ]
    middles = [(highest(turn) + lowest(turn)) / 2 for turn in turns]
    values = np.concatenate([*middles, np.empty(0)])
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else float("nan")
