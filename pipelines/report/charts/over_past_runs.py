"""Draw every primary metric over the past runs and today's."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from imu.baseline.comparisons import Comparison
from imu.frames import SIDES
from imu.metrics.registry import Metric
from pipelines.formatting import number, quantity
from pipelines.report.charts.draw import runs_chart
from pipelines.report.charts.figure import Figure
from pipelines.report.compared import Compared

RUNS_SHOWN: Final = 12


def runs_figures(of: Compared) -> list[Figure]:
    """Draw every primary metric over the last runs that count; nothing to see in a first run."""
    if not len(of.data.past):
        return []
    return [
        _runs_figure(of, m, [of.usual[name, side] for side in SIDES])
        for name, m in of.data.metrics.items()
        if m.primary
    ]


def _runs_figure(of: Compared, m: Metric, both: list[Comparison]) -> Figure:
    unit, medians = m.unit, of.data.history.medians[m.name]
    runs, today = of.data.past[-RUNS_SHOWN:], medians[-1]
    past = medians[runs]
    usual = np.array([(c.low, c.usual, c.high) for c in both])
    words = ", ".join(
        f"{side} {quantity(float(x), unit)} today" for side, x in zip(SIDES, today, strict=True)
    )
    days = [run_day(of, run) for run in runs]
    rows = [
        (day, *(number(value, unit) for value in values))
        for day, values in zip(days, past, strict=True)
    ]
    return Figure(
        title=m.label,
        unit=unit.shown,
        note="",
        svg=runs_chart(
            past * unit.factor,
            today * unit.factor,
            usual * unit.factor,
            ends=(days[0], "today"),
            at_least=4 * m.typical_error * unit.factor,
            label=f"{m.label} run after run: {words}.",
        ),
        header=("Run", "Left", "Right"),
        rows=[*rows, ("Today", *(number(value, unit) for value in today))],
    )


def run_day(of: Compared, run: int) -> str:
    """Return ``12 Oct``, from the start of a run or from the name of its session."""
    known = of.data.history
    day = known.started[run] or date.fromisoformat(known.sessions[run][:10])
    return f"{day.day} {day:%b}"
