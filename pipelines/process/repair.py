"""Mend what is safe to mend in a store: all that can be made again from what is whole.

Raw files, journals and what people wrote are never changed. What was half written is removed,
tables of sessions and the dictionary are made again, and so are stances, curves and bouts that are
damaged, from raw files that are not.
"""

from __future__ import annotations

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
from pipelines.store.tables.raw_file import read_raw, sha256_of
from pipelines.store.tables.stance_file import (
    BESIDE,
    missing_beside,
    of_others,
    read_header,
    read_stances,
)
from pipelines.store.upkeep.leftovers import LEFTOVER, settled

KEPT_COPY: Final = "an exact copy of {}, left alone; --remove-copies removes it"


@dataclass(frozen=True)
class Repair:
    """What was done about a file, or why nothing was (`mended` is False), in a sentence.

    `failed` is what could not be done; what is left alone on purpose is not.
    """

    path: Path
    what: str
    mended: bool = True
    failed: bool = False


def _failed(path: Path, what: str) -> Repair:
    return Repair(path, what, mended=False, failed=True)


def repair(root: Path, *, remove_copies: bool = False) -> Iterator[Repair]:
    """Mend a store, and yield each repair once it is done; ValueError for what is no store.

    What cannot be mended keeps nothing else from it.
    Copies that cloud drives made are removed only with `remove_copies`, and only while they have
    the bytes of the file beside them.
    """
    check_layout(root)
    if not any((root / kind).is_dir() for kind in TABLES):
        raise ValueError(f"{root} is no store, and only a store is repaired as a whole; name one")
    found = everything_below(root).paths
    yield from _leftovers(found)
    yield from _copies(found, remove=remove_copies)
    yield from _stances(root)
    yield from _tables(root)


def _leftovers(found: tuple[Path, ...]) -> Iterator[Repair]:
    for path in found:
        if not LEFTOVER.fullmatch(path.name) or not path.is_file():
            continue
        if not settled(path):
            yield Repair(
                path, "may still be being written; it is looked at again later", mended=False
            )
            continue
        yield _removed(path, "left by an interrupted write")


def _copies(found: tuple[Path, ...], *, remove: bool) -> Iterator[Repair]:
    for path in found:
        original = copy_of(path)
        if original is None or path.name.startswith(".") or not _twice(path, original):
            continue
        if not remove:
            yield Repair(path, KEPT_COPY.format(original.name), mended=False)
            continue
        yield _removed(path, f"an exact copy of {original.name}")


def _removed(path: Path, what: str) -> Repair:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return _failed(path, f"{what}; it cannot be removed: {in_words(error)}")
    return Repair(path, f"{what}; removed")


def _twice(path: Path, original: Path) -> bool:
    """Say whether two files have the same bytes, and the original is no link to its copy."""
    both = path.is_file() and original.is_file() and not original.is_symlink()
    try:
        return both and sha256_of(path) == sha256_of(original)
    except OSError:
        return False  # which `verify` says of it


def _stances(root: Path) -> Iterator[Repair]:
    for raw in stored_tables(root, "raw").paths:
        files, why = files_of(raw), ""
        try:
            if not (why := _damage(files)):
                continue
            read_raw(raw)
            is_known = _says_its_movement(files)
            process_raw(raw)
        except (OSError, ValueError) as error:
            said = why or "it cannot be looked at"
            yield _failed(files.stances, f"{said}; it cannot be computed again: {in_words(error)}")
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
    unread = [(path, layout) for path, layout in kept if not _reads(path, layout)]
    troubles = keep_fresh(root, ids)
    for path, layout in unread:
        if _reads(path, layout):
            yield Repair(path, "missing or not as it was written; made again")
    for path, words in troubles:
        yield _failed(path, f"it cannot be made again: {words}")


def _reads(path: Path, layout: Layout) -> bool:
    try:
        checked_file.read(path, layout)
    except (OSError, ValueError):
        return False
    return True
