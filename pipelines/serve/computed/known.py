"""What a page is about must be in the store: the runner, the run."""

from __future__ import annotations

from pathlib import Path

from pipelines import store
from pipelines.store.files import SessionFiles, session_files
from pipelines.store.many_sessions.catalogue import Store
from pipelines.store.stated.context_file import is_session


def known_runner(root: Path, athlete: str) -> Store:
    """Return the store opened; FileNotFoundError where it has no such athlete."""
    opened = store.open(root)
    if athlete not in opened.athletes():
        raise FileNotFoundError(f"there is no runner {athlete} in this store")
    return opened


def known_run(root: Path, athlete: str, session: str) -> SessionFiles:
    """Return the files of a session; FileNotFoundError without it."""
    files = session_files(root, athlete, session)
    if not is_session(files):
        raise FileNotFoundError(f"{athlete} has no run {session}; it may have been deleted")
    return files
