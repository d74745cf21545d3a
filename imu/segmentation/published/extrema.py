"""Nearest extremum before or after each anchor, vectorised.

Marks are sorted sample positions (m,), anchors are sample positions (k,). A mark that does not
exist or is further away than `within` samples is `NOWHERE`.
"""

from typing import Final

import numpy as np
import scipy

from imu.dsp.peaks import refine_peak
from imu.frames import FloatArray, IntArray

NOWHERE: Final = -1
FAR: Final = 2**40


def maxima(x: FloatArray) -> IntArray:
    """Return the local maxima of `x` (n,), ends excluded."""
    return np.asarray(scipy.signal.find_peaks(x)[0], dtype=np.int64)


def minima(x: FloatArray) -> IntArray:
    """Return the local minima of `x` (n,), ends excluded."""
    return maxima(-x)


def before(marks: IntArray, anchor: IntArray, *, within: IntArray | int) -> IntArray:
    """Return the last mark before each anchor (k,)."""
    found = np.concatenate([[-FAR], marks])[np.searchsorted(marks, anchor, side="left")]
    return np.where((anchor - found <= within) & (anchor >= 0), found, NOWHERE)


def after(marks: IntArray, anchor: IntArray, *, within: IntArray | int) -> IntArray:
    """Return the first mark after each anchor (k,)."""
    found = np.concatenate([marks, [FAR]])[np.searchsorted(marks, anchor, side="right")]
    return np.where((found - anchor <= within) & (anchor >= 0), found, NOWHERE)


def nearest(marks: IntArray, anchor: IntArray, *, within: IntArray | int) -> IntArray:
    """Return the mark nearest to each anchor (k,), the anchor itself included."""
    low = np.concatenate([[-FAR], marks])[np.searchsorted(marks, anchor, side="right")]
    high = np.concatenate([marks, [FAR]])[np.searchsorted(marks, anchor, side="right")]
    found = np.where(anchor - low <= high - anchor, low, high)
    return np.where((np.abs(found - anchor) <= within) & (anchor >= 0), found, NOWHERE)


def refined(x: FloatArray, at: IntArray) -> FloatArray:
    """Return fractional positions (k,) of extrema of `x`, by a parabola; NaN for `NOWHERE`."""
    return np.where(at == NOWHERE, np.nan, refine_peak(x, np.maximum(at, 0)))


def samples(seconds: float, rate_hz: float) -> int:
    """Return a length of time as an integer number of samples, one at least."""
    return max(round(seconds * rate_hz), 1)
