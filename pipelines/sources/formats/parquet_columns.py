"""Read Parquet of other systems by the Arrow types of its columns; ignore other metadata."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray
from pipelines.sources.formats.table import Table, no_number, parsed
from pipelines.sources.formats.text.dates import Dates
from pipelines.sources.limits import Limits, check_values
from pipelines.sources.mapping.time_source import WORDS
from pipelines.sources.quoting import reading, shortened, shown

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

LONGEST_NAME_BYTES: Final = 1 << 24  # of any text in the footer, the schema of Arrow included
MOST_PARTS: Final = 1 << 20  # of any list in the footer: row groups, columns


def read_parquet(
    path: Path,
    wanted: Collection[str],
    limits: Limits,
    *,
    texts: Mapping[str, str] | None = None,
) -> Table:
    """Read the `wanted` columns; what pandas noted in the footer is not needed, and not read."""
    with _opened(path, words=()) as file, reading(path, "Parquet"):
        schema = file.schema_arrow
        names = tuple(schema.names)
        found = [name for name in wanted if names.count(name) == 1]
        rows = _claimed_rows(file)
    check_values(path, rows * len(found), limits)
    try:
        _check_types(schema, found)
        # Few long words said often would be laid out as one word per row.
        words = [name for name in found if _is_text(schema.field(name).type)]
        with _opened(path, words) as file:
            dates = {
                name: Dates(name, form) for name, form in (texts or {}).items() if name in words
            }
            arrays = {
                name: _of_dates(path, file, dates[name])
                if name in dates
                else _column(path, file, name)
                for name in found
            }
        return Table(names, arrays, frozenset(name for name, one in dates.items() if one.zoned))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _opened(path: Path, words: Sequence[str]) -> pq.ParquetFile:
    """Open a file of which the columns `words` are read as numbers of a dictionary."""
    import pyarrow.parquet as pq

    with reading(path, "Parquet"):
        return pq.ParquetFile(
            path,
            page_checksum_verification=True,
            read_dictionary=list(words),
            thrift_string_size_limit=LONGEST_NAME_BYTES,
            thrift_container_size_limit=MOST_PARTS,
        )


def _claimed_rows(file: pq.ParquetFile) -> int:
    """Return how many rows the footer says there are: once in all and once in parts; the larger.

    The footer says more of every column, but pyarrow ends the process (std::terminate) where
    somebody asks for a column whose statistics are damaged.
    """
    footer = file.metadata
    parts = [footer.row_group(k).num_rows for k in range(footer.num_row_groups)]
    return int(max(footer.num_rows, sum(parts)))


def _check_types(schema: pa.Schema, names: Sequence[str]) -> None:
    for name in names:
        kind = schema.field(name).type
        if not any(is_it(kind) for is_it in (_is_plain, _is_made_plain, _is_text)):
            raise ValueError(
                f"column {shown(name)} is of type {shortened(str(kind), 60)}; "
                "name a column with one number per sample"
            )


def _is_plain(kind: pa.DataType) -> bool:
    """Whether numpy has the type: numbers, dates, spans of time."""
    from pyarrow import types

    has = (types.is_integer, types.is_floating, types.is_timestamp, types.is_duration)
    return any(is_it(kind) for is_it in has)


def _is_made_plain(kind: pa.DataType) -> bool:
    from pyarrow import types

    return bool(types.is_decimal(kind) or types.is_null(kind))


def _is_text(kind: pa.DataType) -> bool:
    """Whether these are words, or the numbers of a list of words or values."""
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
        return bool(_is_text(kind) or types.is_integer(kind) or types.is_floating(kind))
    return bool(types.is_string(kind) or types.is_large_string(kind))


def _column(path: Path, file: pq.ParquetFile, name: str) -> npt.NDArray[Any]:
    import pyarrow as pa

    if _is_text(file.schema_arrow.field(name).type):
        return _of_words(path, file, name)
    with reading(path, "Parquet"):
        column = file.read(columns=[name], use_pandas_metadata=False).column(name)
        plain = column.cast(pa.float64()) if _is_made_plain(column.type) else column
        return np.asarray(plain.to_numpy())


def _of_dates(path: Path, file: pq.ParquetFile, dates: Dates) -> npt.NDArray[Any]:
    """Return dates that are written as words, or words."""
    with reading(path, "Parquet"):
        column = file.read(columns=[dates.name], use_pandas_metadata=False).column(dates.name)
        words = column.to_pandas().astype("object").to_numpy()
    if dates.form == WORDS:
        return np.where(words == None, "", words)  # noqa: E711
    return dates.of_words(words)


def _of_words(path: Path, file: pq.ParquetFile, name: str) -> FloatArray:
    """Return numbers that are written as words, some rows at a time: words can be long."""
    done, rows = [np.empty(0)], 0
    with reading(path, "Parquet"):
        batches = file.iter_batches(columns=[name], use_pandas_metadata=False)
    while True:
        with reading(path, "Parquet"):
            batch = next(batches, None)
            if batch is None:
                return np.concatenate(done)
            words, places = _words(batch.column(0))
        known, wrong = parsed(name, words)
        bad = np.flatnonzero(np.isin(places, wrong))
        if len(bad):
            raise no_number(name, words[places[bad[0]]], rows + int(bad[0]) + 1)
        done.append(np.append(known, np.nan)[places])
        rows += len(batch)


def _words(column: pa.Array) -> tuple[npt.NDArray[Any], IntArray]:
    """Return the different words of a column, and which of them stands in each row (n,)."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    words = np.asarray(column.dictionary.to_numpy(zero_copy_only=False))
    places = column.indices.cast(pa.int64()).fill_null(len(words))
    return words, np.asarray(places.to_numpy(zero_copy_only=False))
