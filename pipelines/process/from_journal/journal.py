"""From a finished journal to session files: decode, keep the raw samples, find the stances."""

from __future__ import annotations

from pathlib import Path

from pipelines.process.from_journal.decode_journal import received
from pipelines.process.session import Processed, Span, analyse_stored, keep_raw
from pipelines.store.files import session_files
from pipelines.store.journal.reader import read_journal


def process_journal(
    journal_path: Path, store_root: Path, *, functional_s: Span | None = None
) -> Processed:
    """Turn a finished journal into a raw file and a stance file.

    What an earlier call that was killed has stored already is used. Raises ValueError for a
    journal that was interrupted (`recover` finishes it) or holds nothing usable, FileExistsError
    for a session that is processed already; the journal itself is never changed.
    """
    journal = read_journal(Path(journal_path))
    known = journal.header
    if not journal.closed:
        raise ValueError(f"{journal_path} was interrupted; run midstance recover to finish it")
    files = session_files(store_root, known.athlete, known.session)
    keep_raw(files, received(journal))
    del journal, known  # an hour of packets, and the analysis needs the room
    return analyse_stored(files, replace_existing=False, functional_s=functional_s)
