"""Medians over values some of which a saturated sensor hid: what is hidden lies beyond the rest.

A clipped peak is not known but its side is: above every measured one. Counted there, it leaves the
median right while less than half are clipped; left out, it would make the median too low.
"""

import numpy as np

from imu.frames import BoolArray, FloatArray
from imu.metrics.registry import Clipping


def censored(
    values: FloatArray, clipped: BoolArray | None, clipping: Clipping | None
) -> FloatArray:
    """Return `values` (n,) with what clipping hid put beyond every measured value: ±inf for NaN.

    Which end follows from what a saturated sample would have made of it; "unknown" stays NaN.
    """
    beyond = {"too low": np.inf, "too high": -np.inf}.get(clipping or "", np.nan)
    if clipped is None or np.isnan(beyond):
        return values
    return np.where(np.isnan(values) & clipped, beyond, values)


def median(values: FloatArray) -> float:
    """Return the median of what is not NaN; infinite when it is hidden, NaN when all are NaN."""
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")


def row_medians(rows: FloatArray, fewest: int) -> FloatArray:
    """Return the median over the last axis, NaN aside; NaN with under `fewest` or when hidden."""
    count = (~np.isnan(rows)).sum(axis=-1)
    ordered = np.sort(rows, axis=-1)  # NaN last
    pick = [np.maximum(count - 1, 0) // 2, np.maximum(count, 1) // 2]
    low, high = (np.take_along_axis(ordered, p[..., None], axis=-1)[..., 0] for p in pick)
    hidden = np.isinf(low) | np.isinf(high) | (count < fewest)
    return np.asarray(np.where(hidden, np.nan, low / 2 + high / 2))
