"""CSV, Parquet and NPZ as named arrays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Table = Mapping[str, npt.NDArray[Any]]
CSV_SUFFIXES: Final = (".csv", ".txt", ".tsv")
PARQUET_SUFFIXES: Final = (".parquet", ".pq")


def read_table(path: Path, csv: Mapping[str, Any]) -> Table:
    """Read every column or array of a file; errors are one sentence that names the file."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}; check its name")
    suffix = path.suffix.lower()
    if path.stat().st_size == 0:
        raise ValueError(f"{path} is empty; export the recording again")
    if suffix in CSV_SUFFIXES:
        table = _of_frame(_read_csv(path, csv))
    elif suffix in PARQUET_SUFFIXES:
        table = _of_frame(_read_parquet(path))
    elif suffix == ".npz":
        table = _read_npz(path)
    else:
        known = ", ".join((*CSV_SUFFIXES, *PARQUET_SUFFIXES, ".npz"))
        raise ValueError(f"{path} is of no known kind; give a file that ends in {known}")
    if not any(array.size for array in table.values()):
        raise ValueError(f"{path} holds no rows; export the recording again")
    return table


def _read_csv(path: Path, csv: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    try:
        frame: pd.DataFrame = pd.read_csv(
            path,
            sep=csv.get("separator", "\t" if path.suffix.lower() == ".tsv" else ","),
            decimal=csv.get("decimal", "."),
            skiprows=csv.get("skip_rows", 0),
            skipinitialspace=True,
            encoding="utf-8-sig",
        )
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text in UTF-8; export it as CSV in UTF-8") from None
    except (ValueError, pd.errors.ParserError) as error:
        raise ValueError(
            f"{path} cannot be read as CSV ({_first_line(error)}); "
            "set separator, decimal and skip_rows under [csv] in the mapping"
        ) from None
    return frame.rename(columns=lambda name: str(name).strip())


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        frame: pd.DataFrame = pd.read_parquet(path, page_checksum_verification=True)
    except (OSError, ValueError, MemoryError, NotImplementedError) as error:
        raise OSError(
            f"{path} is damaged or no Parquet file ({_first_line(error)}); export it again"
        ) from None
    return frame.reset_index() if frame.index.name else frame


def _read_npz(path: Path) -> Table:
    import zlib
    from zipfile import BadZipFile

    try:
        with np.load(path, allow_pickle=False) as arrays:
            return dict(arrays.items())
    except (OSError, ValueError, EOFError, BadZipFile, zlib.error) as error:
        raise OSError(
            f"{path} is damaged or no NPZ file ({_first_line(error)}); export it again"
        ) from None


def _of_frame(frame: pd.DataFrame) -> Table:
    import pandas as pd

    kinds = pd.api.types
    return {
        str(name): column.to_numpy(dtype="datetime64[ns]")
        if kinds.is_datetime64_any_dtype(column)
        else column.to_numpy()
        for name, column in frame.items()
    }


def _first_line(error: Exception) -> str:
    return shortened((str(error).strip().splitlines() or [type(error).__name__])[0].rstrip("."))


def shortened(text: str, longest: int = 400) -> str:
    """Return `text`, cut where a sentence could no longer be read."""
    return text if len(text) <= longest else f"{text[:longest]} …"


def numbers(table: Table, name: str) -> npt.NDArray[np.float64]:
    """Return one column as float; what is no number is an error, an empty field is NaN."""
    if name not in table:
        there = shortened(", ".join(table))
        raise ValueError(f"there is no column {name!r}; the file has {there}")
    column = table[name]
    known = column.dtype.kind in "fiub"
    values = np.asarray(column, dtype=np.float64) if known else _parsed(name, column)
    if values.size and np.isnan(values).all():
        raise ValueError(f"column {name!r} holds no numbers; name another column")
    return values


def _parsed(name: str, column: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    import pandas as pd

    series = pd.Series(column.ravel())
    parsed = pd.to_numeric(series, errors="coerce")
    wrong = np.flatnonzero(parsed.isna() & series.notna())
    if len(wrong):
        word = shortened(str(series.iloc[wrong[0]]), 40)
        raise ValueError(
            f"column {name!r} holds {word!r} in row {wrong[0] + 1}, which is no number; "
            "correct it, or leave the field empty"
        )
    return parsed.to_numpy(dtype=np.float64).reshape(column.shape)
