"""Write and read what a watch measured at each stance, ``<session>.watch.parquet``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from imu.frames import FloatArray
from pipelines.store.files import SessionFiles
from pipelines.store.json_values import to_json
from pipelines.store.parquet import checked_file
from pipelines.store.stance_file import HEADER_KEY, software

if TYPE_CHECKING:
    import pandas as pd

WATCH: Final = checked_file.Layout("midstance.watch", 1, {}, ())
COLUMNS: Final = (
    "initial_contact_s",
    "watch_speed_mps",
    "watch_grade_pct",
    "watch_heart_rate_bpm",
    "watch_distance_m",
)


def write_watch_table(
    files: SessionFiles, columns: Mapping[str, FloatArray], about: Mapping[str, Any]
) -> Path:
    """Publish `COLUMNS`, each (n,), a row for each stance in the order of the stance file.

    `about` says which watch file it was and how its clock was set; an older table is replaced.
    """
    import pyarrow as pa

    table = pa.table({name: pa.array(columns[name], from_pandas=True) for name in COLUMNS})
    known = {
        "athlete": files.athlete,
        "session": files.session,
        "software": software(),
        "stances": checked_file.fingerprint(files.stances),
        **about,
    }
    checked_file.write(files.watch, table, WATCH, {HEADER_KEY: to_json(known)}, replace=True)
    return files.watch


def read_watch_table(files: SessionFiles) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table once every byte is checked, and what is known of it."""
    table, texts = checked_file.read(files.watch, WATCH)
    with checked_file.as_damage(files.watch):
        frame: pd.DataFrame = table.to_pandas()
        return frame[list(COLUMNS)], checked_file.json_object(texts[HEADER_KEY])
