"""Parquet of other systems: its columns as Arrow types, whatever other metadata says of them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray
from pipelines.sources.limits import Limits, check_values
from pipelines.sources.tables import Table, no_number, parsed
from pipelines.sources.wording import reading, shortened

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

LONGEST_NAME_BYTES: Final = 1 << 24  # of any text in the footer, the schema of Arrow included
MOST_PARTS: Final = 1 << 20  # of any list in the footer: row groups, columns


def read_parquet(path: Path, wanted: Collection[str], limits: Limits) -> Table:
    """Read the `wanted` columns; what pandas noted in the footer is not needed, and not read."""
    import pyarrow.parquet as pq

    with reading(path, "Parquet"):
        file = pq.ParquetFile(
            path,
            page_checksum_verification=True,
            # Few long words said often would be laid out as one word per row.
            read_dictionary=list(wanted),
            thrift_string_size_limit=LONGEST_NAME_BYTES,
            thrift_container_size_limit=MOST_PARTS,
        )
    with file:
        with reading(path, "Parquet"):
            names = tuple(file.schema_arrow.names)
            found = [name for name in wanted if names.count(name) == 1]
            rows, size = _claimed(file, found)
        check_values(path, max(rows * len(found), size // 8), limits)
        return Table(names, {name: _column(path, file, name) for name in found})


def _claimed(file: pq.ParquetFile, columns: Collection[str]) -> tuple[int, int]:
    """Return how many rows the footer says there are, and how many bytes these columns unpack to.

    The rows stand there once for the file and once for each part; the larger is believed.
    """
    footer = file.metadata
    groups = [footer.row_group(k) for k in range(footer.num_row_groups)]
    chunks = [group.column(k) for group in groups for k in range(group.num_columns)]
    rows = max(footer.num_rows, sum(group.num_rows for group in groups))
    size = sum(
        chunk.total_uncompressed_size
        for chunk in chunks
        if chunk.path_in_schema in columns or chunk.path_in_schema.split(".")[0] in columns
    )
    return rows, size


def _column(path: Path, file: pq.ParquetFile, name: str) -> npt.NDArray[Any]:
    import pyarrow as pa

    with reading(path, "Parquet"):
        column = file.read(columns=[name], use_pandas_metadata=False).column(name)
        kind = column.type
        if pa.types.is_decimal(kind) or pa.types.is_null(kind):
            column = column.cast(pa.float64())
        if _is_plain(column.type):
            return np.asarray(column.to_numpy())
    if not pa.types.is_dictionary(kind):
        raise ValueError(
            f"column {name!r} is of type {shortened(str(kind), 60)}; "
            "name a column with one number per sample"
        )
    return _of_words(path, name, column)


def _is_plain(kind: pa.DataType) -> bool:
    """Whether numpy has the type: numbers, dates, spans of time."""
    from pyarrow import types

    has = (types.is_integer, types.is_floating, types.is_timestamp, types.is_duration)
    return any(is_it(kind) for is_it in has)


def _of_words(path: Path, name: str, column: pa.ChunkedArray) -> FloatArray:
    """Return a column of few different words as numbers, without laying out the words."""
    with reading(path, "Parquet"):
        column = column.unify_dictionaries().combine_chunks()
        words = np.asarray(column.dictionary.to_numpy(zero_copy_only=False))
        places = column.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    known, wrong = parsed(name, words)
    rows = np.flatnonzero(np.isin(places, wrong))
    if len(rows):
        raise no_number(name, words[places[rows[0]]], int(rows[0]) + 1)
    return np.asarray(np.append(known, np.nan)[places], dtype=np.float64)
