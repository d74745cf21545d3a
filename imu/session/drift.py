"""How a run changes from its first to its last third, with what pace does taken off.

No strap was touched within a run, so re-mounting has no part in it; pace, slope and ground have.
Strides hang together: the unit is the median of 25 of one leg (Zandbergen 2023), and a mean of n
of those settles with n to the power of H - 1 (long memory; Meardon 2011), not of -1/2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from imu.frames import SIDES, FloatArray
from imu.metrics.registry import METRICS
from imu.session.censored import Columns, censored, row_medians

SPEED: Final = "speed_mps"
STRIDES: Final = 25
FEWEST_KNOWN: Final = 13
"""Of the strides of a group, for a median."""
LEAST_GROUPS: Final = 9
HURST: Final = 0.82
"""Of stride series, a change over the run left in; exponents of .8 to .96 are published."""


@dataclass(frozen=True)
class Drift:
    """Last third of a run less the first of m metrics on each side, (m, 2), in the metric's unit.

    `change` is as it was run, `pace_mps` (2,) the change of speed over the same thirds, `per_mps`
    (m,) what one m/s more does to runners: `at_one_pace` is the change less that. `error` is the
    standard error of the change, `freedom` its degrees. NaN with fewer than nine groups of 25
    strides, three of each third known, or where clipping hides one.
    """

    names: tuple[str, ...]
    change: FloatArray
    error: FloatArray
    freedom: FloatArray
    pace_mps: FloatArray
    per_mps: FloatArray

    @property
    def at_one_pace(self) -> FloatArray:
        """The change without what pace does to runners; as it was run where pace is unknown."""
        return self.change - paced(self.per_mps[:, None], self.pace_mps)

    @property
    def reach(self) -> FloatArray:
        """Half the width of the 95 % interval of the change."""
        return np.asarray(stdtrit(self.freedom, 0.975) * self.error)


def paced(per_mps: FloatArray, pace_mps: FloatArray) -> FloatArray:
    """Return what a change of pace does, 0 where either is unknown; arrays of shapes that fit."""
    return np.nan_to_num(per_mps * pace_mps)


def drift(side: npt.ArrayLike, columns: Columns, *, speed_mps: FloatArray | None = None) -> Drift:
    """Return the change over a run of every metric among its `columns` (n,); `side` is (n,).

    The stances are in order. Speed is `speed_mps` (n,), NaN where unknown, else that among the
    columns.
    """
    names = tuple(name for name in METRICS if name in columns)
    values = [
        censored(np.asarray(columns[name], dtype=np.float64), columns, METRICS[name].clipping)
        for name in names
    ]
    sides = np.asarray(side)
    if speed_mps is None:
        speed_mps = np.full(len(sides), np.nan)
        if SPEED in columns:
            speed_mps = np.asarray(columns[SPEED], dtype=np.float64)
    rows = np.array([*values, speed_mps]).reshape(len(values) + 1, len(sides))
    parts = np.stack([_of_leg(rows[:, sides == one]) for one in SIDES], axis=-1)
    change, error, freedom = parts
    return Drift(names, change[:-1], error[:-1], freedom[:-1], change[-1], _of_runners(names))


def _of_runners(names: tuple[str, ...]) -> FloatArray:
    """Return what is known beforehand of the change per m/s, in each metric's unit (m,)."""
    known: Mapping[str, float] = {
        name: METRICS[name].comparing.per_mps[0] * METRICS[name].typical_error for name in names
    }
    return np.array([known[name] for name in names])


def _of_leg(rows: FloatArray) -> FloatArray:
    """Return change, standard error and degrees of freedom (3, r) of `rows` (r, stances)."""
    count = rows.shape[1] // STRIDES
    if count < LEAST_GROUPS:
        return np.full((3, len(rows)), np.nan)
    whole = rows[:, : count * STRIDES].reshape(len(rows), count, STRIDES)
    groups = row_medians(whole, FEWEST_KNOWN)
    hidden = np.isinf(whole).sum(axis=-1) >= FEWEST_KNOWN
    third = count // 3
    ends = np.stack([groups[:, :third], groups[:, -third:]])
    known = np.isfinite(ends).sum(axis=-1)
    first, last = np.nansum(ends, axis=-1) / np.maximum(known, 1)
    spread, freedom = _about_a_line(groups)
    settled = np.maximum(known, 1) ** (HURST - 1.0)
    enough = (known.min(axis=0) >= LEAST_GROUPS // 3) & ~hidden.any(axis=1)
    said = np.stack([last - first, spread * np.hypot(*settled), freedom])
    return np.where(enough, said, np.nan)


def _about_a_line(groups: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the SD of `groups` (r, g) about a line over the run, and its freedom, (r,)."""
    known = np.isfinite(groups)
    count = known.sum(axis=1)
    at = np.where(known, np.arange(groups.shape[1]), 0.0)
    y = np.where(known, groups, 0.0)
    n = np.maximum(count, 1)[:, None]
    t = np.where(known, at - at.sum(axis=1, keepdims=True) / n, 0.0)
    y = np.where(known, y - y.sum(axis=1, keepdims=True) / n, 0.0)
    slope = (t * y).sum(axis=1) / np.maximum((t * t).sum(axis=1), 1e-12)
    freedom = np.maximum(count - 2, 0)
    squares = ((y - slope[:, None] * t) ** 2).sum(axis=1)
    return np.sqrt(squares / np.maximum(freedom, 1)), freedom.astype(np.float64)
