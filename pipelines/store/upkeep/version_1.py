"""Write stances and watch tables of version 1 anew as those of today, numbers unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from imu.session.curves import Curves
from pipelines.store.files import SessionFiles
from pipelines.store.json_values import rounded
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.schema import schema_with_attrs
from pipelines.store.parquet.stance_schema import START_UTC, stance_layout, stance_schema
from pipelines.store.session_header import HEADER_KEY, started_utc
from pipelines.store.tables.bouts_table import instants
from pipelines.store.tables.curves_table import curves_from, curves_layout
from pipelines.store.tables.stance_file import (
    BESIDE,
    SessionTables,
    curves_of_version_1,
    publish_session,
)
from pipelines.store.tables.watch_table import COLUMNS, watch_layout, write_watch_table

if TYPE_CHECKING:
    import pyarrow as pa

KEPT_OF_A_FIELD = (b"unit", b"label", b"doc")


def rewrite_stances(old: Path, files: SessionFiles) -> str:
    """Write the tables of a session from its old stance file, and read them back.

    Returns the fingerprint of the old file. What is there already and the same is left alone.
    """
    table, texts = checked_file.read(old, stance_layout())
    with checked_file.as_damage(old):
        session = _session(table, texts)
    if not _is_there(files, session):
        publish_session(files, session, replace=True)
        if not _is_there(files, session):
            raise OSError(f"{files.stances} does not read back as it was written; try again")
    return checked_file.fingerprint(old)


def _session(table: pa.Table, texts: dict[str, str]) -> SessionTables:
    known = checked_file.json_object(texts[HEADER_KEY])
    stretches = known.get("bouts") or {"start_s": [], "stop_s": [], "gait": []}
    columns = _columns_of_today(table, started_utc(known))
    return SessionTables(columns, curves_of_version_1(texts), stretches, known)


def _columns_of_today(table: pa.Table, began_utc: str | None) -> pa.Table:
    """Return the stances with the instants, without the athlete, in the order of today."""
    import pyarrow as pa

    today = stance_schema()
    contact_s = table["initial_contact_s"].to_numpy()
    columns: dict[str, Any] = {field.name: table[field.name] for field in table.schema}
    columns |= {START_UTC: pa.array(instants(began_utc, contact_s), today.field(START_UTC).type)}
    columns.pop("athlete", None)
    fields = {field.name: _less_said(field) for field in table.schema if field.name in columns}
    known = [name for name in today.names if name in columns]
    fields |= {name: today.field(name).with_type(columns[name].type) for name in known}
    names = [*known, *(name for name in columns if name not in known)]
    schema = schema_with_attrs([fields[name] for name in names])
    return pa.Table.from_arrays([columns[name] for name in names], schema=schema)


def _less_said(field: pa.Field) -> pa.Field:
    said = field.metadata or {}
    return field.with_metadata({key: text for key, text in said.items() if key in KEPT_OF_A_FIELD})


def _is_there(files: SessionFiles, session: SessionTables) -> bool:
    """Say whether the tables hold this session: every stance to the bit, curves to five digits."""
    try:
        table, texts = checked_file.read(files.stances, stance_layout())
        curves = curves_from(checked_file.read(files.curves, curves_layout())[0])
        beside = checked_file.json_object(texts[HEADER_KEY])[BESIDE]
        whole = {kind: checked_file.fingerprint(files.table(kind)) for kind in beside} == beside
    except (OSError, ValueError, KeyError):
        return False
    return whole and table.equals(session.stances) and _same(curves, session.curves)


def _same(one: Curves, other: Curves) -> bool:
    names = list(one.mean)
    if names != list(other.mean):
        return False
    both = ((one.mean, other.mean), (one.sd, other.sd))
    pairs = [(mine[name], theirs[name]) for mine, theirs in both for name in names]
    return all(np.array_equal(rounded(x), rounded(y), equal_nan=True) for x, y in pairs)


def rewrite_watch(old: Path, files: SessionFiles, stamp: str) -> None:
    """Write a watch table anew; one of the stances with this `stamp` is then of the new ones."""
    table, texts = checked_file.read(old, watch_layout())
    with checked_file.as_damage(old):
        about = checked_file.json_object(texts[HEADER_KEY])
        columns = {name: table[name].to_numpy() for name in COLUMNS}
    if about.get("stances") == stamp:
        del about["stances"]
    write_watch_table(files, columns, about)
