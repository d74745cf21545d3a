"""Hold a file of another system as named arrays, and parse its cells as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray
from pipelines.sources.quoting import listed, shortened, shown


@dataclass(frozen=True)
class Table:
    """`names` are all columns of a file, `arrays` those that were asked for and are there."""

    names: tuple[str, ...]
    arrays: Mapping[str, npt.NDArray[Any]]


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
            f"column {shown(name)} holds what is not a number; name a column of numbers"
        ) from None
    floats = np.asarray(values)
    return floats, np.flatnonzero(np.isnan(floats) & series.notna().to_numpy())


def no_number(name: str, word: Any, row: int) -> ValueError:
    """Return the error for a word among numbers."""
    return ValueError(
        f"column {shown(name)} holds {shortened(str(word), 40)!r} in row {row}, "
        "which is not a number; correct it, or leave the field empty"
    )
