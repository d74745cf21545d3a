"""Medians of censored values: clipped peaks rank beyond all measured ones.

Of a clipped peak only a bound is known: it lies above every measured one. Counted there, it
leaves the median right while less than half are clipped; left out, it would bias it low.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from imu.frames import BoolArray, FloatArray
from imu.sensors import Clipping, Sensor, column


class Columns(Protocol):
    """Named columns: a dict of arrays or a data frame."""

    def __contains__(self, name: Any, /) -> bool:
        """Tell whether the column is there."""
        ...

    def __getitem__(self, name: Any, /) -> Any:
        """Return the column, (n,)."""
        ...


def clipped_by(sensor: Sensor, columns: Columns, n: int) -> BoolArray:
    """Return where `sensor` was clipped (n,), as far as `columns` say.

    Without such a column ``clipped`` stands for the shank's accelerometer, and others never were.
    """
    for name in (column(sensor), *(["clipped"] if sensor == "shank accelerometer" else [])):
        if name in columns:
            return np.asarray(columns[name], dtype=np.float64) > 0  # NaN: not known to be clipped
    return np.zeros(n, dtype=bool)


def censored(
    values: FloatArray, columns: Columns, clipping: Mapping[Sensor, Clipping]
) -> FloatArray:
    """Return `values` (n,) with what clipping hid put beyond every measured value: ±inf for NaN.

    `clipping` says what each saturated sensor would have made of the value, and so at which end
    the true one lies; where that is not known, or two sensors point to both ends, it stays NaN.
    """
    unknown = np.isnan(values)
    above, below = np.zeros((2, len(values)), dtype=bool)
    for sensor, would_be in clipping.items():
        hit = unknown & clipped_by(sensor, columns, len(values))
        above |= hit & (would_be != "too high")
        below |= hit & (would_be != "too low")
    return np.where(above & ~below, np.inf, np.where(below & ~above, -np.inf, values))


def median(values: FloatArray) -> float:
    """Return the median of what is not NaN (n,); infinite if clipping hides it, NaN of none."""
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")


def percentiles(values: FloatArray, shares_pct: Sequence[float]) -> FloatArray:
    """Return the values below which `shares_pct` (s,) of what is not NaN lie, (s,).

    NaN where that is hidden, or where nothing is known at all.
    """
    known = values[~np.isnan(values)]
    finite = known[np.isfinite(known)]
    if not len(finite):
        return np.full(len(shares_pct), np.nan)
    # What is hidden keeps its place at the end; a percentile that touches it is not known.
    stand_in = np.clip(known, finite.min(), finite.max())
    ends = [np.percentile(known, shares_pct, method=end) for end in ("lower", "higher")]
    hidden = np.isinf(ends).any(axis=0)
    return np.where(hidden, np.nan, np.percentile(stand_in, shares_pct))


def row_medians(rows: FloatArray, fewest: int) -> FloatArray:
    """Return medians (...) of `rows` (..., n), NaN aside; NaN with under `fewest`, or hidden."""
    count = (~np.isnan(rows)).sum(axis=-1)
    ordered = np.sort(rows, axis=-1)  # NaN last
    pick = [np.maximum(count - 1, 0) // 2, np.maximum(count, 1) // 2]
    low, high = (np.take_along_axis(ordered, p[..., None], axis=-1)[..., 0] for p in pick)
    hidden = np.isinf(low) | np.isinf(high) | (count < fewest)
    return np.asarray(np.where(hidden, np.nan, low / 2 + high / 2))
