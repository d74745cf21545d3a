"""When a runner ran, walked and stood as a table, ``bouts``; stances join it by ``bout``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import FloatArray, IntArray
from pipelines.store.parquet.arrays import array
from pipelines.store.parquet.checked_file import Layout
from pipelines.store.parquet.schema import (
    INSTANT,
    SESSION,
    SESSION_COLUMN,
    Column,
    layout_of,
    schema_of,
)

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

RUNNING: Final = "running"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
BOUTS_COLUMNS: Final = {
    SESSION: ("string", SESSION_COLUMN),
    "bout": (
        "int64",
        Column("", "Running bout", "As in the stances, from 0; none for walking and standing."),
    ),
    "gait": (
        "string",
        Column("", "Gait", "running, walking (any other movement) or standing."),
    ),
    "start_s": (
        "double",
        Column("s", "Start", "Session clock; of running, its first initial contact."),
    ),
    "stop_s": (
        "double",
        Column("s", "Stop", "Session clock; of running, its last contact or toe-off."),
    ),
    "start_utc": (INSTANT, Column("", "Instant of the start", "Unknown where the day is.")),
    "stances_count": ("int64", Column("", "Stances", "How many running stances are in it.")),
}


@cache
def bouts_schema() -> pa.Schema:
    """Return the Arrow schema of the table."""
    return schema_of(BOUTS_COLUMNS)


@cache
def bouts_layout() -> Layout:
    """Return how the table is encoded."""
    return layout_of("midstance.bouts", 1, bouts_schema())


def bouts_table(
    session: str,
    started_utc: str | None,
    *,
    bout: IntArray,
    initial_contact_s: FloatArray,
    toe_off_s: FloatArray,
    stretches: Mapping[str, Any],
) -> pa.Table:
    """Return bouts of running, as the stances (n,) have them, and stretches of other gaits.

    `stretches` has ``start_s``, ``stop_s`` and ``gait`` of the whole session, which may have bouts
    that follow close upon each other as one; so running is told by the stances.
    """
    import pyarrow as pa

    first = np.flatnonzero(np.diff(bout, prepend=-1)) if len(bout) else np.zeros(0, np.int64)
    known = np.fmax(initial_contact_s, toe_off_s)
    gait = np.asarray(stretches["gait"], dtype=str)
    other = gait != RUNNING
    start_s = np.append(initial_contact_s[first], _floats(stretches["start_s"])[other])
    stop_s = np.append(
        np.maximum.reduceat(known, first) if len(bout) else [], _floats(stretches["stop_s"])[other]
    )
    order = np.argsort(start_s, kind="stable")
    nothing = np.full(int(other.sum()), np.nan)
    columns: dict[str, Any] = {
        SESSION: np.full(len(order), session, dtype=object),
        "bout": np.append(bout[first], nothing)[order],
        "gait": np.append(np.full(len(first), RUNNING, object), gait[other])[order],
        "start_s": start_s[order],
        "stop_s": stop_s[order],
        "start_utc": instants(started_utc, start_s[order]),
        "stances_count": np.append(np.diff(np.append(first, len(bout))), nothing)[order],
    }
    schema = bouts_schema()
    arrays = [array(columns[f.name], f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def instants(started_utc: str | None, at_s: FloatArray) -> npt.NDArray[np.datetime64]:
    """Return the instants (n,) in UTC of times on the session clock, to the microsecond.

    NaT where the start of the session is not known, or the time is not.
    """
    if not started_utc:
        return np.full(len(at_s), "NaT", dtype="datetime64[us]")
    start = datetime.fromisoformat(started_utc)
    start_us = (start.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)
    known = np.isfinite(at_s)
    at_us = start_us + np.rint(np.where(known, at_s, 0.0) * 1e6).astype(np.int64)
    return np.where(known, at_us.astype("datetime64[us]"), np.datetime64("NaT", "us"))


def _floats(values: Any) -> FloatArray:
    return np.asarray(values, dtype=np.float64).reshape(-1)
