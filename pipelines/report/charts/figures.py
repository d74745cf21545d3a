"""Make the figures of the report: a chart, its caption, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from imu.baseline.compare import RULES, Change
from imu.baseline.usual_range import curve_band
from imu.frames import SIDES, FloatArray
from imu.metrics.registry import Metric
from imu.session.censored import censored
from imu.units import Unit, unit_of
from pipelines.report.charts.draw import runs_chart, stance_chart, time_chart
from pipelines.report.charts.over_time import over_time
from pipelines.report.data import PastRun, ReportData
from pipelines.report.findings import JUDGED
from pipelines.report.formatting import UNKNOWN, number, quantity

LONGEST_TABLE: Final = 15
RUNS_SHOWN: Final = 12
HIDDEN: Final = "interrupted where too many peaks are beyond what the sensor can read"

# What the curves of `imu.analysis.Curves` are called, and which way is up.
CURVES: Final = {
    "pelvis_tilt_deg": ("Pelvic tilt", "up: front of the pelvis down"),
    "pelvis_drop_deg": ("Pelvic drop", "up: swing side lower"),
    "pelvis_rotation_deg": ("Pelvic rotation", "up: toward the stance leg"),
    "shank_rotation_deg": ("Shank rotation", "up: inward"),
    "vertical_force_bw": ("Vertical force", "estimated"),
    "shank_axial_mps2": ("Acceleration along the shank", "gravity included"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """`svg` is complete; `header` and `rows` hold the same numbers as text."""

    title: str
    unit: str
    note: str
    svg: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


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


def stance_figures(data: ReportData) -> list[Figure]:
    """Draw every mean curve over the stance in the band of the past runs."""
    if data.curves is None or not data.curves.count.any():
        return []
    return [
        _stance_figure(name, values, _past_curves(data, name))
        for name, values in data.curves.mean.items()
        if np.isfinite(values).any()
    ]


def _past_curves(data: ReportData, name: str) -> FloatArray:
    given = [run.curves.mean[name] for run in data.past if run.curves and name in run.curves.mean]
    return np.array(given) if given else np.empty((0, 2, 0))


def _stance_figure(name: str, today: FloatArray, past: FloatArray) -> Figure:
    unit = unit_of(name)
    title, note = CURVES.get(name, (name.rpartition("_")[0].replace("_", " ").capitalize(), ""))
    low, mean, high = np.full((3, *today.shape), np.nan)
    if len(past) >= RULES.minimum_sessions:
        low, high = curve_band(past)
        mean = (low + high) / 2
    factor = unit.factor
    label = f"{title} over the stance, left and right, today against the past runs."
    return Figure(
        title=title,
        unit=unit.shown,
        note=note,
        svg=stance_chart(today * factor, low * factor, mean * factor, high * factor, label=label),
        header=(
            "Stance",
            *(f"{side.capitalize()} {w}" for side in SIDES for w in ("today", "usual")),
        ),
        rows=[_at(percent, today, low, high, unit) for percent in (0, 25, 50, 75, 100)],
    )


def _at(
    percent: int, today: FloatArray, low: FloatArray, high: FloatArray, unit: Unit
) -> tuple[str, ...]:
    point = round(percent / 100 * (today.shape[1] - 1))
    cells = [f"{percent} %"]
    for i in range(len(SIDES)):
        ends = [number(float(edge[i, point]), unit) for edge in (low, high)]
        cells.append(number(float(today[i, point]), unit))
        cells.append(UNKNOWN if UNKNOWN in ends else " to ".join(ends))
    return tuple(cells)


def time_figures(data: ReportData) -> list[Figure]:
    """Draw every primary metric over the run."""
    if len(data.side) == 0:
        return []
    return [
        _time_figure(data, m)
        for m in data.metrics.values()
        if m.primary and np.isfinite(data.values.get(m.name, np.nan)).any()
    ]


def _time_figure(data: ReportData, m: Metric) -> Figure:
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
        note=HIDDEN if np.isinf(values).any() else "",
        svg=time_chart(run.minute, low, middle, high, label=label),
        header=("Minute", "Left", "Right"),
        rows=rows,
    )


def bin_width_s(data: ReportData) -> float:
    """Return the seconds behind one point of the charts over the run."""
    return over_time(data.side, data.time_s, data.time_s).width_s
