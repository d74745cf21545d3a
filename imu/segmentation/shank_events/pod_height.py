"""Where a pod sits on the shank: its height above the ankle, from the signals of running.

While the foot stands on the ground the ankle is nearly at rest, so what a pod feels along the
forward axis beyond gravity is its own height times the angular acceleration of the shank (a rigid
body turning about the ankle). The same relation at speed is the centripetal acceleration.
"""

from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.frames import FORWARD, GRAVITY_MPS2, LEFT, FloatArray
from imu.segmentation.shank_events.swing import Turns

SMOOTHED_HZ: Final = 10.0
RESTING: Final = (0.2, 0.6)
"""Share of the time from landing to push-off in which the ankle rests."""
LANDING_S: Final = 0.035
"""From the turn of the shank to the landing of its foot."""
POINTS: Final = 24
USUAL_M: Final = 0.2
"""Half of a shank, ankle to knee, is some 0.2 m."""
LIMITS_M: Final = (0.0, 0.4)
FEWEST: Final = 5


def height_m(segment: Segment, turns: Turns, *, rate_hz: float) -> float:
    """Return the height of the pod above the ankle, m; NaN where too few stances show it.

    It is the slope of the forward specific force, less gravity's share, over the angular
    acceleration, all stances together. A trend over the stance is left out of both: it is what a
    tilted axis or an ankle that starts to move would add.
    """
    gyr = segment.gyr_radps
    if gyr is None or len(turns) < FEWEST:
        return np.nan
    rate = lowpass(gyr[:, LEFT], cutoff_hz=SMOOTHED_HZ, rate_hz=rate_hz)
    forward = lowpass(segment.acc_mps2[:, FORWARD], cutoff_hz=SMOOTHED_HZ, rate_hz=rate_hz)
    landed = turns.turned + LANDING_S * rate_hz
    begin, end = (landed + share * (turns.push_off - landed) for share in RESTING)
    at = begin[:, None] + (end - begin)[:, None] * np.linspace(0, 1, POINTS)
    sample = np.arange(len(rate))
    angle = np.interp(at, sample, np.cumsum(gyr[:, LEFT])) / rate_hz
    gravity = GRAVITY_MPS2 * np.sin(angle - angle.mean(axis=1, keepdims=True))
    felt = _without_trend(np.interp(at, sample, forward) + gravity)
    turning = _without_trend(np.interp(at, sample, np.gradient(rate) * rate_hz))
    power = float(np.sum(turning * turning))
    return float(np.sum(turning * felt)) / power if power > 0 else np.nan


def _without_trend(rows: FloatArray) -> FloatArray:
    """Return the rows (k, m) less the straight line through each."""
    trend = np.linspace(-1, 1, rows.shape[1])
    slope = rows @ trend / (trend @ trend)
    return np.asarray(rows - rows.mean(axis=1, keepdims=True) - slope[:, None] * trend)


def lever_m(found_m: float) -> float:
    """Return the height to reckon with: the found one within a shank, the usual one without any."""
    return float(np.clip(found_m, *LIMITS_M)) if np.isfinite(found_m) else USUAL_M
