"""What every column of every table means, as a table: ``dictionary/dictionary.parquet``."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipelines.errors import in_words
from pipelines.store.files import dictionary_path
from pipelines.store.json_values import to_json
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.checked_file import Layout
from pipelines.store.parquet.raw_schema import raw_columns
from pipelines.store.parquet.schema import (
    ATHLETE_COLUMN,
    SESSION,
    SESSION_COLUMN,
    Column,
    layout_of,
    schema_of,
)
from pipelines.store.parquet.session_columns import session_columns
from pipelines.store.parquet.stance_schema import stance_columns
from pipelines.store.tables.bouts_table import BOUTS_COLUMNS
from pipelines.store.tables.curves_table import CURVES_COLUMNS
from pipelines.store.tables.watch_table import WATCH_COLUMNS

if TYPE_CHECKING:
    pass

CONTENT_KEY: Final = "midstance.content_sha256"
DICTIONARY_COLUMNS: Final = {
    "table": ("string", Column("", "Table", "The folder of the store that has the column.")),
    "column": ("string", Column("", "Column", "Its name.")),
    "unit": ("string", Column("", "Unit", "The unit of its values; empty: none.")),
    "label": ("string", Column("", "Label", "What people call it.")),
    "doc": ("string", Column("", "In a line", "What it is.")),
    "definition": ("string", Column("", "Definition", "What it is, in full.")),
    "cite": ("string", Column("", "Source", "Where the definition comes from.")),
    "measured": ("string", Column("", "Measured", "How well it is measured, and the proof.")),
    "matters": ("string", Column("", "Matters", "How surely it matters, and the studies.")),
}


@cache
def dictionary_layout() -> Layout:
    """Return how the table is encoded."""
    return layout_of("midstance.dictionary", 1, schema_of(DICTIONARY_COLUMNS))


def dictionary_rows() -> list[dict[str, Any]]:
    """Return one row for each column of each table."""
    tables = {
        "stances": stance_columns(),
        "sessions": session_columns(),
        "curves": {name: column for name, (_, column) in CURVES_COLUMNS.items()},
        "bouts": {name: column for name, (_, column) in BOUTS_COLUMNS.items()},
        "watch": {SESSION: SESSION_COLUMN, **WATCH_COLUMNS},
        "raw": raw_columns(),
    }
    return [
        {"table": table, "column": name, **asdict(column)}
        for table, columns in tables.items()
        for name, column in {"athlete": ATHLETE_COLUMN, **columns}.items()
    ]


def keep_dictionary(root: Path) -> str:
    """Write the dictionary of this version into a store, unless it is there.

    Returned is why it cannot be written, or "": a store is worth reading that can only be read.
    """
    import pyarrow as pa

    path, rows = dictionary_path(root), dictionary_rows()
    content = sha256(to_json(rows).encode()).hexdigest()
    with suppress(OSError, ValueError):
        if checked_file.read_texts(path, dictionary_layout()).get(CONTENT_KEY) == content:
            return ""
    table = pa.Table.from_pylist(rows, schema=schema_of(DICTIONARY_COLUMNS))
    try:
        texts = {CONTENT_KEY: content}
        checked_file.write(path, table, dictionary_layout(), texts, replace=True)
    except OSError as error:
        return in_words(error)
    return ""
