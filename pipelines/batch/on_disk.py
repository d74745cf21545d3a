"""A store in a folder: jobs work on its own files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.batch.lent import LentSession, Recorded
from pipelines.store.atomic import publish, publish_bytes
from pipelines.store.files import SessionFiles, files_of, session_files
from pipelines.store.layout import check_layout, mark_layout, refuse_link_out
from pipelines.store.left_out import warn_left_out
from pipelines.store.listing import stored_tables
from pipelines.store.many_sessions.sql import session_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class OnDisk:
    """A store in a folder; see `pipelines.batch.place.Place`."""

    root: Path

    def recorded(self, athletes: Sequence[str], since: date | None) -> list[Recorded]:
        """See `Place`; FileNotFoundError where there is no store."""
        if not self.root.is_dir():
            raise FileNotFoundError(f"there is no store in {self.root}; record or import a session")
        check_layout(self.root)
        found = stored_tables(self.root, "raw", list(athletes) or None, since)
        warn_left_out(found.strange)
        every = [(path, files_of(path)) for path in found.paths]
        return [Recorded(files.athlete, files.session, _size(path)) for path, files in every]

    def known(self) -> pd.DataFrame:
        """See `Place`."""
        return session_rows(self.root)[0]

    @contextmanager
    def lend_session(self, athlete: str, session: str, into: str) -> Iterator[LentSession]:
        """See `Place`."""
        files = session_files(self.root, athlete, session)
        yield LentSession(_elsewhere(files, Path(into)) if into else files)

    @contextmanager
    def lend_athlete(self, athlete: str, *, whole: bool) -> Iterator[Path]:  # noqa: ARG002
        """See `Place`."""
        yield self.root


def _size(path: Path) -> int:
    try:
        return max(1, path.stat().st_size)
    except OSError:
        return 1


def _elsewhere(files: SessionFiles, root: Path) -> SessionFiles:
    """Give a session a place in another store: raw file and what is stated, nothing computed."""
    there = session_files(root, files.athlete, files.session)
    for one in (files.raw, there.raw):
        refuse_link_out(one)
    if not there.raw.exists():
        _same_samples(files.raw, there.raw)
    mark_layout(root)
    for path in (files.people / "athlete.toml", files.context):
        if path.exists():
            for one in (path, there.people / path.name):
                refuse_link_out(one)
            publish_bytes(there.people / path.name, path.read_bytes(), replace=True)
    return there


def _same_samples(raw: Path, there: Path) -> None:
    """Give a raw file, which never changes, a second name; on another disk a copy has it."""
    with suppress(OSError):
        there.parent.mkdir(parents=True, exist_ok=True)
        os.link(raw, there)
        return
    with raw.open("rb") as samples:
        publish(there, lambda file: shutil.copyfileobj(samples, file), replace=True)
