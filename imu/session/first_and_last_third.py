"""How a run changes from its first to its last third: what tires, per metric and side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from imu.frames import SIDES, FloatArray, IntArray
from imu.metrics.registry import METRICS
from imu.metrics.table import StanceTable
from imu.session.batches import NORMAL_95, median_and_error
from imu.session.censored import censored


@dataclass(frozen=True)
class ThirdsChange:
    """Median of the last third of a run less that of the first, (2,) left and right.

    `low` to `high` is its 95 % interval. Within one run no strap was touched, so re-mounting has no
    part in it; pace, slope and ground have. NaN where a third has fewer than 20 known stances.
    """

    change: FloatArray
    low: FloatArray
    high: FloatArray


def between_thirds(table: StanceTable) -> Mapping[str, ThirdsChange]:
    """Return the change of every metric over the run; its thirds hold as many stances each."""
    sides = [np.flatnonzero(table.events.side == side) for side in SIDES]
    return {
        name: _change(
            censored(values, table.quality, METRICS[name].clipping),
            [(own[: len(own) // 3], own[len(own) - len(own) // 3 :]) for own in sides],
        )
        for name, values in table.metrics.items()
    }


def _change(values: FloatArray, thirds: list[tuple[IntArray, IntArray]]) -> ThirdsChange:
    change, half = np.full((2, len(SIDES)), np.nan)
    for k, (first, last) in enumerate(thirds):
        before, before_error = median_and_error(values[first])
        after, after_error = median_and_error(values[last])
        change[k] = after - before
        half[k] = NORMAL_95 * np.hypot(before_error, after_error)
    return ThirdsChange(change, change - half, change + half)
