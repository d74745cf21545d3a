"""Jerk of the axial shock: mean, slope and maximum of its rise to the peak after contact."""

from dataclasses import dataclass

import numpy as np

from imu.dsp.rows import column_of_highest, highest, last_rise
from imu.frames import FloatArray

LOW_SHARE, HIGH_SHARE = 0.2, 0.8


@dataclass(frozen=True)
class Rise:
    """Jerks in m/s³ (k,): of the whole rise, of its middle, and the highest in its middle.

    The rise goes from the lowest value before the peak up to the peak; its middle from 20 to
    80 % of the height.
    """

    mean_mps3: FloatArray
    slope_mps3: FloatArray
    max_mps3: FloatArray


def rise(rows: FloatArray, *, contact: FloatArray, rate_hz: float) -> Rise:
    """Return the rise of each row (k, m), m/s², to its peak at or after column `contact` (k,)."""
    if not rows.size:
        nothing = np.full(len(rows), np.nan)
        return Rise(nothing, nothing, nothing)
    k, column = np.arange(len(rows)), np.arange(rows.shape[1])
    peak = column_of_highest(np.where(column >= contact[:, None], rows, np.nan))
    dip = column_of_highest(np.where(column <= peak[:, None], -rows, np.nan))
    low, height = rows[k, dip], rows[k, peak] - rows[k, dip]
    begin = last_rise(rows, low + LOW_SHARE * height, dip, peak)
    end = last_rise(rows, low + HIGH_SHARE * height, dip, peak)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Rise(
            mean_mps3=np.where(peak > dip, height / (peak - dip), np.nan) * rate_hz,
            slope_mps3=(HIGH_SHARE - LOW_SHARE) * height / (end - begin) * rate_hz,
            max_mps3=highest(_steps(rows, begin, end)) * rate_hz,
        )


def _steps(rows: FloatArray, begin: FloatArray, end: FloatArray) -> FloatArray:
    """Return the differences between neighbours that overlap ``[begin, end]``, else NaN."""
    left = np.arange(rows.shape[1] - 1)
    inside = (left + 1 > begin[:, None]) & (left < end[:, None])
    return np.where(inside, np.diff(rows, axis=1), np.nan)
