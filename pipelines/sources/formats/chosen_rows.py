"""Take the rows of one pod or one sensor out of a table in which several stand among each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import BoolArray
from pipelines.sources.formats.table import Table, column_of
from pipelines.sources.quoting import listed, shown

MOST_SHOWN: Final = 12


def chosen_rows(table: Table, choice: Sequence[tuple[str, str]]) -> Table:
    """Return the rows in which each column of `choice` says what it must; all where it is empty.

    ValueError in one sentence where none does, with what stands there.
    """
    if not choice:
        return table
    here: BoolArray | None = None
    for name, value in choice:
        column = column_of(table, name)
        says = _says(column, value)
        if not says.any():
            raise ValueError(
                f"no row has {shown(value)} in {shown(name)}, which holds {_held(column)}; "
                "correct rows in the mapping"
            )
        here = says if here is None else here & says
    assert here is not None
    if not here.any():
        said = " and ".join(f"{shown(value)} in {shown(name)}" for name, value in choice)
        raise ValueError(f"no row has {said}; correct rows in the mapping")
    whole = {name: values for name, values in table.arrays.items() if len(values) == len(here)}
    kept = {name: values[here] for name, values in whole.items()}
    return Table(table.names, {**table.arrays, **kept}, table.zoned, table.notes)


def _says(column: npt.NDArray[Any], value: str) -> BoolArray:
    """Return in which rows (n,) a column holds `value`, as a number where it is one."""
    number = _number(value)
    if column.dtype.kind in "fiu":
        return np.asarray(column == number) if number is not None else np.zeros(len(column), bool)
    words, place = np.unique(column.astype(str), return_inverse=True)
    fits = [
        word.strip() == value or (number is not None and _number(word) == number)
        for word in words.tolist()
    ]
    return np.asarray(np.array(fits, dtype=bool)[place])


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _held(column: npt.NDArray[Any]) -> str:
    numbers = column.dtype.kind in "fiu"
    words = np.unique(column if numbers else column.astype(str)).tolist()
    said = [f"{word:g}" if numbers else str(word).strip() for word in words]
    return listed(said[:MOST_SHOWN]) + (" and more" if len(said) > MOST_SHOWN else "")
