"""Lend the files of a session to a job: as they are in a folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.store.atomic import publish_bytes
from pipelines.store.files import SessionFiles, session_files
from pipelines.store.layout import mark_layout, refuse_link_out


class OnDisk:
    """The files of a session in a folder: they are at hand, and what is written is there."""

    def __init__(self, files: SessionFiles) -> None:
        self.files = files

    def fetch_samples(self) -> None:
        """Have the samples at hand."""

    def hand_back(self) -> None:
        """Put what was written where others find it."""


@contextmanager
def lent_session(store: str, athlete: str, session: str, *, into: str = "") -> Iterator[OnDisk]:
    """Lend a session of a store; with `into`, one of another folder that has the same samples."""
    files = session_files(Path(store), athlete, session)
    yield OnDisk(_elsewhere(files, Path(into)) if into else files)


def _elsewhere(files: SessionFiles, root: Path) -> SessionFiles:
    """Give a session a place in another store: raw file and what is stated, nothing computed."""
    there = session_files(root, files.athlete, files.session)
    refuse_link_out(files.raw)
    if not there.raw.exists():
        there.raw.parent.mkdir(parents=True, exist_ok=True)
        hidden = there.raw.with_name(f".{there.raw.name}.{os.getpid():x}.tmp")
        try:
            os.link(files.raw, hidden)  # no second copy of the samples, which never change
        except OSError:
            shutil.copyfile(files.raw, hidden)
        hidden.replace(there.raw)
    mark_layout(root)
    for path in (files.people / "athlete.toml", files.context):
        if path.exists():
            publish_bytes(there.people / path.name, path.read_bytes(), replace=True)
    return there
