"""Find values outside a metric's valid range: no running stance has them, so they are left out.

A value beyond `Metric.valid_range` comes from an analysis that failed in this stance (a pod that
was knocked, a contact in the wrong place), not from the runner, so it is NaN like
everything unknown.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.metrics.registry import METRICS

COUNT: Final = "implausible_count"
"""Column of the quality: how many values of the stance were left out."""


def beyond_valid_range(metrics: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return the values (k,) that lie beyond, NaN elsewhere, of each metric that has any."""
    found = {}
    for name, values in metrics.items():
        low, high = METRICS[name].valid_range
        beyond = (values < low) | (values > high)
        if beyond.any():
            found[name] = np.where(beyond, values, np.nan)
    return found


def within_valid_range(
    metrics: Mapping[str, FloatArray], implausible: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """Return the metrics (k,) with NaN for what is `implausible` (as `beyond_valid_range`)."""
    return {
        name: np.where(np.isfinite(implausible[name]), np.nan, values)
        if name in implausible
        else values
        for name, values in metrics.items()
    }


def count_implausible(implausible: Mapping[str, FloatArray]) -> dict[str, int]:
    """Return metric -> number of stances in which its value was left out, in order of `METRICS`."""
    return {
        name: int(np.isfinite(implausible[name]).sum()) for name in METRICS if name in implausible
    }
