"""Compute and draw medians and spread of a metric within one run, in bins of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.frames import SIDES, FloatArray
from imu.metrics.registry import Metric
from imu.session.censored import censored, percentiles
from pipelines.formatting import number
from pipelines.report.charts.draw import time_chart
from pipelines.report.charts.figure import Figure
from pipelines.report.data import ReportData

LONGEST_TABLE: Final = 15
HIDDEN: Final = "interrupted where too many peaks are beyond what the sensor can read"
WIDTHS_S: Final = (10.0, 20.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0)
MOST_BINS: Final = 48
FEWEST_STANCES: Final = 5
SHARES_PCT: Final = (10.0, 50.0, 90.0)


@dataclass(frozen=True)
class OverTime:
    """Bins of `width_s`; `minute` (b,) is the middle of each since the first stance.

    `low`, `middle`, `high` (2, b) hold, for left and right, the value below which 10, 50 and 90 %
    of the stances lie; NaN with fewer than five, or where clipping hides it, `low` and `high`
    together.
    """

    width_s: float
    minute: FloatArray
    low: FloatArray
    middle: FloatArray
    high: FloatArray


def over_time(side: npt.NDArray[np.str_], time_s: FloatArray, values: FloatArray) -> OverTime:
    """Reduce `values` (n,) at `time_s` (n,) to at most 48 bins; infinite ones are hidden.

    See `imu.session.censored`.
    """
    since_s = time_s - np.min(time_s, initial=np.inf)
    longest_s = float(np.max(since_s, initial=0.0))
    width_s = next((w for w in WIDTHS_S if longest_s < w * MOST_BINS), WIDTHS_S[-1])
    count = int(longest_s // width_s) + 1
    reduced = np.full((len(SHARES_PCT), len(SIDES), count), np.nan)
    which = (since_s // width_s).astype(np.int64) if len(since_s) else np.zeros(0, np.int64)
    for i, name in enumerate(SIDES):
        mine = (side == name) & ~np.isnan(values)
        for b in np.unique(which[mine]):
            inside = values[mine & (which == b)]
            if len(inside) >= FEWEST_STANCES:
                reduced[:, i, b] = percentiles(inside, SHARES_PCT)
    ends = reduced[[0, -1]]
    reduced[[0, -1]] = np.where(np.isnan(ends).any(axis=0), np.nan, ends)
    minute = (np.arange(count) + 0.5) * width_s / 60
    return OverTime(width_s, minute, *reduced)


def time_figures(data: ReportData, beside: Mapping[str, str]) -> list[Figure]:
    """Draw every primary metric over the run; `beside` maps them to what stands at the title."""
    if len(data.side) == 0:
        return []
    return [
        _time_figure(data, m, beside.get(m.name, ""))
        for m in data.metrics.values()
        if m.primary and np.isfinite(data.values.get(m.name, np.nan)).any()
    ]


def _time_figure(data: ReportData, m: Metric, beside: str) -> Figure:
    unit = m.unit
    values = censored(data.values[m.name], data.values, m.clipping)
    run = over_time(data.side, data.time_s, values)
    low, middle, high = (edge * unit.factor for edge in (run.low, run.middle, run.high))
    label = f"{m.label} over the run, left and right."
    step = -(-len(run.minute) // LONGEST_TABLE)
    rows = [
        (
            f"{run.minute[b]:.1f}",
            *(number(float(run.middle[i, b]), unit) for i in range(len(SIDES))),
        )
        for b in range(0, len(run.minute), step)
    ]
    return Figure(
        title=m.label,
        unit=unit.shown,
        note=HIDDEN if np.isinf(values).any() else beside,
        svg=time_chart(run.minute, low, middle, high, label=label),
        header=("Minute", "Left", "Right"),
        rows=rows,
    )


def bin_width_s(data: ReportData) -> float:
    """Return the seconds behind one point of the charts over the run."""
    return over_time(data.side, data.time_s, data.time_s).width_s
