"""The weeks of a runner: her runs by week, how long, how far, and what the impacts add up to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import SIDES
from pipelines.formatting import NARROW, UNKNOWN, duration
from pipelines.pace import pace
from pipelines.report.words.grades import GRADES
from pipelines.serve.computed.records import Run, Week

if TYPE_CHECKING:
    import pandas as pd

DOSE: Final = "impact_dose_linear_count"
SHOWN: Final = ("shoes", "surface", "plan_phase", "tags", "notes")
PAIN: Final = "context_pain_"
M_A_KM: Final = 1000.0


def calendar_of(table: pd.DataFrame) -> tuple[Week, ...]:
    """Return the weeks of the `table` of an athlete's sessions, the last one first."""
    every: list[Mapping[str, Any]] = [
        {str(name): value for name, value in row.items()} for row in table.to_dict("records")
    ]
    rows = sorted(every, key=_when, reverse=True)
    return tuple(_week(monday, list(runs)) for monday, runs in groupby(rows, _monday))


def _when(row: Mapping[str, Any]) -> tuple[date, str]:
    return _day(row), _text(row, "started_local") + row["session"]


def _day(row: Mapping[str, Any]) -> date:
    return date.fromisoformat((_text(row, "started_local") or row["session"])[:10])


def _monday(row: Mapping[str, Any]) -> date:
    day = _day(row)
    return day - timedelta(days=day.weekday())


def _week(monday: date, rows: list[Mapping[str, Any]]) -> Week:
    running_s = _sum(rows, "running_s")
    return Week(
        monday=monday,
        runs=tuple(map(_run, rows)),
        running=duration(running_s),
        distance=_kilometres(_sum(rows, "distance_m")),
        dose=tuple(_whole(_sum(rows, f"{side}_{DOSE}")) for side in SIDES),
    )


def _sum(rows: list[Mapping[str, Any]], name: str) -> float:
    """Return the sum of what is known; NaN where nothing is, or a run lacks it: a part misleads."""
    values = np.array([_number(row, name) for row in rows if not _broken(row)])
    return float(values.sum()) if len(values) else float("nan")


def _run(row: Mapping[str, Any]) -> Run:
    speed, grade = _number(row, "speed_mps"), _text(row, "grade")
    broken = _text(row, "reasons") if _broken(row) else ""
    return Run(
        session=row["session"],
        day=_day(row),
        clock=_text(row, "started_local")[11:16],
        grade=grade,
        grade_words=GRADES[grade][0] if grade in GRADES else "",
        running="" if broken else duration(_number(row, "running_s")),
        pace=pace(speed) if np.isfinite(speed) and speed > 0 else "",
        stated=_stated(row),
        excluded=_text(row, "context_excluded"),
        problem=broken,
    )


def _broken(row: Mapping[str, Any]) -> bool:
    return _text(row, "reasons").startswith("cannot be read: ")


def _stated(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    said = [(name, _text(row, f"context_{name}")) for name in SHOWN]
    pain = [
        f"{name.removeprefix(PAIN).replace('_', ' ')} {_number(row, name):g}"
        for name in row
        if name.startswith(PAIN) and np.isfinite(_number(row, name))
    ]
    said.append(("pain", ", ".join(pain)))
    return tuple((name.replace("_", " "), words) for name, words in said if words)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _number(row: Mapping[str, Any], name: str) -> float:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else float("nan")


def _kilometres(distance_m: float) -> str:
    return f"{distance_m / M_A_KM:.1f}{NARROW}km" if np.isfinite(distance_m) else UNKNOWN


def _whole(value: float) -> str:
    return f"{value:.0f}" if np.isfinite(value) else UNKNOWN
