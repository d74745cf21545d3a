"""Check tables before DuckDB, which checks nothing, reads them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipelines.store.parquet import checked_file
from pipelines.store.parquet.checked_file import Layout
from pipelines.store.parquet.schema import check_columns

if TYPE_CHECKING:
    import pyarrow as pa

# A file younger than this may change once more without its times showing it, so its answer is not
# remembered; no file system keeps times coarser.
SETTLED_NS: Final = 3_000_000_000


@dataclass(frozen=True)
class Checked:
    """What was found of a table: the sentence against it, "" if every byte is as written.

    `as_wanted` says that its columns are just those of today, in order.
    """

    words: str
    as_wanted: bool = False


def checked(path: Path, layout: Layout, schema: pa.Schema) -> Checked:
    """Check every byte of a table, and that it can stand beside those of the `schema`.

    It is looked through once in a process, and again when it is replaced or its times change.
    """
    try:
        now = path.stat()
    except OSError:
        return _checked(path, layout, schema)
    if time.time_ns() - max(now.st_mtime_ns, now.st_ctime_ns) < SETTLED_NS:
        return _checked(path, layout, schema)
    key = (path, _stamp(now))
    if key not in _remembered:
        _remembered[key] = _checked(path, layout, schema)
    return _remembered[key]


_remembered: Final[dict[tuple[Path, tuple[int, ...]], Checked]] = {}


def _stamp(known: os.stat_result) -> tuple[int, ...]:
    return (known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns)


def _checked(path: Path, layout: Layout, schema: pa.Schema) -> Checked:
    try:
        found = checked_file.checked_schema(path, layout)
        check_columns(path, found, schema)
    except (OSError, ValueError) as error:
        return Checked(str(error))
    return Checked("", found.equals(schema))
