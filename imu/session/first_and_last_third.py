"""How a run changes from its first to its last third: what tires, per metric and side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imu.frames import SIDES, FloatArray, IntArray
from imu.metrics.registry import METRICS
from imu.session.batches import NORMAL_95, median_and_error
from imu.session.censored import Columns, censored


@dataclass(frozen=True)
class ThirdsChange:
    """Median of the last third of a run less that of the first, (2,) left and right.

    `low` to `high` is its 95 % interval. Within one run no strap was touched, so re-mounting has no
    part in it; pace, slope and ground have. NaN where a third has fewer than 20 known stances.
    """

    change: FloatArray
    low: FloatArray
    high: FloatArray


def between_thirds(side: npt.ArrayLike, columns: Columns) -> Mapping[str, ThirdsChange]:
    """Return the change over a run of every metric among its `columns` (n,); `side` is (n,).

    The stances are in order; the thirds of a side hold as many of them each.
    """
    sides = [np.flatnonzero(np.asarray(side) == one) for one in SIDES]
    thirds = [(own[: len(own) // 3], own[len(own) - len(own) // 3 :]) for own in sides]
    return {
        name: _change(
            censored(np.asarray(columns[name], dtype=np.float64), columns, metric.clipping), thirds
        )
        for name, metric in METRICS.items()
        if name in columns
    }


def _change(values: FloatArray, thirds: list[tuple[IntArray, IntArray]]) -> ThirdsChange:
    change, half = np.full((2, len(SIDES)), np.nan)
    for k, (first, last) in enumerate(thirds):
        before, before_error = median_and_error(values[first])
        after, after_error = median_and_error(values[last])
        change[k] = after - before
        half[k] = NORMAL_95 * np.hypot(before_error, after_error)
    return ThirdsChange(change, change - half, change + half)
