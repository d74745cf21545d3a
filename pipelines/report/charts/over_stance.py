"""Draw the mean curves over the stance, today's in the band of the past runs."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.baseline.like_for_like import MODEL
from imu.baseline.usual_range import curve_band
from imu.frames import SIDES, FloatArray
from imu.units import Unit, unit_of
from pipelines.formatting import UNKNOWN, number
from pipelines.report.charts.draw import stance_chart
from pipelines.report.charts.figure import Figure
from pipelines.report.data import ReportData
from pipelines.report.words.curves import CURVES

SHOWN_PCT: Final = (0, 20, 40, 60, 80, 100)


def stance_figures(data: ReportData) -> list[Figure]:
    """Draw every mean curve over the stance in the band of the past runs."""
    if data.curves is None or not data.curves.count.any():
        return []
    return [
        _stance_figure(name, values, past_curves(data, name))
        for name, values in data.curves.mean.items()
        if np.isfinite(values).any()
    ]


def past_curves(data: ReportData, name: str) -> FloatArray:
    """Return (k, 2, 101), of past runs measured as today's: else a curve's zero may differ."""
    known = data.history
    alike = [known.sessions[i] for i in data.past if known.edition[i] == known.edition[-1]]
    means = [data.past_curves[one].mean for one in alike if one in data.past_curves]
    given = [mean[name] for mean in means if name in mean]
    return np.array(given) if given else np.empty((0, 2, 0))


def _stance_figure(name: str, today: FloatArray, past: FloatArray) -> Figure:
    unit = unit_of(name)
    title, note = CURVES.get(name, (name.rpartition("_")[0].replace("_", " ").capitalize(), ""))
    low, mean, high = np.full((3, *today.shape), np.nan)
    if len(past) >= MODEL.least:
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
        rows=[_at(percent, today, low, high, unit) for percent in SHOWN_PCT],
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
