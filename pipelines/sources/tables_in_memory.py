"""Write tables that are in memory, of pandas or of what speaks Arrow as polars does, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.sources.quoting import first_line, shown


def is_table(data: Any) -> bool:
    """Whether this is a table with named columns, and no column alone."""
    speaks = hasattr(data, "to_parquet") or hasattr(data, "__arrow_c_stream__")
    return speaks and (hasattr(data, "columns") or hasattr(data, "column_names"))


def write_table(name: str, data: Any, path: Path) -> None:
    """Write a table to a Parquet file; ValueError in one sentence.

    An index with a name, and one of times, is a column as well: that of times is called "index"
    without a name of its own.
    """
    import pandas as pd

    if not is_table(data):
        raise ValueError(
            f"the table {shown(name)} is of type {type(data).__name__}; give a DataFrame"
        )
    try:
        frames: Any = pd.DataFrame
        frame = _with_its_index(data if isinstance(data, frames) else frames.from_arrow(data))
        if not frame.columns.is_unique:
            twice = frame.columns[frame.columns.duplicated()][0]
            raise ValueError(f"two columns are called {shown(str(twice))}")
        frame.attrs = {}
        for at, kind in enumerate(frame.dtypes):
            if isinstance(kind, pd.SparseDtype):
                frame.isetitem(at, frame.iloc[:, at].sparse.to_dense())
        _write(frame, path)
    except Exception as error:  # of pandas and pyarrow alike, by what stands in its cells
        raise ValueError(
            f"the table {shown(name)} cannot be read ({first_line(error)}); "
            "give numbers, or times, in each of its columns"
        ) from None


def _write(frame: Any, path: Path) -> None:
    """Write a table; columns of mixed objects, which nobody may need, as words."""
    try:
        frame.to_parquet(path)
    except Exception:  # again below, if it is not for objects
        objects = [at for at, kind in enumerate(frame.dtypes) if kind.kind == "O"]
        if not objects:
            raise
        for at in objects:
            frame.isetitem(at, frame.iloc[:, at].astype(str))
        frame.to_parquet(path)


def _with_its_index(frame: Any) -> Any:
    """Return a copy in which what its index says stands in columns, as far as it has names."""
    import pandas as pd

    index = frame.index
    times = isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex)
    if times and index.name is None and "index" not in frame.columns:
        return frame.reset_index(names="index")
    others = [k for k, one in enumerate(index.names) if one is None or one in frame.columns]
    if len(others) == index.nlevels:
        return frame.reset_index(drop=True)
    return (frame.reset_index(level=others, drop=True) if others else frame).reset_index()
