"""Finish a recording that a crash, an empty battery or a full disk interrupted."""

from pathlib import Path

from pipelines.capture.interrupted.lost_header import assumed_header
from pipelines.store.journal.format import HeaderLostError, Journal
from pipelines.store.journal.repair_interrupted import repair_interrupted


def recover(path: Path) -> Journal:
    """Close an interrupted journal and return every intact record; nothing is removed.

    Whose run it is and which pods were worn is assumed where every copy of that is damaged; the
    header then says so (`assumed`). Raises ValueError for a file that is no journal or holds no
    packet of any pod, or where the place of a pod is in doubt, OSError for one that is being
    recorded or cannot be written.
    """
    try:
        journal = repair_interrupted(path)
    except HeaderLostError as lost:
        journal = repair_interrupted(path, assumed_header(path, lost.streams))
    if not any(journal.packets.values()):
        raise ValueError(
            f"{path} holds no packet of any pod; there is nothing to recover, record again"
        )
    return journal
