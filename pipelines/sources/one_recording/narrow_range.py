"""Notice acceleration that ends at a range too narrow for running, where none is stated."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import GRAVITY_MPS2
from imu.recording.recording import largest
from pipelines.sources.one_recording.recording import SourcePod

NARROW_G: Final = (2.0, 4.0)
NEAR: Final = 0.03
FLAT: Final = 1e-3  # of the range
LEAST_SHARE: Final = 0.002
FEWEST: Final = 10


def ends_early(pod: SourcePod) -> str | None:
    """Return a sentence where many readings stand at one end of a narrow range."""
    if pod.acc_range_mps2 is not None:
        return None
    end_g = largest(pod.acc_mps2) / GRAVITY_MPS2
    narrow = next((one for one in NARROW_G if abs(end_g / one - 1) < NEAR), None)
    if narrow is None:
        return None
    size_g = np.abs(pod.acc_mps2) / GRAVITY_MPS2
    at_end = np.count_nonzero((size_g > end_g * (1 - FLAT)).any(axis=1))
    if at_end < max(FEWEST, LEAST_SHARE * len(size_g)):
        return None
    return (
        f"acceleration of the {pod.placement.replace('_', ' ')} ends at {end_g:.2f} g in {at_end} "
        f"samples, as of a pod set to ±{narrow:g} g: running goes beyond; set it to ±8 g or more"
    )
