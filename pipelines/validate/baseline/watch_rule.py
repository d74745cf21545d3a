"""The rule as watches use it: per cent of change against the last runs, fixed limits."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray

LAST_RUNS: Final = 5
LIMIT_PCT: Final = 10.0


def watch_names(
    values: Mapping[str, FloatArray], *, last_runs: int = LAST_RUNS, limit_pct: float = LIMIT_PCT
) -> BoolArray:
    """Return which measures (k, ..., m, 2) it names in each run, from (k, ..., 2) per metric.

    Each run is held against the mean of the `last_runs` before it, whatever their pace.
    """
    y = np.stack(list(values.values()), axis=-2)
    before = np.full(y.shape, np.nan)
    total = np.cumsum(np.concatenate([np.zeros((1, *y.shape[1:])), y]), axis=0)
    before[last_runs:] = (total[last_runs:-1] - total[: -last_runs - 1]) / last_runs
    return np.asarray(np.abs(y - before) > limit_pct / 100 * np.abs(before))
