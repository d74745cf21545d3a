"""What the columns of every table in a store have: a type, a unit and words, and an encoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipelines.store.json_values import to_json
from pipelines.store.parquet.checked_file import Layout, NotOursError

if TYPE_CHECKING:
    import pyarrow as pa

ATTRS_KEY: Final = "PANDAS_ATTRS"
SESSION: Final = "session"
INSTANT: Final = "timestamp[us, tz=UTC]"


@dataclass(frozen=True)
class Column:
    """All that is known of one column.

    Field metadata has the first three (`field_of`), the table ``dictionary`` of a store has all.
    `measured` and `matters` are the tag and the source of `Metric.measured` and `Metric.matters`.
    """

    unit: str
    label: str
    doc: str
    cite: str = ""
    definition: str = ""
    measured: str = ""
    matters: str = ""


ATHLETE_COLUMN: Final = Column("", "Athlete", "Whose it is; the name of the folder says it.")
SESSION_COLUMN: Final = Column("", "Session", "Date and name of the session.")


def schema_of(columns: Mapping[str, tuple[str, Column]]) -> pa.Schema:
    """Return an Arrow schema of (type, column) by name, as `schema_with_attrs` makes it."""
    return schema_with_attrs(
        [field_of(name, kind, column) for name, (kind, column) in columns.items()]
    )


def schema_with_attrs(fields_of: Sequence[pa.Field]) -> pa.Schema:
    """Return an Arrow schema with the units and labels of its fields in the text `ATTRS_KEY`.

    pandas puts that into ``frame.attrs``.
    """
    import pyarrow as pa

    attrs: dict[str, dict[str, str]] = {}
    for key in ("unit", "label"):
        known = {f.name: (f.metadata or {}).get(key.encode(), b"").decode() for f in fields_of}
        attrs[f"{key}s"] = {name: text for name, text in known.items() if text}
    return pa.schema(fields_of, metadata={ATTRS_KEY: to_json(attrs)})


def field_of(name: str, kind: str, column: Column) -> pa.Field:
    """Return an Arrow field with unit, label and definition in a line as metadata."""
    import pyarrow as pa

    arrow = pa.timestamp("us", "UTC") if kind == INSTANT else pa.type_for_alias(kind)
    about = {"unit": column.unit, "label": column.label, "doc": column.doc}
    return pa.field(name, arrow, metadata=about)


def column_problems(schema: pa.Schema, wanted: pa.Schema) -> list[str]:
    """Return a sentence for every column that is not of the type it has in `wanted`."""
    return [
        f"column {field.name} is {schema.field(place).type}, not {field.type}"
        for field in wanted
        if (place := schema.get_field_index(field.name)) >= 0
        and schema.field(place).type != field.type
    ]


def check_columns(path: Path, schema: pa.Schema, wanted: pa.Schema) -> None:
    """Raise NotOursError for a table that cannot stand beside those of the schema `wanted`."""
    import pyarrow as pa

    if schema.equals(wanted):
        return
    try:
        pa.unify_schemas([wanted, schema], promote_options="permissive")
    except pa.ArrowException:
        problems = "; ".join(column_problems(schema, wanted))
        again = "run midstance process on its raw file"
        raise NotOursError(f"{path} does not fit ({problems}); {again}") from None


def layout_of(name: str, version: int, schema: pa.Schema) -> Layout:
    """Return how a table of this schema is encoded: each type as it takes least room.

    By snappy, for many such tables are read as one: a tenth larger than by zstd, and read in two
    thirds of the time, also by engines that bring no other decompressor.
    """
    by_type = {
        "float": "BYTE_STREAM_SPLIT",
        "double": "BYTE_STREAM_SPLIT",
        "int64": "DELTA_BINARY_PACKED",
        INSTANT: "DELTA_BINARY_PACKED",
    }
    kinds = {field.name: str(field.type) for field in schema}
    return Layout(
        name=name,
        version=version,
        encodings={field: by_type[kind] for field, kind in kinds.items() if kind in by_type},
        dictionaries=tuple(field for field, kind in kinds.items() if kind == "string"),
        compression="snappy",
    )
