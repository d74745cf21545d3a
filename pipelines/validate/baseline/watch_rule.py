"""The rule as watches use it: per cent of change against the last runs, fixed limits."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray

LAST_RUNS: Final = 5
LIMIT_PCT: Final = 10.0


def watch_names(values: Mapping[str, FloatArray]) -> BoolArray:
    """Return which measures (k, ..., m, 2) it names in each run, from (k, ..., 2) per metric.

    Each run is held against the mean of the `LAST_RUNS` before it, whatever their pace.
    """
    y = np.stack(list(values.values()), axis=-2)
    before = np.full(y.shape, np.nan)
    total = np.cumsum(np.concatenate([np.zeros((1, *y.shape[1:])), y]), axis=0)
    before[LAST_RUNS:] = (total[LAST_RUNS:-1] - total[: -LAST_RUNS - 1]) / LAST_RUNS
    return np.asarray(np.abs(y - before) > LIMIT_PCT / 100 * np.abs(before))
