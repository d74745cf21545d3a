"""Mend what is safe to mend in a store: all that can be made again from what is whole.

Raw files, journals and what people wrote are never changed. What was half written is removed,
tables of sessions and the dictionary are made again, and so are stances, curves and bouts that are
damaged, from raw files that are not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.errors import in_words
from pipelines.process.session import process_raw
from pipelines.store.files import SessionFiles, dictionary_path, files_of, sessions_path
from pipelines.store.layout import TABLES, check_layout
from pipelines.store.listing import athlete_of, athletes, copy_of, everything_below, stored_tables
from pipelines.store.many_sessions.sessions import CATALOGUE, keep_fresh
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.checked_file import DamagedFileError, Layout
from pipelines.store.tables.dictionary_table import dictionary_layout
from pipelines.store.tables.raw_file import read_raw, read_raw_header, sha256_of
from pipelines.store.tables.stance_file import (
    BESIDE,
    missing_beside,
    of_others,
    read_header,
    read_stances,
)
from pipelines.store.upkeep.leftovers import LEFTOVER

SETTLED_S: Final = 600.0
"""A hidden file that was changed less long ago may still be being written."""
KEPT_COPY: Final = "an exact copy of {}, left alone; --remove-copies removes it"


@dataclass(frozen=True)
class Repair:
    """What was done about a file, or why nothing was (`mended` is False), in a sentence."""

    path: Path
    what: str
    mended: bool = True


def repair(root: Path, *, remove_copies: bool = False) -> Iterator[Repair]:
    """Mend a store, and yield each repair once it is done; ValueError for what is no store.

    Copies that cloud drives made are removed only with `remove_copies`, and only while they have
    the bytes of the file beside them.
    """
    if not any((root / kind).is_dir() for kind in TABLES):
        raise ValueError(f"{root} is no store, and only a store is repaired as a whole; name one")
    check_layout(root)
    found = everything_below(root).paths
    yield from _leftovers(found)
    yield from _copies(found, remove=remove_copies)
    yield from _stances(root)
    yield from _tables(root)


def _leftovers(found: tuple[Path, ...]) -> Iterator[Repair]:
    for path in found:
        if not LEFTOVER.fullmatch(path.name) or not path.is_file():
            continue
        if time.time() - path.stat().st_mtime < SETTLED_S:
            yield Repair(
                path, "may still be being written; it is looked at again later", mended=False
            )
            continue
        path.unlink(missing_ok=True)
        yield Repair(path, "left by an interrupted write; removed")


def _copies(found: tuple[Path, ...], *, remove: bool) -> Iterator[Repair]:
    for path in found:
        original = copy_of(path)
        if original is None or path.name.startswith(".") or not _twice(path, original):
            continue
        if not remove:
            yield Repair(path, KEPT_COPY.format(original.name), mended=False)
            continue
        path.unlink()
        yield Repair(path, f"an exact copy of {original.name}; removed")


def _twice(path: Path, original: Path) -> bool:
    """Say whether two files have the same bytes, and the original is no link to its copy."""
    both = path.is_file() and original.is_file() and not original.is_symlink()
    return both and sha256_of(path) == sha256_of(original)


def _stances(root: Path) -> Iterator[Repair]:
    for raw in stored_tables(root, "raw").paths:
        files = files_of(raw)
        if not (why := _damage(files)):
            continue
        try:
            known = read_raw_header(raw)
            read_raw(raw)
            if (known["athlete"], known["session"]) != (files.athlete, files.session):
                raise ValueError(f"{raw} says it is of another session")
            is_known = _says_its_movement(files)
            process_raw(raw)
        except (OSError, ValueError) as error:
            cannot = f"{why}; it cannot be computed again: {in_words(error)}"
            yield Repair(files.stances, cannot, mended=False)
            continue
        more = "" if is_known else "; if it had a movement (--movement), process it with that"
        yield Repair(files.stances, f"{why}; computed again from its raw file{more}")


def _says_its_movement(files: SessionFiles) -> bool:
    """Say whether what stances are computed with can still be read of them."""
    try:
        return "parameters" in read_header(files.stances)
    except (OSError, ValueError):
        return False


def _damage(files: SessionFiles) -> str:
    """Return what is damaged or lost of what was computed of a session, or "".

    A file of a newer midstance, of another session or of another program is not damage.
    """
    there = [kind for kind in ("stances", "curves", "bouts") if files.table(kind).exists()]
    if not there:
        return ""  # never processed
    if "stances" not in there:
        return "its stances are lost"
    try:
        known = read_stances(files.stances).header
        beside = known.get(BESIDE, {})
        words = [missing_beside(files, kind) or of_others(files, known, kind) for kind in beside]
    except DamagedFileError:
        return "its stances or curves are damaged"
    except (OSError, ValueError):
        return ""
    return "its curves or bouts are lost, damaged or of other stances" if any(words) else ""


def _tables(root: Path) -> Iterator[Repair]:
    ids = [athlete_of(folder) for folder in athletes(root).paths]
    kept: list[tuple[Path, Layout]] = [(sessions_path(root, one), CATALOGUE) for one in ids]
    kept.append((dictionary_path(root), dictionary_layout()))
    unread = [path for path, layout in kept if not _reads(path, layout)]
    keep_fresh(root, ids)
    for path in unread:
        if path.exists():
            yield Repair(path, "missing or not as it was written; made again")


def _reads(path: Path, layout: Layout) -> bool:
    try:
        checked_file.read(path, layout)
    except (OSError, ValueError):
        return False
    return True
