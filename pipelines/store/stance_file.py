"""Write and read the stance file: one row per running stance, and the header of the session."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.analysis import Analysis
from imu.frames import SIDES
from imu.metrics.registry import METRICS
from imu.metrics.table import StanceTable
from imu.session.curves import Curves
from imu.session.drift import SPEED, Drift
from pipelines.store.files import SessionFiles, files_of
from pipelines.store.json_values import numbers, plain, rounded, to_json
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.schema import stance_columns, stance_layout, stance_schema

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

HEADER_KEY: Final = "midstance.header"
COLUMNS_KEY: Final = "midstance.columns"
CURVES_KEY: Final = "midstance.curves"
DRIFT: Final = "drift_"


@dataclass(frozen=True)
class StoredMeans:
    """What a session comes to as read back: `header` as made by `header()`, and mean curves."""

    header: Mapping[str, Any]
    curves: Curves


@dataclass(frozen=True)
class StoredSession(StoredMeans):
    """One session as read back, with `frame`: one row per stance."""

    frame: pd.DataFrame


def software() -> str:
    """Return name and version of the program that writes a file."""
    try:
        return f"midstance {version('midstance')}"
    except PackageNotFoundError:
        return "midstance (not installed)"


def header(files: SessionFiles, analysis: Analysis, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the footer says of a session.

    `about` is what the raw file knows (started_utc, duration_s, pods, source, athlete's mass and
    height); added are grade, reasons, summary, bouts, alignment, parameters and pod numbers.
    """
    pods = about.get("pods", {})
    found = analysis.quality.pods
    known: dict[str, Any] = {
        **about,
        "athlete": files.athlete,
        "session": files.session,
        "software": software(),
        "grade": analysis.quality.grade,
        "reasons": analysis.quality.reasons,
        "implausible": analysis.quality.implausible,
        "pods": {
            place: {**pods.get(place, {}), **found.get(place, {})} for place in (*pods, *found)
        },
        "bouts": analysis.bouts,
        "alignment": analysis.alignment,
        "parameters": analysis.parameters,
    }
    known["summary"] = summary(analysis)
    result: dict[str, Any] = plain(known)
    return result


def summary(analysis: Analysis) -> dict[str, Any]:
    """Return one row about the session: counts, seconds of each gait, what each side comes to.

    What it comes to (`imu.session`: variability, dose, medians) is named ``left_<name>`` and
    ``right_<name>``, what both sides have in one (speed, distance) ``<name>``. How primary metrics
    and speed change over the run, as it was run, is ``left_drift_<name>``, ``right_drift_<name>``:
    pace is taken off when runs are compared, by what is then known of this runner.
    """
    table = analysis.stances
    seconds = analysis.bouts.stop_s - analysis.bouts.start_s
    gaits = ("running", "walking", "standing")
    row: dict[str, Any] = {
        f"{gait}_s": float(seconds[analysis.bouts.gait == gait].sum()) for gait in gaits
    }
    for side in SIDES:
        row[f"{side}_stances_count"] = int((table.events.side == side).sum())
    for name, both in analysis.summary.values.items():
        for side, value in zip(SIDES, both, strict=True):
            row[f"{side}_{name}"] = _number(value)
    row |= {name: _number(value) for name, value in analysis.summary.together.items()}
    return row | _drift(analysis.summary.drift)


def _drift(of: Drift) -> dict[str, float | None]:
    changes = {n: both for n, both in zip(of.names, of.change, strict=True) if METRICS[n].primary}
    return {
        f"{side}_{DRIFT}{name}": _number(value)
        for name, both in {**changes, SPEED: of.pace_mps}.items()
        for side, value in zip(SIDES, both, strict=True)
    }


def _number(value: float) -> float | None:
    return float(rounded(np.array(value), 6)) if np.isfinite(value) else None


def write_stances(
    files: SessionFiles, analysis: Analysis, about: Mapping[str, Any], *, replace: bool = False
) -> Path:
    """Publish the stance file of a session and return its path; see `header` for `about`."""
    texts = {
        HEADER_KEY: to_json(header(files, analysis, about)),
        COLUMNS_KEY: to_json({name: asdict(c) for name, c in stance_columns().items()}),
        CURVES_KEY: to_json(_curves_to_plain(analysis.curves)),
    }
    table = stance_table(files, analysis.stances)
    checked_file.write(files.stances, table, stance_layout(), texts, replace=replace)
    return files.stances


def stance_table(files: SessionFiles, stances: StanceTable) -> pa.Table:
    """Return the stances as Arrow; what is unknown (NaN) is null, so that SQL skips it."""
    import pyarrow as pa

    schema = stance_schema()
    given = {**vars(stances.events), **stances.published(), **stances.quality}
    keys = {"athlete": files.athlete, "session": files.session}
    if wrong := sorted(set(given) ^ (set(schema.names) - set(keys))):
        raise ValueError(
            f"the analysis and the schema of the stance file differ in {', '.join(wrong)}; "
            "declare a metric with @metric and a quality column in "
            "pipelines/store/parquet/schema.py"
        )
    columns = {name: [word] * len(stances) for name, word in keys.items()} | given
    arrays = [_array(columns[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    if str(kind) == "float":
        values = np.asarray(values, dtype=np.float32)
    elif str(kind).startswith("dictionary"):
        return pa.array(values, pa.string()).cast(kind)
    elif str(kind) == "string":
        return pa.array(np.asarray(values, dtype=object), kind)
    return pa.array(values, kind, from_pandas=True)


def read_header(path: Path) -> dict[str, Any]:
    """Return the header of a stance file; reads only the footer."""
    texts = checked_file.read_texts(path, stance_layout())
    with checked_file.as_damage(path):
        return checked_file.json_object(texts[HEADER_KEY])


def read_means(path: Path) -> StoredMeans:
    """Read what a session comes to once all the bytes of its stance file are checked."""
    files_of(path)
    texts = checked_file.read_checked_texts(path, stance_layout())
    with checked_file.as_damage(path):
        return StoredMeans(
            header=checked_file.json_object(texts[HEADER_KEY]),
            curves=_curves_from_plain(checked_file.json_object(texts[CURVES_KEY])),
        )


def read_stances(path: Path) -> StoredSession:
    """Read a stance file once all its bytes are checked."""
    files_of(path)
    table, texts = checked_file.read(path, stance_layout())
    with checked_file.as_damage(path):
        return StoredSession(
            frame=to_frame(table),
            header=checked_file.json_object(texts[HEADER_KEY]),
            curves=_curves_from_plain(checked_file.json_object(texts[CURVES_KEY])),
        )


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Return Arrow as pandas with ``attrs["units"]``; athlete is text, not a category."""
    frame: pd.DataFrame = table.to_pandas()
    frame["athlete"] = frame["athlete"].astype("str")
    frame.attrs = json.loads((table.schema.metadata or {}).get(b"PANDAS_ATTRS", b"{}"))
    return frame


def _curves_to_plain(curves: Curves) -> Curves:
    return replace(
        curves,
        mean={name: rounded(values) for name, values in curves.mean.items()},
        sd={name: rounded(values) for name, values in curves.sd.items()},
    )


def _curves_from_plain(stored: Mapping[str, Any]) -> Curves:
    return Curves(
        mean={name: numbers(values) for name, values in stored["mean"].items()},
        sd={name: numbers(values) for name, values in stored["sd"].items()},
        count=np.array(stored["count"], dtype=np.int64),
    )
