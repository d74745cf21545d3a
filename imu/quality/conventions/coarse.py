"""Tell in which steps a sensor is written, where they are so large that angles suffer."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import FloatArray

COARSE_ACC_MPS2: Final = 0.2
"""A level that rests between two such steps is off by up to 0.6 degrees."""
COARSE_GYR_RADPS: Final = 0.05
MOST_SAMPLES: Final = 20_000
FEWEST: Final = 4


def coarse_step(values: FloatArray, largest: float) -> float | None:
    """Return the step of the coarsest axis of `values` (n, 3), None where it is below `largest`."""
    some = values[:: 1 + len(values) // MOST_SAMPLES]
    steps = [_step(axis) for axis in some.T]
    step = max((one for one in steps if one is not None), default=0.0)
    return step if step > largest else None


def _step(axis: FloatArray) -> float | None:
    """Return the smallest step between different values, None of an axis that was not measured."""
    different = np.unique(axis[np.isfinite(axis)])
    if len(different) < FEWEST:
        return None
    steps = np.diff(different)
    return float(steps[steps > 1e-9 * np.abs(different).max()].min())
