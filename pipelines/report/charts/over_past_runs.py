"""Draw every primary metric over the past runs and today's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from imu.baseline.compare import Change
from imu.frames import FloatArray
from imu.metrics.registry import Metric
from pipelines.report.charts.draw import runs_chart
from pipelines.report.charts.figure import Figure
from pipelines.report.data import PastRun, ReportData
from pipelines.report.findings import JUDGED
from pipelines.report.formatting import number, quantity

RUNS_SHOWN: Final = 12


def runs_figures(data: ReportData, changes: Sequence[Change]) -> list[Figure]:
    """Draw every primary metric over the last runs; nothing to see in a first run."""
    if not data.past:
        return []
    past = data.past_medians()
    by_metric: dict[str, list[Change]] = {}
    for change in changes:
        if change.primary:
            by_metric.setdefault(change.metric, []).append(change)
    return [_runs_figure(data, data.metrics[n], past[n], c) for n, c in by_metric.items()]


def _runs_figure(data: ReportData, m: Metric, past: FloatArray, both: list[Change]) -> Figure:
    unit = m.unit
    today = np.array([change.today for change in both])
    usual = np.array(
        [(c.low, c.usual, c.high) if c.state in JUDGED else [np.nan] * 3 for c in both]
    )
    shown = slice(-RUNS_SHOWN, None)
    runs, past = data.past[shown], past[shown]
    words = ", ".join(f"{c.side} {quantity(c.today, unit)} today" for c in both)
    rows = [
        (run_day(run), *(number(value, unit) for value in values))
        for run, values in zip(runs, past, strict=True)
    ]
    return Figure(
        title=m.label,
        unit=unit.shown,
        note="",
        svg=runs_chart(
            past * unit.factor,
            today * unit.factor,
            usual * unit.factor,
            ends=(run_day(runs[0]), "today"),
            at_least=4 * m.typical_error * unit.factor,
            label=f"{m.label} run after run: {words}.",
        ),
        header=("Run", "Left", "Right"),
        rows=[*rows, ("Today", *(number(value, unit) for value in today))],
    )


def run_day(run: PastRun) -> str:
    """Return ``12 Oct``, from the start of a run or from the name of its session."""
    day = run.started or date.fromisoformat(run.session[:10])
    return f"{day.day} {day:%b}"
