"""Read a CSV in chunks, so that memory holds the numbers asked for and never the text."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import FloatArray
from pipelines.sources.formats.table import Table, as_numbers
from pipelines.sources.limits import Limits, check_values
from pipelines.sources.quoting import first_line

if TYPE_CHECKING:
    import pandas as pd

CELLS_AT_ONCE: Final = 2_000_000


def read_csv(path: Path, csv: Mapping[str, Any], wanted: Collection[str], limits: Limits) -> Table:
    """Read the `wanted` columns as float; rows that say more than the header are refused."""
    _check_text(path, limits)
    how = _how(path, csv)
    with _parsing(path):
        names = _header(path, how)
    if len(names) > limits.columns:
        raise ValueError(
            f"{path} has {len(names)} columns, and at most {limits.columns} are read; "
            "set separator and skip_rows under [csv] in the mapping, or export fewer"
        )
    places = {names.index(name): name for name in wanted if name in names}
    parts: dict[str, list[FloatArray]] = {name: [] for name in places.values()}
    rows = 0
    for chunk in _chunks(path, how, len(names)):
        check_values(path, (rows + len(chunk)) * len(places), limits)
        for place, name in places.items():
            parts[name].append(_floats(path, name, chunk[place], rows + 1))
        rows += len(chunk)
    return Table(names, {name: np.concatenate([*parts.pop(name), []]) for name in list(parts)})


def _check_text(path: Path, limits: Limits) -> None:
    """Raise ValueError for what the parser would take into memory at once, or misread."""
    with path.open("rb") as file:
        at = 0
        while block := file.read(limits.line_bytes):
            zero = block.find(b"\0")
            if zero >= 0 and at == 0 and not _is_text(block[:zero]):
                raise ValueError(f"{path} is not text in UTF-8; export it as CSV in UTF-8")
            if zero >= 0:
                raise ValueError(
                    f"{path} holds zeros in place of text from byte {at + zero} on; "
                    "export it again, or cut it there"
                )
            if len(block) == limits.line_bytes and b"\n" not in block and b"\r" not in block:
                raise ValueError(
                    f"{path} has a line of more than {limits.line_bytes} bytes; "
                    "export it as CSV, one row per sample"
                )
            at += len(block)


def _is_text(start: bytes) -> bool:
    """Whether this is at least a line of text, as it stands before zeros that a logger left."""
    try:
        return "\n" in start.decode("utf-8").replace("\r", "\n")
    except UnicodeDecodeError:
        return False


def _how(path: Path, csv: Mapping[str, Any]) -> dict[str, Any]:
    separator = csv.get("separator", "\t" if path.suffix.lower() == ".tsv" else ",")
    decimal = csv.get("decimal", ".")
    if separator == decimal:
        raise ValueError(
            f"{path}: {decimal!r} would be both separator and decimal; "
            "set the other one under [csv] in the mapping"
        )
    return {
        "sep": separator,
        "decimal": decimal,
        "skiprows": csv.get("skip_rows", 0),
        "skipinitialspace": True,
        "encoding": "utf-8-sig",
        "compression": None,
        # Else a row with one field more than the header would move every column by one.
        "index_col": False,
    }


def _header(path: Path, how: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names as they stand there, also where one stands twice."""
    import pandas as pd

    row = pd.read_csv(path, header=None, nrows=1, dtype=str, keep_default_na=False, **how)
    return tuple(str(name).strip() for name in row.iloc[0])


def _chunks(path: Path, how: Mapping[str, Any], width: int) -> Iterator[pd.DataFrame]:
    import pandas as pd

    with _parsing(path):
        reader = pd.read_csv(
            path,
            header=0,
            names=list(range(width)),
            chunksize=max(1, CELLS_AT_ONCE // width),
            low_memory=False,
            **how,
        )
    with reader:
        while True:
            with _parsing(path):
                chunk = next(reader, None)
            if chunk is None:
                return
            yield chunk


def _floats(path: Path, name: str, column: pd.Series[Any], first_row: int) -> FloatArray:
    try:
        return as_numbers(name, column.to_numpy(), first_row)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


@contextmanager
def _parsing(path: Path) -> Iterator[None]:
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # of fields beyond the header
            yield
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not text in UTF-8; export it as CSV in UTF-8") from None
    except pd.errors.ParserWarning:
        raise ValueError(
            f"{path} has rows with more fields than its header names; "
            "set separator, decimal and skip_rows under [csv] in the mapping"
        ) from None
    except MemoryError:
        raise ValueError(
            f"{path} needs more memory than there is; cut it into shorter runs"
        ) from None
    except (ValueError, pd.errors.ParserError, OverflowError) as error:
        raise ValueError(
            f"{path} cannot be read as CSV ({first_line(error)}); "
            "set separator, decimal and skip_rows under [csv] in the mapping"
        ) from None
