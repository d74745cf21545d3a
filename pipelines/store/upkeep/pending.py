"""See what is still to be done in a store: recordings to finish, runs to process.

Names alone are read, and the ends of journals, so that it is quick on a store of any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.store.files import JOURNAL_SUFFIX, journals, session_files
from pipelines.store.journal.in_progress import recorded_now
from pipelines.store.journal.reader import is_closed, is_empty
from pipelines.store.layout import KEY, check_layout
from pipelines.store.listing import stored_tables


@dataclass(frozen=True)
class Pending:
    """What is in a store: each a list of journals or session files, by the day of the run.

    `recording` are the journals that a recorder holds at this moment, `interrupted` those that
    nobody closed, `unprocessed` closed journals and raw files without stances, `processed` the
    stance files.
    """

    recording: tuple[Path, ...]
    interrupted: tuple[Path, ...]
    unprocessed: tuple[Path, ...]
    processed: tuple[Path, ...]


def unfinished(store_root: Path) -> list[Path]:
    """Return the journals of a store that were not closed or have no stances yet, oldest first.

    One that is being recorded at this moment is among them, one that was ended before a pod had
    sent anything is not: nothing can be made of it.
    """
    root = Path(store_root)
    check_layout(root)
    return [path for path in _by_day(journals(root)) if not _finished(root, path)]


def pending(store_root: Path) -> Pending:
    """Return what is still to be done; OtherLayoutError for a store of another layout."""
    root = Path(store_root)
    open_ends = unfinished(root)
    held = set(recorded_now(root))
    interrupted = [path for path in open_ends if path not in held and not _closed(path)]
    closed = [path for path in open_ends if path not in held and path not in interrupted]
    stances = stored_tables(root, "stances").paths
    known = {run_of(path) for path in (*stances, *open_ends)}
    raw = [path for path in stored_tables(root, "raw").paths if run_of(path) not in known]
    return Pending(
        tuple(_by_day(list(held))),
        tuple(interrupted),
        tuple(_by_day([*closed, *raw])),
        tuple(_by_day(list(stances))),
    )


def words_to_finish(paths: Sequence[Path], store_root: Path) -> list[str]:
    """Return the words after ``midstance`` that give all of these runs their stances."""
    if any(path.suffix == JOURNAL_SUFFIX for path in paths):
        return ["recover", "--store", str(store_root)]
    return ["process", str(paths[0] if len(paths) == 1 else store_root)]


def run_of(path: Path) -> tuple[str, str]:
    """Return athlete and session of a journal or of a session file, from its name and folder."""
    return path.parent.name.removeprefix(KEY), path.name.partition(".")[0]


def _by_day(paths: list[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.name)


def _finished(root: Path, path: Path) -> bool:
    return _closed(path) and (_done(root, path) or is_empty(path))


def _closed(path: Path) -> bool:
    try:
        return is_closed(path)
    except (OSError, ValueError):
        return False  # `recover` says why it cannot be read


def _done(root: Path, path: Path) -> bool:
    try:
        return session_files(root, path.parent.name, path.stem).stances.exists()
    except ValueError:
        return False
