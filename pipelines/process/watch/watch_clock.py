"""How far the clock of a watch is from that of a session, by what both measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from imu.frames import FloatArray

FURTHEST_S: Final = 120
LEAST_S: Final = 60  # in common
LEAST_LIKE: Final = 0.7  # correlation
CLEAR_BY: Final = 0.1  # above every offset that is another
ANOTHER_S: Final = 20
GAP_S: Final = 10.0

Quantity = Literal["speed", "cadence"]


@dataclass(frozen=True)
class Series:
    """One quantity over time: both (n,), `time_s` Unix time and ascending, NaN not known."""

    time_s: FloatArray
    values: FloatArray

    def at(self, time_s: FloatArray) -> FloatArray:
        """Return the values (n,) at times (n,), NaN where the points around are far apart."""
        known = np.isfinite(self.values)
        x, y = self.time_s[known], self.values[known]
        if len(x) < 2:
            return np.full(len(time_s), np.nan)
        after = np.clip(np.searchsorted(x, time_s), 1, len(x) - 1)
        near = (x[after] - x[after - 1] <= GAP_S) & (time_s >= x[0]) & (time_s <= x[-1])
        return np.where(near, np.interp(time_s, x, y), np.nan)


def clock_offset(pods: Series, watch: Series) -> float:
    """Return by how many seconds the watch is ahead of the pods; NaN where that does not show.

    It shows where the pace changes: one offset must make the two alike, and no other.
    """
    if len(pods.time_s) < 2:
        return float("nan")
    grid = np.arange(np.ceil(pods.time_s[0]), np.floor(pods.time_s[-1]) + 1.0)
    ours = pods.at(grid)
    offsets = np.arange(-FURTHEST_S, FURTHEST_S + 1)
    like = np.array([_likeness(ours, watch.at(grid + offset)) for offset in offsets])
    if np.isnan(like).all():
        return float("nan")
    best = int(np.nanargmax(like))
    others = like[np.abs(offsets - offsets[best]) >= ANOTHER_S]
    rival = float(np.nanmax(others, initial=-1.0))
    clear = like[best] >= max(LEAST_LIKE, rival + CLEAR_BY)
    return float(offsets[best]) if clear else float("nan")


def _likeness(one: FloatArray, other: FloatArray) -> float:
    known = np.isfinite(one) & np.isfinite(other)
    if known.sum() < LEAST_S:
        return float("nan")
    a, b = one[known] - one[known].mean(), other[known] - other[known].mean()
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else float("nan")
