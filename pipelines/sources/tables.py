"""CSV, Parquet and NPZ as named arrays: of each file, the columns that a mapping names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray
from pipelines.sources.limits import LIMITS, Limits, check_file
from pipelines.sources.wording import listed, shortened, shown

CSV_SUFFIXES: Final = (".csv", ".txt", ".tsv")
PARQUET_SUFFIXES: Final = (".parquet", ".pq")


@dataclass(frozen=True)
class Table:
    """`names` are all columns of a file, `arrays` those that were asked for and are there."""

    names: tuple[str, ...]
    arrays: Mapping[str, npt.NDArray[Any]]


def read_table(
    path: Path, csv: Mapping[str, Any], wanted: Collection[str], limits: Limits = LIMITS
) -> Table:
    """Read the `wanted` columns or arrays of a file; errors are one sentence that names it."""
    path = Path(path)
    check_file(path, "file", limits.file_bytes)
    read = _reader(path, csv)
    if path.stat().st_size == 0:
        raise ValueError(f"{path} is empty; export the recording again")
    table = read(wanted, limits)
    twice = sorted({name for name in wanted if table.names.count(name) > 1})
    if twice:
        raise ValueError(f"{path} has two columns {shown(twice[0])}; give each a name of its own")
    if table.arrays and not any(array.size for array in table.arrays.values()):
        raise ValueError(f"{path} holds no rows; export the recording again")
    return table


def _reader(path: Path, csv: Mapping[str, Any]) -> Callable[[Collection[str], Limits], Table]:
    """Return what reads this kind of file."""
    from pipelines.sources.csv_text import read_csv
    from pipelines.sources.npz import read_npz
    from pipelines.sources.parquet_columns import read_parquet

    suffix = path.suffix.lower()
    if suffix in CSV_SUFFIXES:
        return lambda wanted, limits: read_csv(path, csv, wanted, limits)
    if suffix in PARQUET_SUFFIXES:
        return lambda wanted, limits: read_parquet(path, wanted, limits)
    if suffix == ".npz":
        return lambda wanted, limits: read_npz(path, wanted, limits)
    known = ", ".join((*CSV_SUFFIXES, *PARQUET_SUFFIXES, ".npz"))
    raise ValueError(f"{path} is of no known kind; give a file that ends in {known}")


def numbers(table: Table, name: str) -> FloatArray:
    """Return one column as float; what is no number is an error, an empty field is NaN."""
    values = as_numbers(name, column_of(table, name))
    if values.size and np.isnan(values).all():
        raise ValueError(f"column {shown(name)} holds no numbers; name another column")
    return values


def column_of(table: Table, name: str) -> npt.NDArray[Any]:
    """Return one column as the file has it; ValueError lists those that are there."""
    if name not in table.arrays:
        raise ValueError(f"there is no column {shown(name)}; the file has {listed(table.names)}")
    return table.arrays[name]


def as_numbers(name: str, column: npt.NDArray[Any], first_row: int = 1) -> FloatArray:
    """Return values as float; `first_row` is the row of the file that the first of them is in."""
    if column.dtype.kind in "fiu":
        return np.asarray(column, dtype=np.float64)
    if column.dtype.kind not in "OUS":
        raise ValueError(
            f"column {shown(name)} is of type {column.dtype}; name a column of numbers"
        )
    values, wrong = parsed(name, column.ravel())
    if len(wrong):
        raise no_number(name, column.ravel()[wrong[0]], first_row + int(wrong[0]))
    return values.reshape(column.shape)


def parsed(name: str, words: npt.NDArray[Any]) -> tuple[FloatArray, IntArray]:
    """Return words (n,) as float, and which of them are there and no number."""
    import pandas as pd

    series = pd.Series(words)
    try:
        values = pd.to_numeric(series, errors="coerce").astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"column {shown(name)} holds what is no number; name a column of numbers"
        ) from None
    floats = np.asarray(values)
    return floats, np.flatnonzero(np.isnan(floats) & series.notna().to_numpy())


def no_number(name: str, word: Any, row: int) -> ValueError:
    """Return the error for a word among numbers."""
    return ValueError(
        f"column {shown(name)} holds {shortened(str(word), 40)!r} in row {row}, "
        "which is no number; correct it, or leave the field empty"
    )
