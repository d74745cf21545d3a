"""Write and read what a watch measured at each stance, ``<session>.watch.parquet``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from imu.frames import FloatArray
from pipelines.store.files import SessionFiles
from pipelines.store.json_values import to_json
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.arrays import array
from pipelines.store.parquet.checked_file import Layout
from pipelines.store.parquet.schema import SESSION, SESSION_COLUMN, Column, layout_of, schema_of
from pipelines.store.session_header import HEADER_KEY, software

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

WATCH_COLUMNS: Final = {
    "initial_contact_s": Column("s", "Initial contact", "As in the stances; session clock."),
    "watch_speed_mps": Column("m/s", "Speed", "Speed by the watch."),
    "watch_grade_pct": Column("%", "Slope", "Rise over run by the watch; up is positive."),
    "watch_heart_rate_bpm": Column("beats/min", "Heart rate", "Heart rate by the watch."),
    "watch_distance_m": Column("m", "Distance", "Distance by the watch since its start."),
}
COLUMNS: Final = tuple(WATCH_COLUMNS)


@cache
def watch_schema() -> pa.Schema:
    """Return the Arrow schema of the table."""
    columns = {name: ("double", column) for name, column in WATCH_COLUMNS.items()}
    return schema_of({SESSION: ("string", SESSION_COLUMN), **columns})


@cache
def watch_layout() -> Layout:
    """Return how the table is encoded. Version 1 had no column for the session."""
    return layout_of("midstance.watch", 2, watch_schema())


def write_watch_table(
    files: SessionFiles, columns: Mapping[str, FloatArray], about: Mapping[str, Any]
) -> Path:
    """Publish `COLUMNS`, each (n,), a row for each stance in the order of the stance file.

    `about` says which watch file it was and how its clock was set; an older table is replaced.
    """
    import pyarrow as pa

    arrays = [array(columns[name], pa.float64()) for name in COLUMNS]
    whose = array([files.session] * len(arrays[0]), pa.string())
    table = pa.Table.from_arrays([whose, *arrays], schema=watch_schema())
    known = {
        "athlete": files.athlete,
        "session": files.session,
        "software": software(),
        "stances": checked_file.fingerprint(files.stances),
        **about,
    }
    checked_file.write(
        files.watch, table, watch_layout(), {HEADER_KEY: to_json(known)}, replace=True
    )
    return files.watch


def read_watch_table(files: SessionFiles) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table once every byte is checked, and what is known of it."""
    table, texts = checked_file.read(files.watch, watch_layout())
    with checked_file.as_damage(files.watch):
        frame: pd.DataFrame = table.to_pandas()
        return frame[list(COLUMNS)], checked_file.json_object(texts[HEADER_KEY])
