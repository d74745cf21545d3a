"""Say in words at which range the sensors of a pod clip."""

from typing import Final

import numpy as np

from imu.alignment.activity import Motion
from imu.frames import GRAVITY_MPS2

RANGES_G: Final = (2, 4, 8, 16, 32, 64, 100, 200, 400)
RANGES_DPS: Final = (125, 245, 250, 500, 1000, 2000, 4000)
AS_SOLD: Final = 0.015
"""Share by which a range that was read may differ from one that is sold."""


def at_range(motion: Motion, *, acc: bool = False, gyr: bool = False) -> str:
    """Return e.g. ", at ±8 g" for what clips of accelerometer and gyroscope; "" where not known."""
    ends = []
    if acc and motion.acc_range_mps2 is not None:
        ends.append(f"±{_named(motion.acc_range_mps2 / GRAVITY_MPS2, RANGES_G)} g")
    if gyr and motion.gyr_range_radps is not None:
        ends.append(f"±{_named(float(np.degrees(motion.gyr_range_radps)), RANGES_DPS)} °/s")
    return f", at {' and '.join(ends)}" if ends else ""


def _named(size: float, sold: tuple[int, ...]) -> str:
    nearest = min(sold, key=lambda one: abs(size / one - 1))
    return f"{nearest}" if abs(size / nearest - 1) < AS_SOLD else f"{size:.3g}"
