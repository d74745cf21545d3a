"""Keep what a store tells of itself, its tables of sessions and its dictionary, fresh."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path


def keep_fresh(*written: Path) -> None:
    """Let the tables of sessions say what a command has written; `written` are session files."""
    from pipelines.store.files import files_of
    from pipelines.store.many_sessions.sessions import keep_fresh as keep

    athletes = defaultdict[Path, list[str]](list)
    for path in written:
        files = files_of(path)
        athletes[files.root].append(files.athlete)
    for root, ids in athletes.items():
        keep(root, ids)
