"""Finish what a crash, an empty battery or a full disk interrupted."""

from pathlib import Path

from pipelines.store.journal import Journal, finish, is_closed


def unfinished(store_root: Path) -> list[Path]:
    """Return the journals of a store that were not closed, oldest first.

    One that is being recorded at this moment is among them; `recover` refuses it.
    """
    journals = sorted((Path(store_root) / "journal").glob("*/*.journal"), key=lambda p: p.name)
    return [path for path in journals if not is_closed(path)]


def recover(path: Path) -> Journal:
    """Close an interrupted journal and return everything whole in it; nothing is taken away.

    Raises ValueError for a file that is no journal or holds no word of any pod, OSError for one
    that is being recorded or cannot be written.
    """
    journal = finish(path)
    if not any(journal.packets.values()):
        raise ValueError(
            f"{path} holds no word of any pod; there is nothing to recover, record again"
        )
    return journal
