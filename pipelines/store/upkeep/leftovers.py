"""What interrupted writes left under hidden names."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipelines.store.files import SessionFiles
from pipelines.store.one_writer import one_writer

SETTLED_S: Final = 600.0
"""A hidden file that was changed less long ago may still be being written."""
LEFTOVER: Final = re.compile(r"\..*\.(parquet|toml|json)\..*\.tmp")
WRITTEN: Final = ("stances", "curves", "bouts")
"""What is written while the folder of the stances is locked."""


def settled(path: Path) -> bool:
    """Say whether nobody can still be writing a file of such a name; OSError without it."""
    return time.time() - path.stat().st_mtime >= SETTLED_S


def remove_leftovers(files: SessionFiles) -> list[Path]:
    """Remove what a killed process left of the tables of a session, and return what that was.

    Whoever writes them holds the lock that is waited for here, so none of it is still written.
    """
    folders = [files.table(kind).parent for kind in WRITTEN]
    if not list(_leftovers(files, folders)):
        return []
    with one_writer(files.stances.parent):
        gone = list(_leftovers(files, folders))
        for path in gone:
            path.unlink(missing_ok=True)
    return gone


def _leftovers(files: SessionFiles, folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        for path in folder.glob(f".{files.session}.*.tmp"):
            if LEFTOVER.fullmatch(path.name):
                yield path
