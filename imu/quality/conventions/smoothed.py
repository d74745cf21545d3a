"""See whether acceleration was filtered or averaged before it was exported.

Each landing shakes a pod. A filter at 10 Hz or less, or a mean over a tenth of a second, leaves
next to nothing of that, and less of peaks and angles than there was; one at 20 Hz leaves half of
the peaks of a shank. What a leg turns in a swing, and a pelvis in a step, is quick as well.
"""

from typing import Final

import numpy as np

from imu.frames import FloatArray, IntArray
from imu.quality.conventions.over_strides import FEWEST, windows_of_movement

QUICK_HZ: Final = (12.0, 25.0)
BODY_HZ: Final = (1.0, 6.0)
LEAST_ON_PELVIS: Final = 0.006
LEAST_ON_SHANK: Final = 0.03
"""Power of the quick part over that of the body's. Right pods of 40 made-up people gave 0.017 and
more on the pelvis and 0.11 on a shank, real shanks in running 0.058, 0.58 and more."""
RINGING_HZ: Final = (28.0, 45.0)
LEAST_RINGING: Final = 0.00045
"""Of 248 made-up shanks 0.0007 and more, of real ones 0.025 to 0.4, after a steep filter 0.0004."""
LEAST_TURNING: Final = 2e-4
"""Of angular rate: 5e-4 and more on made-up people, 0.04 and more on real ones, 2e-4 after a filter
at 8 Hz on a shank, and at 5 Hz on a pelvis."""


def smoothed(
    acc_mps2: FloatArray, *, pelvis: bool, rate_hz: float, rows: IntArray | None = None
) -> bool:
    """Return whether the acceleration (n, 3) of a pod in movement holds no shocks.

    False with too little movement to tell. `rows` are its windows (`windows_of_movement`), if they
    are known.
    """
    if rows is None:
        rows = windows_of_movement(acc_mps2, rate_hz=rate_hz)
    least = LEAST_ON_PELVIS if pelvis else LEAST_ON_SHANK
    return _lacks(acc_mps2, rows, rate_hz, QUICK_HZ, least)


def without_ringing(acc_mps2: FloatArray, *, rate_hz: float, rows: IntArray) -> bool:
    """Return the same of a shank for what is above a filter at 20 Hz, of which peaks are made."""
    return rate_hz > 2 * RINGING_HZ[1] and _lacks(
        acc_mps2, rows, rate_hz, RINGING_HZ, LEAST_RINGING
    )


def turns_smoothly(gyr_radps: FloatArray, *, rate_hz: float, rows: IntArray) -> bool:
    """Return whether the angular rate (n, 3) of a pod in movement was filtered at 5 to 8 Hz."""
    return _lacks(gyr_radps, rows, rate_hz, QUICK_HZ, LEAST_TURNING)


def _lacks(
    x: FloatArray, rows: IntArray, rate_hz: float, quick_hz: tuple[float, float], least: float
) -> bool:
    """Whether less than a share of the power of the body is in a band; False with too few rows."""
    if len(rows) < FEWEST:
        return False
    parts = x[rows]
    parts = (parts - parts.mean(axis=1, keepdims=True)) * np.hanning(rows.shape[1])[:, None]
    power = (np.abs(np.fft.rfft(parts, axis=1)) ** 2).sum(axis=(0, 2))
    frequency_hz = np.fft.rfftfreq(rows.shape[1], 1 / rate_hz)
    quick, body = (
        float(power[(low <= frequency_hz) & (frequency_hz < high)].sum())
        for low, high in (quick_hz, BODY_HZ)
    )
    return quick < least * body
