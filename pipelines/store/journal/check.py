"""Check a journal: is it undamaged, closed and processed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.store.files import SessionFiles, names_differ, open_stored, session_files
from pipelines.store.journal.format import Journal
from pipelines.store.journal.reader import read_journal
from pipelines.store.tables.raw_file import read_raw_header, sha256_of


def check_journal(path: Path) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """Return how many notifications a journal holds, what is wrong, what is worth knowing."""
    with open_stored(path):
        journal = read_journal(path)
    known = journal.header
    files = session_files(path.parents[2], known.athlete, known.session)
    count = sum(len(packets) for packets in journal.packets.values())
    known_damage = journal.damaged_bytes > 0 and _made_from(files, path)
    problems = tuple(_problems(journal, known_damage=known_damage))
    return count, problems, tuple(_notes(journal, files, known_damage=known_damage))


def _problems(journal: Journal, *, known_damage: bool) -> Iterator[str]:
    known, path = journal.header, journal.path
    named = SessionFiles(path.parents[2], path.parent.name, path.stem)
    if words := names_differ(named, known.athlete, known.session):
        yield words
    if not known.pods:
        yield "it names no pod; nothing in it can be used"
    if journal.damaged_bytes and journal.closed and not known_damage:
        yield (
            f"{journal.damaged_bytes} bytes are damaged and their records lost; "
            "restore it from a copy, or use the rest of it"
        )


def _notes(journal: Journal, files: SessionFiles, *, known_damage: bool) -> Iterator[str]:
    if not journal.closed:
        torn = f" ({journal.damaged_bytes} bytes unreadable)" if journal.damaged_bytes else ""
        yield f"interrupted, or being recorded{torn}; run midstance recover to finish it"
    elif not files.stances.exists():
        yield "not processed yet; run midstance process on it"
    if known_damage:
        yield f"{journal.damaged_bytes} bytes were already unreadable when it was processed"
    for number, pod in journal.header.pods.items():
        if not journal.packets[number]:
            yield f"{pod.placement}: no packet of this pod"


def _made_from(files: SessionFiles, path: Path) -> bool:
    """Say whether the session was made from the journal exactly as it is now."""
    try:
        return bool(read_raw_header(files.raw)["source"].get("sha256") == sha256_of(path))
    except (OSError, ValueError):
        return False
