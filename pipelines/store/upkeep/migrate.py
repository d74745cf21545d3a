"""Move a store of layout 1, where all of an athlete lay in one folder, to the layout of today.

Before, ``store/athlete=ana/`` held her raw files, stances, contexts and what else there was. Raw
files and what people wrote are moved as they are. Stances are written anew in today's columns,
their numbers unchanged, and read back and compared before the old file goes. Killed at any moment,
the same call goes on: a file is gone from its old place only once it is whole in its new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.store.atomic import sync_folder
from pipelines.store.files import SESSION, SUFFIXES, SessionFiles, people_folder
from pipelines.store.journal.in_progress import recorded_now
from pipelines.store.layout import TABLES, check_version, mark_layout, of_layout_1
from pipelines.store.listing import athlete_of, athlete_trouble, athletes
from pipelines.store.many_sessions.sessions import keep_fresh
from pipelines.store.one_writer import one_writer
from pipelines.store.tables.raw_file import sha256_of
from pipelines.store.upkeep.leftovers import LEFTOVER
from pipelines.store.upkeep.version_1 import rewrite_stances, rewrite_watch

OLD_TABLE: Final = "sessions.parquet"


@dataclass(frozen=True)
class Migrated:
    """What was moved: how many sessions, how many files as they are, and what is worth knowing."""

    athletes: tuple[str, ...]
    sessions: int
    files: int
    notes: tuple[str, ...]


def migrate(root: Path) -> Migrated:
    """Move a store to the layout of today; nothing is done to one that has it already.

    OSError or ValueError with one sentence where that cannot be; what was moved until then stays,
    and the same call goes on from there.
    """
    root = Path(root)
    folders = _old_folders(root)
    sessions, files, notes = 0, 0, list[str]()
    with one_writer(root):
        for folder in folders:
            done, said = _move_stances(root, folder)
            sessions += done
            notes += said
            files += _move_others(root, folder)
            folder.rmdir()
            sync_folder(root)
        mark_layout(root)
    # All of them, for a call that was killed may have left the tables of some to this one.
    keep_fresh(root, [athlete_of(folder) for folder in athletes(root).paths])
    ids = tuple(athlete_of(folder) for folder in folders)
    return Migrated(ids, sessions, files, tuple(notes))


def _old_folders(root: Path) -> list[Path]:
    """Return the folders to move, once it is sure that all of them can be."""
    if not root.is_dir():
        raise FileNotFoundError(f"there is no store in {root}; name the folder of a store")
    check_version(root)
    folders = of_layout_1(root)
    if folders and root.name in TABLES:
        raise ValueError(f"{root} is a part of a store; name {root.parent} instead")
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            if path.is_symlink():
                raise ValueError(f"{path} is a link; put what it leads to in its place")
        if words := athlete_trouble(folder):
            raise ValueError(words)
    if folders and (recording := recorded_now(root)):
        raise OSError(f"{recording[0]} is being recorded; stop that recording first")
    return folders


def _move_stances(root: Path, folder: Path) -> tuple[int, list[str]]:
    """Write the stances of an athlete anew; what cannot be read is moved as it is, and said."""
    notes = []
    found = _sessions(folder, "stances")
    for old, session in found:
        files = SessionFiles(root, athlete_of(folder), session)
        watch = folder / f"{session}{SUFFIXES['watch']}"
        try:
            stamp = rewrite_stances(old, files)
        except (OSError, ValueError) as error:
            if _lacks_room(error):
                raise
            notes.append(f"{error} (it was moved as it is)")
            _move(old, files.stances)
            continue
        if watch.exists():
            notes += _move_watch(watch, files, stamp)
        old.unlink()
    return len(found), notes


def _lacks_room(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno is not None


def _move_watch(old: Path, files: SessionFiles, stamp: str) -> list[str]:
    try:
        rewrite_watch(old, files, stamp)
    except (OSError, ValueError) as error:
        if _lacks_room(error):
            raise
        _move(old, files.watch)
        return [f"{error} (it was moved as it is)"]
    old.unlink()
    return []


def _sessions(folder: Path, kind: str) -> list[tuple[Path, str]]:
    """Return an athlete's old files of one kind, each with its session."""
    ends = SUFFIXES[kind]
    named = [(path, path.name.removesuffix(ends)) for path in sorted(folder.glob(f"*{ends}"))]
    return [(path, session) for path, session in named if SESSION.fullmatch(session)]


def _move_others(root: Path, folder: Path) -> int:
    """Move the rest: tables to those of their kind, all else to what people wrote of her."""
    athlete, moved = athlete_of(folder), 0
    for kind in ("raw", "watch"):
        for old, session in _sessions(folder, kind):
            _move(old, SessionFiles(root, athlete, session).table(kind))
            moved += 1
    for path in sorted(folder.iterdir()):
        if path.name == OLD_TABLE or LEFTOVER.fullmatch(path.name):
            path.unlink()  # it is made again, or was never whole
        else:
            _move(path, people_folder(root, athlete) / path.name)
            moved += 1
    people_folder(root, athlete).mkdir(parents=True, exist_ok=True)
    return moved


def _move(old: Path, new: Path) -> None:
    """Give a file its new place, where nothing, or the same, may be."""
    if new.exists():
        if not (old.is_file() and new.is_file() and sha256_of(old) == sha256_of(new)):
            raise FileExistsError(
                f"{old} and {new} are both there and differ; move one of them away, then run "
                "midstance migrate again"
            )
        old.unlink()
        return
    new.parent.mkdir(parents=True, exist_ok=True)
    old.rename(new)
    sync_folder(new.parent)
    sync_folder(old.parent)
