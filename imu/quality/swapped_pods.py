"""Detect exchanged left and right shank pods, from shank rotation in early stance."""

from typing import Final

import numpy as np

from imu.dsp.rows import highest, lowest
from imu.frames import SIDES, Placement, shank_of
from imu.segmentation.pelvis_events.steps import is_left
from imu.stance_signals.signals import StanceSignals

OUTWARD_DEG: Final = -2.0
SWAPPED: Final = (
    "the shank pods seem to sit on each other's leg: exchange them with "
    "midstance swap SESSION left right"
)


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
    turns = [leg.early_turn_deg for leg in s.legs if leg.pod.placement == shank]
    middles = [(highest(turn) + lowest(turn)) / 2 for turn in turns]
    values = np.concatenate([*middles, np.empty(0)])
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else float("nan")
