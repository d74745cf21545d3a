"""Choose the sessions of a batch: of some athletes, from a day on, by a condition in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipelines.store.files import SessionFiles, files_of
from pipelines.store.layout import check_layout
from pipelines.store.left_out import warn_left_out
from pipelines.store.listing import stored_tables
from pipelines.store.many_sessions.choose import that_satisfy


def chosen(
    root: Path, *, athletes: Sequence[str] = (), since: date | None = None, where: str = ""
) -> list[SessionFiles]:
    """Return the sessions that have a raw file and are wanted, by athlete and date.

    `where` is a condition in SQL over the columns of the table of sessions, and ``day``; those are
    NULL, all but ``athlete``, ``session`` and ``day``, of a session that was never processed.
    FileNotFoundError where there is none at all, ValueError where none is wanted.
    """
    if not root.is_dir():
        raise FileNotFoundError(f"there is no store in {root}; record or import a session")
    check_layout(root)
    found = stored_tables(root, "raw", list(athletes) or None, since)
    warn_left_out(found.strange)
    every = [files_of(path) for path in found.paths]
    if not every:
        raise FileNotFoundError(f"no raw session files in {root}; name a store, or other sessions")
    if not where:
        return every
    wanted = that_satisfy(root, every, where)
    if not wanted:
        raise ValueError(f"none of {len(every)} sessions in {root} satisfies {where!r}")
    return wanted
