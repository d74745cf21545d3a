"""See whether acceleration was filtered or averaged before it was exported.

Each landing shakes a pod. A filter at 10 Hz or less, or a mean over a tenth of a second, leaves
next to nothing of that, and less of peaks and angles than there was.
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


def smoothed(
    acc_mps2: FloatArray, *, pelvis: bool, rate_hz: float, rows: IntArray | None = None
) -> bool:
    """Return whether the acceleration (n, 3) of a pod in movement holds no shocks.

    False with too little movement to tell. `rows` are its windows (`windows_of_movement`), if they
    are known.
    """
    if rows is None:
        rows = windows_of_movement(acc_mps2, rate_hz=rate_hz)
    if len(rows) < FEWEST:
        return False
    parts = acc_mps2[rows]
    parts = (parts - parts.mean(axis=1, keepdims=True)) * np.hanning(rows.shape[1])[:, None]
    power = (np.abs(np.fft.rfft(parts, axis=1)) ** 2).sum(axis=(0, 2))
    frequency_hz = np.fft.rfftfreq(rows.shape[1], 1 / rate_hz)
    quick, body = (
        float(power[(low <= frequency_hz) & (frequency_hz < high)].sum())
        for low, high in (QUICK_HZ, BODY_HZ)
    )
    return quick < (LEAST_ON_PELVIS if pelvis else LEAST_ON_SHANK) * body
