"""Write and read everything on disk: journals, Parquet sessions, the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.store.many_sessions.catalogue import Store


def open(path: str | Path) -> Store:
    """Open a store for reading: the folder that holds ``athlete=<id>`` folders."""
    from pipelines.store.many_sessions.catalogue import open_store

    return open_store(path)
