"""Finish a recording that a crash, an empty battery or a full disk interrupted."""

from pathlib import Path

from pipelines.capture.interrupted.lost_header import assumed_header
from pipelines.store.files import journals, session_files
from pipelines.store.journal.format import HeaderLostError, Journal
from pipelines.store.journal.reader import is_closed
from pipelines.store.journal.repair_interrupted import repair_interrupted
from pipelines.store.layout import check_layout


def unfinished(store_root: Path) -> list[Path]:
    """Return the journals of a store that were not closed or have no stances yet, oldest first.

    One that is being recorded at this moment is among them; `recover` refuses it.
    """
    root = Path(store_root)
    check_layout(root)
    by_day = sorted(journals(root), key=lambda p: p.name)
    return [path for path in by_day if not _is_finished(root, path)]


def _is_finished(root: Path, path: Path) -> bool:
    try:
        stances = session_files(root, path.parent.name, path.stem).stances
        return is_closed(path) and stances.exists()
    except (OSError, ValueError):
        return False  # `recover` says why it cannot be read


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
