"""Read the tables of one kind of many sessions as one, every byte checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipelines.store.files import files_named
from pipelines.store.many_sessions.side_by_side import side_by_side
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.checked_file import Layout
from pipelines.store.parquet.schema import ATTRS_KEY, check_columns
from pipelines.store.parquet.stance_schema import stance_layout, stance_schema
from pipelines.store.tables.bouts_table import bouts_layout, bouts_schema
from pipelines.store.tables.curves_table import curves_layout, curves_schema
from pipelines.store.tables.stance_file import to_frame

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

READ: Final[Mapping[str, tuple[Callable[[], Layout], Callable[[], pa.Schema]]]] = {
    "stances": (stance_layout, stance_schema),
    "curves": (curves_layout, curves_schema),
    "bouts": (bouts_layout, bouts_schema),
}
"""Layout and schema of each kind of table that is read as one."""


def together(kind: str, paths: Iterable[Path]) -> tuple[pd.DataFrame, list[str]]:
    """Return many tables as one, and a sentence for each that does not fit.

    A column that only some of them have is missing in the others; files of earlier versions lack
    columns of this one, and none of theirs is dropped.
    """
    with checked_file.memory_of_the_system():
        table, left_out = _joined(kind, paths)
        return to_frame(table), left_out


def _joined(kind: str, paths: Iterable[Path]) -> tuple[pa.Table, list[str]]:
    import pyarrow as pa

    layout, wanted = READ[kind][0](), READ[kind][1]()
    schema, schemas, tables = wanted, [wanted], list[pa.Table]()
    whose, left_out = list[pa.Array](), list[str]()
    paths = list(paths)
    for path, read in zip(paths, side_by_side(partial(_read, layout=layout), paths), strict=True):
        try:
            table = _table(read)
            if not table.schema.equals(schemas[-1], check_metadata=True):
                check_columns(path, table.schema, wanted)
                with checked_file.as_damage(path):
                    schema = pa.unify_schemas([schema, table.schema], promote_options="permissive")
                schemas.append(table.schema)
        except (OSError, ValueError) as error:
            left_out.append(str(error))
        else:
            tables.append(table)
            whose.append(pa.repeat(files_named(path).athlete, len(table)))
    table = pa.concat_tables([schema.empty_table(), *tables], promote_options="permissive")
    table = table.cast(schema).add_column(0, "athlete", pa.chunked_array(whose, pa.string()))
    return table.replace_schema_metadata({ATTRS_KEY: _attrs(schemas)}), left_out


def _read(path: Path, *, layout: Layout) -> pa.Table | Exception:
    """Return a table, or why it cannot be read."""
    try:
        return _plain(path, checked_file.read(path, layout)[0])
    except (OSError, ValueError) as error:
        return error


def _table(read: pa.Table | Exception) -> pa.Table:
    if isinstance(read, Exception):
        raise read
    return read


def _plain(path: Path, table: pa.Table) -> pa.Table:
    """Return a table without what is of its session alone: files alike have one schema.

    Version 1 had a column that says whose it is; the folder says it.
    """
    attrs = (table.schema.metadata or {}).get(ATTRS_KEY.encode(), b"{}")
    with checked_file.as_damage(path):
        kept = table.drop_columns("athlete") if "athlete" in table.column_names else table
        return kept.replace_schema_metadata({ATTRS_KEY: attrs})


def _attrs(schemas: Sequence[pa.Schema]) -> bytes:
    """Join what the schemas say of their columns; for a column in several the first one counts."""
    merged: dict[str, dict[str, str]] = {}
    for schema in reversed(schemas):
        text = (schema.metadata or {}).get(ATTRS_KEY.encode(), b"{}")
        for key, words in json.loads(text).items():
            merged.setdefault(key, {}).update(words)
    return json.dumps(merged).encode()
