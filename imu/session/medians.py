"""One session in two numbers per metric: the median of each leg."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.frames import SIDES, FloatArray, IntArray
from imu.metrics.registry import METRICS, Metric
from imu.session.censored import Columns, censored, median

FEWEST_STANCES: Final = 25
"""Stances of a side below which a median is not stable (Oliveira & Pirscoveanu 2021)."""


def session_medians(
    side: npt.ArrayLike, values: Columns, *, metrics: Mapping[str, Metric] = METRICS
) -> dict[str, FloatArray]:
    """Reduce one session to (2,) per metric: left, right; NaN with too few stances.

    `side` (n,) and the columns of `values` (n,) are per stance, among them what was clipped (see
    `censored`). A clipped peak counts as above all measured ones; the median is infinite where
    half of them or more are.
    """
    middle, stances = medians_and_counts(side, values, metrics)
    trusted = np.where(stances >= FEWEST_STANCES, middle, np.nan)
    return dict(zip(metrics, trusted, strict=True))


def medians_and_counts(
    side: npt.ArrayLike, values: Columns, metrics: Mapping[str, Metric]
) -> tuple[FloatArray, IntArray]:
    """Return median and count of what is known per metric and side, (m, 2) each."""
    of_side = [np.asarray(side) == s for s in SIDES]
    middle = np.full((len(metrics), len(SIDES)), np.nan)
    stances = np.zeros(middle.shape, dtype=np.int64)
    for i, (name, metric) in enumerate(metrics.items()):
        if name in values:
            column = censored(np.asarray(values[name], dtype=np.float64), values, metric.clipping)
            for j, mine in enumerate(of_side):
                middle[i, j] = median(column[mine])
                stances[i, j] = np.sum(~np.isnan(column[mine]))
    return middle, stances
