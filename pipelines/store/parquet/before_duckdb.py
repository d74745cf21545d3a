"""Check tables before DuckDB, which checks nothing, reads them."""

from __future__ import annotations

import os
import time
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


def why_unusable(path: Path, layout: Layout, schema: pa.Schema) -> str:
    """Return the sentence against a table, "" if every byte is as written and `schema` fits.

    It is looked through once in a process, and again when it is replaced or its times change.
    """
    try:
        now = path.stat()
    except OSError:
        return _why_unusable(path, layout, schema)
    if time.time_ns() - max(now.st_mtime_ns, now.st_ctime_ns) < SETTLED_NS:
        return _why_unusable(path, layout, schema)
    key = (path, _stamp(now))
    if key not in _remembered:
        _remembered[key] = _why_unusable(path, layout, schema)
    return _remembered[key]


_remembered: Final[dict[tuple[Path, tuple[int, ...]], str]] = {}


def _stamp(known: os.stat_result) -> tuple[int, ...]:
    return (known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns)


def _why_unusable(path: Path, layout: Layout, schema: pa.Schema) -> str:
    try:
        check_columns(path, checked_file.checked_schema(path, layout), schema)
    except (OSError, ValueError) as error:
        return str(error)
    return ""
