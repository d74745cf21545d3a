"""Find the journals of a store that are being recorded at this moment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipelines.store.files import journals
from pipelines.store.journal.crc_records import lock, open_to
from pipelines.store.journal.format import Header
from pipelines.store.journal.reader import read_header


def in_progress(store_root: Path) -> Iterator[tuple[Path, Header]]:
    """Yield the journals that a recorder holds, with their headers as they are by now.

    Where files cannot be locked (Windows), none is seen.
    """
    for path in journals(store_root):
        with suppress(OSError, ValueError):
            if _held(path):
                yield path, read_header(path)


def recorded_now(store_root: Path) -> list[Path]:
    """Return the journals that a recorder holds."""
    return [path for path, _ in in_progress(store_root)]


def _held(path: Path) -> bool:
    file = open_to(path, os.O_RDONLY)
    try:
        lock(file, path)
    except OSError:
        return True
    finally:
        os.close(file)
    return False
