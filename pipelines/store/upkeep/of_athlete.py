"""All that a store holds of one athlete: listed, put into one file, deleted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from pipelines.store.atomic import publish
from pipelines.store.files import check_athlete, journal_folder, people_folder, table_folder
from pipelines.store.journal.in_progress import recorded_now
from pipelines.store.layout import (
    DICTIONARY,
    STORE_FILE,
    TABLES,
    check_layout,
    refuse_link_out,
)
from pipelines.store.stated.readers import unname


def everything_of(root: Path, athlete: str) -> list[Path]:
    """Return all files of an athlete in a store; FileNotFoundError where there are none."""
    check_layout(root)
    found = [path for folder in _folders(root, athlete) for path in _below(folder)]
    if not found:
        raise FileNotFoundError(f"there is nothing of {check_athlete(athlete)} in {root}")
    return found


def forget(root: Path, athlete: str) -> list[Path]:
    """Delete all files of an athlete, and return them.

    Journals go first: killed in between, none of them can bring back what is gone. A link is
    removed and what it leads to is not touched. OSError while she is being recorded. What a program
    that reads the store derived of her meanwhile goes as well, and her name in what readers of the
    store looked at.
    """
    gone = everything_of(root, athlete)
    _refuse_recording(root, athlete)
    unname(root, athlete)
    for folder in _folders(root, athlete):
        for path in _below(folder):
            path.unlink(missing_ok=True)
        _remove_folders(folder)
    return gone


def bundle(root: Path, athlete: str, path: Path) -> Path:
    """Put all files of an athlete into one ZIP file, laid out as a store, and return its path."""
    files = everything_of(root, athlete)
    _refuse_recording(root, athlete)
    for one in files:
        refuse_link_out(one)
    shared = [root / STORE_FILE, *_below(root / DICTIONARY)]

    def fill(file: BinaryIO) -> None:
        with ZipFile(file, "w", compression=ZIP_DEFLATED, compresslevel=1) as zipped:
            for one in (*files, *filter(Path.exists, shared)):
                zipped.write(one, one.relative_to(root).as_posix())

    if path.suffix.lower() != ".zip":
        raise ValueError(f"'{path}' cannot be the name of a bundle; name a file that ends in .zip")
    if path.exists():
        raise FileExistsError(f"{path} already exists; delete it, or name another with --out")
    publish(path, fill)
    return path


def _folders(root: Path, athlete: str) -> list[Path]:
    tables = [table_folder(root, kind, athlete) for kind in TABLES]
    return [journal_folder(root, athlete), *tables, people_folder(root, athlete)]


def _below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, of links the links alone."""
    if folder.is_symlink():
        yield folder
        return
    for where, names, files in os.walk(folder):
        links = [name for name in names if Path(where, name).is_symlink()]
        yield from (Path(where, name) for name in sorted((*links, *files)))


def _remove_folders(folder: Path) -> None:
    for where, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):  # something came into it meanwhile, which stays
            Path(where).rmdir()


def _refuse_recording(root: Path, athlete: str) -> None:
    for path in recorded_now(root):
        if path.parent == journal_folder(root, athlete):
            raise OSError(f"{path} is being recorded; stop that recording first")
