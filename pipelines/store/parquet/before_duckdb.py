"""Check stance files before DuckDB, which checks nothing, reads them."""

import os
import time
from functools import lru_cache
from pathlib import Path
from typing import Final

from pipelines.store.parquet import checked_file
from pipelines.store.parquet.schema import check_columns, stance_layout

# A file younger than this may change once more without its times showing it, so its answer is not
# remembered; no file system keeps times coarser.
SETTLED_NS: Final = 3_000_000_000


def why_unusable(path: Path) -> str:
    """Return the sentence against a stance file, "" if every byte of it is as it was written.

    It is looked through once in a process, and again when it is replaced or its times change.
    """
    try:
        now = path.stat()
    except OSError:
        return _why_unusable(path)
    if time.time_ns() - max(now.st_mtime_ns, now.st_ctime_ns) < SETTLED_NS:
        return _why_unusable(path)
    return _remembered(path, _stamp(now))


def _stamp(known: os.stat_result) -> tuple[int, ...]:
    return (known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns)


@lru_cache(maxsize=1 << 16)
def _remembered(path: Path, _: tuple[int, ...]) -> str:
    return _why_unusable(path)


def _why_unusable(path: Path) -> str:
    try:
        check_columns(path, checked_file.checked_schema(path, stance_layout()))
    except (OSError, ValueError) as error:
        return str(error)
    return ""
