"""Write and read the stance file: one row per running stance, and the header of the session."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.analysis import Analysis
from imu.metrics.table import StanceTable
from imu.session.curves import Curves
from pipelines.store.atomic import Hidden, already_there
from pipelines.store.files import SessionFiles, files_of, names_differ
from pipelines.store.json_values import numbers, to_json
from pipelines.store.layout import mark_layout, refuse_link_out
from pipelines.store.one_writer import one_writer
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.arrays import array, column_values
from pipelines.store.parquet.checked_file import Layout
from pipelines.store.parquet.schema import ATTRS_KEY, SESSION
from pipelines.store.parquet.stance_schema import START_UTC, stance_layout, stance_schema
from pipelines.store.session_header import HEADER_KEY, header, started_utc
from pipelines.store.tables.bouts_table import bouts_layout, bouts_table, instants
from pipelines.store.tables.curves_table import curves_from, curves_layout, curves_table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

BESIDE: Final = "beside"
"""Where a header says which curves and bouts belong to its stances."""
CURVES_KEY: Final = "midstance.curves"
"""Where version 1 had the curves: in the footer, as JSON."""


@dataclass(frozen=True)
class StoredMeans:
    """What a session comes to as read back: `header` as made by `header()`, and mean curves."""

    header: Mapping[str, Any]
    curves: Curves


@dataclass(frozen=True)
class StoredSession(StoredMeans):
    """One session as read back, with `frame`: one row per stance."""

    frame: pd.DataFrame


def write_stances(
    files: SessionFiles, analysis: Analysis, about: Mapping[str, Any], *, replace: bool = False
) -> Path:
    """Publish the stances of a session and return their path; see `header` for `about`.

    Curves and bouts are published before them; the header of the stances says which belong to it.
    """
    stretches = {name: getattr(analysis.bouts, name) for name in ("start_s", "stop_s", "gait")}
    session = SessionTables(
        stance_table(files, analysis.stances, started_utc(about)),
        analysis.curves,
        stretches,
        header(files, analysis, about),
    )
    return publish_session(files, session, replace=replace)


@dataclass(frozen=True)
class SessionTables:
    """What one session comes to, before it is written: see `bouts_table` for `stretches`."""

    stances: pa.Table
    curves: Curves
    stretches: Mapping[str, Any]
    header: Mapping[str, Any]


def publish_session(files: SessionFiles, session: SessionTables, *, replace: bool) -> Path:
    """Publish curves, bouts and, last, the stances, by which the session is there."""
    files.stances.parent.mkdir(parents=True, exist_ok=True)
    with one_writer(files.stances.parent), Hidden() as hidden:
        if files.stances.exists() and not replace:
            raise already_there(files.stances)
        texts = {HEADER_KEY: to_json({"athlete": files.athlete, "session": files.session})}
        curves = curves_table(files.session, session.curves)
        beside = {
            "curves": _hide(hidden, files.curves, curves, curves_layout(), texts),
            "bouts": _hide(hidden, files.bouts, _bouts(files, session), bouts_layout(), texts),
        }
        texts = {HEADER_KEY: to_json({**session.header, BESIDE: beside})}
        _hide(hidden, files.stances, session.stances, stance_layout(), texts)
        hidden.publish(once=None if replace else files.stances)
    mark_layout(files.root)
    files.people.mkdir(parents=True, exist_ok=True)  # for who writes there by hand
    return files.stances


def _hide(
    hidden: Hidden, path: Path, table: pa.Table, layout: Layout, texts: Mapping[str, str]
) -> str:
    """Write what is to be the table `path`, and return what tells it from others."""
    refuse_link_out(path)
    fill = partial(checked_file.fill, table=table, layout=layout, texts=texts)
    return checked_file.fingerprint(hidden.write(path, fill))


def _bouts(files: SessionFiles, session: SessionTables) -> pa.Table:
    stances = session.stances
    return bouts_table(
        files.session,
        started_utc(session.header),
        bout=column_values(stances["bout"]),
        initial_contact_s=column_values(stances["initial_contact_s"]),
        toe_off_s=column_values(stances["toe_off_s"]),
        stretches=session.stretches,
    )


def stance_table(files: SessionFiles, stances: StanceTable, began_utc: str | None) -> pa.Table:
    """Return the stances as Arrow; what is unknown (NaN) is null, so that SQL skips it."""
    import pyarrow as pa

    schema = stance_schema()
    given = {**vars(stances.events), **stances.published(), **stances.quality}
    own = {
        SESSION: [files.session] * len(stances),
        START_UTC: instants(began_utc, stances.events.initial_contact_s),
    }
    if wrong := sorted(set(given) ^ (set(schema.names) - set(own))):
        raise ValueError(
            f"the analysis and the schema of the stance file differ in {', '.join(wrong)}; "
            "declare a metric with @metric and a quality column in "
            "pipelines/store/parquet/schema.py"
        )
    columns: dict[str, Any] = own | given
    arrays = [array(columns[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def read_header(path: Path) -> dict[str, Any]:
    """Return the header of a stance file; reads only the footer."""
    texts = checked_file.read_texts(path, stance_layout())
    with checked_file.as_damage(path):
        return checked_file.json_object(texts[HEADER_KEY])


def read_means(path: Path) -> StoredMeans:
    """Read what a session comes to once all the bytes of its stances and curves are checked."""
    files = files_of(path)
    texts = checked_file.read_checked_texts(path, stance_layout())
    known = _header(files, texts)
    return StoredMeans(header=known, curves=_curves(files, known, texts))


def read_stances(path: Path) -> StoredSession:
    """Read a stance file, and the curves that belong to it, once all their bytes are checked."""
    files = files_of(path)
    table, texts = checked_file.read(path, stance_layout())
    known = _header(files, texts)
    with checked_file.as_damage(path):
        frame = to_frame(table, files.athlete)
    return StoredSession(header=known, curves=_curves(files, known, texts), frame=frame)


def _header(files: SessionFiles, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return what the footer says; ValueError where that is of another session."""
    with checked_file.as_damage(files.stances):
        known = checked_file.json_object(texts[HEADER_KEY])
        words = names_differ(files, known["athlete"], known["session"])
    if words:
        raise ValueError(f"{files.stances}: {words}")
    return known


def _curves(files: SessionFiles, known: Mapping[str, Any], texts: Mapping[str, str]) -> Curves:
    """Return the curves that belong to these stances; DamagedFileError where they are gone."""
    if CURVES_KEY in texts:
        with checked_file.as_damage(files.stances):
            return curves_of_version_1(texts)
    if words := missing_beside(files, "curves"):
        raise checked_file.DamagedFileError(words)
    table, _ = checked_file.read(files.curves, curves_layout())
    if words := of_others(files, known, "curves"):
        raise checked_file.DamagedFileError(f"{files.curves} is {words}")
    with checked_file.as_damage(files.curves):
        return curves_from(table)


def curves_of_version_1(texts: Mapping[str, str]) -> Curves:
    """Return the curves that a stance file of version 1 has in its footer."""
    stored = checked_file.json_object(texts[CURVES_KEY])
    return Curves(
        mean={name: numbers(values) for name, values in stored["mean"].items()},
        sd={name: numbers(values) for name, values in stored["sd"].items()},
        count=np.array(stored["count"], dtype=np.int64),
    )


def missing_beside(files: SessionFiles, kind: str) -> str:
    """Return the sentence on curves or bouts that are not there, or ""."""
    path = files.table(kind)
    return "" if path.exists() else f"{path} is missing; run midstance process {files.raw}"


def of_others(files: SessionFiles, known: Mapping[str, Any], kind: str) -> str:
    """Return what is wrong with curves or bouts that do not belong to these stances, or ""."""
    if known.get(BESIDE, {}).get(kind) == checked_file.fingerprint(files.table(kind)):
        return ""
    return f"of other stances than {files.stances.name}; run midstance process {files.raw}"


def to_frame(table: pa.Table, athlete: str | None = None) -> pd.DataFrame:
    """Return Arrow as pandas with ``attrs["units"]``, and whose it is in front."""
    frame: pd.DataFrame = table.to_pandas()
    frame.attrs = json.loads((table.schema.metadata or {}).get(ATTRS_KEY.encode(), b"{}"))
    if athlete is not None:
        frame = with_athlete(frame, [athlete] * len(frame))
    return frame


def with_athlete(frame: pd.DataFrame, whose: Sequence[str]) -> pd.DataFrame:
    """Return the stances with whose each of them is, in front: the folder's name, as text."""
    import pandas as pd

    others = frame.drop(columns="athlete", errors="ignore")  # version 1 had it in the file
    column = pd.Series(whose, index=frame.index, dtype="str", name="athlete")
    joined = pd.concat([column, others], axis=1)
    joined.attrs = frame.attrs
    return joined
