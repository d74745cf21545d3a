"""A journal of one pod with a few packets, and the sign that it was processed."""

from pipelines.store.files import session_files
from pipelines.store.journal.format import Header, Pod, journal_path
from pipelines.store.journal.writer import JournalWriter


def journal(root, athlete, session, *, packets=3, closed=False):
    """Write a journal into a store, interrupted unless `closed`."""
    header = Header(
        session, athlete, "2026-11-22T07:00:00+00:00", 7, {1: Pod("pelvis", "C0", "P", "orp_v1")}
    )
    path = journal_path(root, athlete, session)
    with JournalWriter(path, header) as out:
        for k in range(packets):
            out.append(1, 100 + k, bytes([k]))
        if closed:
            out.close(500)
    return path


def processed(root, path):
    """Let the session of a journal have a stance file, which is empty."""
    stances = session_files(root, path.parent.name, path.stem).stances
    stances.parent.mkdir(parents=True, exist_ok=True)
    stances.touch()
