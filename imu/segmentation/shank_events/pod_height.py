"""Where a pod sits on the leg: its height above the ankle, and how far it turns in a stride.

A swinging shank is a rigid body: what a pod feels along its forward axis changes with its angular
acceleration by the distance of the pod from the point of the shank that is carried along evenly.
That point lies much alike in all people, so the distance tells the height.
"""

from typing import Final

import numpy as np

from imu.dsp.reading import read_at
from imu.frames import FloatArray
from imu.segmentation.shank_events.candidate_stances import Seat
from imu.segmentation.shank_events.swing import Turns

EVENLY_CARRIED_M: Final = 0.21
"""Height above the ankle of the point whose forward force does not follow the turning of the swing
(10 Hz): 0.200 (SD 0.036 over legs) in 100 virtual runners drawn at random, 0.25 and 0.27 in the two
legs of Dorschky 2019."""
POINTS: Final = 40
USUAL_M: Final = 0.2
"""Half of a shank, ankle to knee, is some 0.2 m."""
LIMITS_M: Final = (0.0, 0.4)
FEWEST: Final = 5
LONGEST_SWING_S: Final = 1.2


def seat(forward_mps2: FloatArray, left_rate: FloatArray, turns: Turns, *, rate_hz: float) -> Seat:
    """Return where the pod sits; NaN where too few strides show it.

    `forward_mps2` (n,) is its forward specific force, 10 Hz, `left_rate` (n,) its rate, unfiltered.
    """
    begin, end = turns.tipping[:-1], turns.turned[1:]
    swings = (end > begin) & (end - begin < LONGEST_SWING_S * rate_hz)
    if swings.sum() < FEWEST:
        return Seat()
    rows = _rows(begin[swings], end[swings])
    turning = turns.slowing * rate_hz
    return Seat(
        height_m=EVENLY_CARRIED_M + _slope(turning, forward_mps2, rows),
        turn_deg=_turn_deg(left_rate / rate_hz, turns.turned, rate_hz),
    )


def _rows(begin: FloatArray, end: FloatArray) -> FloatArray:
    """Return `POINTS` positions from `begin` to `end` (k,), as rows."""
    return begin[:, None] + (end - begin)[:, None] * np.linspace(0, 1, POINTS)


def _slope(x: FloatArray, y: FloatArray, at: FloatArray) -> float:
    """Return the slope of `y` over `x` (n,), each about its mean in every row of positions."""
    rows = [read_at(values, at) for values in (x, y)]
    across, along = (row - row.mean(axis=1, keepdims=True) for row in rows)
    power = float(np.sum(across * across))
    return float(np.sum(across * along)) / power if power > 0 else np.nan


def _turn_deg(step: FloatArray, turned: FloatArray, rate_hz: float) -> float:
    """Return the median range of the angle, deg, from each turn to the next; uses up `step`."""
    stride = np.diff(turned)
    own = stride < LONGEST_SWING_S * rate_hz
    rows = _rows(turned[:-1][own], turned[1:][own])
    angle = read_at(np.cumsum(step, out=step), rows)
    return float(np.degrees(np.median(np.ptp(angle, axis=1)))) if len(rows) else np.nan


def lever_m(found_m: float) -> float:
    """Return the height to reckon with: the found one within a shank, the usual one without any."""
    return float(np.clip(found_m, *LIMITS_M)) if np.isfinite(found_m) else USUAL_M
