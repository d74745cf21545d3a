"""Export stances and curves as CSV, with a side-car that says what each column is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import SIDES
from imu.units import unit_of
from pipelines.export.kinds import Exported, Wanted
from pipelines.export.run import Run, load
from pipelines.export.signs import LEGS
from pipelines.store.atomic import publish_folder
from pipelines.store.json_values import to_json_for_people

STANCES: Final = "stances.csv"
CURVES: Final = "curves.csv"
DEFINITIONS: Final = "definitions.json"
MISSING: Final = "an empty cell is a number that is not known; the column quality says why"


def export(wanted: Wanted) -> Exported:
    """Write a folder with stances, curves and definitions."""
    run = load(wanted.files)
    publish_folder(wanted.path, lambda folder: write(run, folder))
    return Exported(wanted.path, len(run.stances["side"]), "stances", (LEGS, MISSING))


def write(run: Run, folder: Path) -> None:
    """Write the three files of a session into `folder`."""
    names = list(run.columns)
    _table(folder / STANCES, names, zip(*(texts(run.stances[name]) for name in names), strict=True))
    curves = curve_columns(run)
    rows = zip(*(texts(values) for values in curves.values()), strict=True)
    _table(folder / CURVES, list(curves), rows)
    words = to_json_for_people(definitions(run, list(curves)))
    (folder / DEFINITIONS).write_text(words + "\n", encoding="utf-8")


def curve_columns(run: Run) -> dict[str, npt.NDArray[Any]]:
    """Return the mean curves as columns: side, % of stance, then mean and SD of each signal."""
    points = next((both.shape[1] for both in run.curves.mean.values()), 0)
    columns: dict[str, npt.NDArray[Any]] = {
        "side": np.repeat(np.array(SIDES), points),
        "stance_pct": np.tile(np.linspace(0, 100, points), len(SIDES)),
        "stances_count": np.repeat(run.curves.count, points),
    }
    for name, mean in run.curves.mean.items():
        columns[name] = mean.ravel()
        columns[f"sd_{name}"] = run.curves.sd[name].ravel()
    return columns


def definitions(run: Run, curves: Sequence[str]) -> dict[str, Any]:
    """Return what the files hold: whose they are, how good, signs, and each column in words."""
    known = run.header
    return {
        "athlete": run.athlete,
        "session": run.session,
        **{key: known.get(key) for key in ("started_utc", "timezone", "duration_s", "software")},
        "grade": known.get("grade"),
        "reasons": known.get("reasons"),
        "signs": LEGS,
        "missing": MISSING,
        "times": "seconds on the session clock, of which 0 is started_utc",
        STANCES: {name: _said(asdict(column)) for name, column in run.columns.items()},
        CURVES: {name: _curve(name) for name in curves},
        "summary": known.get("summary"),
    }


def _said(column: Mapping[str, str]) -> dict[str, str]:
    return {key: words for key, words in column.items() if words}


def _curve(name: str) -> dict[str, str]:
    if name == "side":
        return {"doc": "The leg that stands: left or right."}
    if name == "stances_count":
        return {"doc": "How many stances the mean is of."}
    signal = name.removeprefix("sd_")
    what = "share of stance" if name == "stance_pct" else "SD" if signal != name else "mean"
    return {"unit": unit_of(signal).symbol, "doc": f"{what}, from initial contact to toe-off"}


def texts(values: npt.NDArray[Any]) -> list[str]:
    """Return values as cells: shortest digits that mean the same number, "" where not known."""
    if values.dtype.kind == "f":
        exact = values if values.dtype == np.float32 else np.round(values, 9)
        return ["" if text == "nan" else text for text in exact.astype(str).tolist()]
    if values.dtype.kind == "b":
        return ["true" if value else "false" for value in values.tolist()]
    return ["" if value is None or value != value else str(value) for value in values.tolist()]


def _table(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
