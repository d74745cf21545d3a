"""The median of many stances and its error, for stances next to each other are alike."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.session.censored import median

BATCHES: Final = 10
FEWEST: Final = 20
NORMAL_95: Final = 1.96
FEW_BATCHES: Final = 2.262 / NORMAL_95
"""Ten batches know their own scatter badly: Student's t in place of the normal."""


def median_and_error(values: FloatArray) -> tuple[float, float]:
    """Return the median of what is known of (n,), and its standard error by means of batches.

    The scatter of single stances would flatter: what moves over minutes moves whole batches. Both
    are NaN with fewer than 20 known, or where clipping hides the median.
    """
    known = values[~np.isnan(values)]
    middle = median(known)
    if len(known) < FEWEST or not np.isfinite(middle):
        return np.nan, np.nan
    finite = known[np.isfinite(known)]
    usable = finite[: len(finite) // BATCHES * BATCHES]
    if not len(usable):
        return np.nan, np.nan
    batches = np.median(usable.reshape(BATCHES, -1), axis=1)
    return middle, float(FEW_BATCHES * np.std(batches, ddof=1) / np.sqrt(BATCHES))
