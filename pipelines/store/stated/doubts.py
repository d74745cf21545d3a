"""Hold what was stated of a run against what its pods measured."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray

FARTHEST: Final = 1.5
"""Factor between a stated speed and that of the pods, which are right to some 5 %: beyond it the
unit was another, km/h or min/km."""


def doubtful(stated_mps: FloatArray, pods_mps: FloatArray) -> BoolArray:
    """Return which stated speeds (k,) cannot be those of the runs that the pods measured."""
    ratio = stated_mps / np.where(pods_mps > 0, pods_mps, np.nan)
    return np.asarray((ratio > FARTHEST) | (ratio < 1 / FARTHEST))


def in_doubt(session: str, stated_mps: float, pods_mps: float) -> str:
    """Return the sentence on a stated speed that is doubtful."""
    return (
        f"The speed stated of {session} is {stated_mps:.3g} m/s, and its pods measured "
        f"{pods_mps:.3g} m/s, which counts: state it in m/s, or clear it."
    )
