"""Watch the room on the disk: warn while it runs short, end the recording before it is full."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pipelines.capture.session import Session

FreeBytes = Callable[[Path], int]
MB: Final = 1_000_000
LOW_BYTES: Final = 500 * MB
HOUR_BYTES: Final = 50 * MB
"""About what an hour's journal takes."""
LEAST_BYTES: Final = 100 * MB
"""Room for what is made of such a journal."""
EVERY_S: Final = 5.0


def free_bytes_at(folder: Path) -> int:
    """Return how much room is left on the disk of `folder`."""
    return shutil.disk_usage(folder).free


def nearest_folder(store_root: Path) -> Path:
    """Return a store, or what there is of the way to it while it does not exist.

    FileNotFoundError for a link to what is not there, NotADirectoryError for a file: nothing can
    be made there.
    """
    way = (store_root.absolute(), *store_root.absolute().parents)
    there = next(path for path in way if path.exists() or path.is_symlink())
    if not there.exists():
        raise FileNotFoundError(
            f"{there} is a link to {there.readlink()}, which is not there; plug in its disk, or "
            "remove the link"
        )
    if not there.is_dir():
        raise NotADirectoryError(f"{there} is a file; name a folder for the store")
    return there


def check_room(store_root: Path, free_bytes: FreeBytes) -> None:
    """Raise OSError where there is no room for a recording into a store, which may not exist."""
    free = free_bytes(nearest_folder(store_root))
    if free < LEAST_BYTES:
        raise OSError(
            f"only {free // MB} MB are free for {store_root}; a recording takes "
            f"{LEAST_BYTES // MB} to begin with, an hour about {HOUR_BYTES // MB}: "
            "free some disk space, then record"
        )


async def watch_disk(session: Session, free_bytes: FreeBytes) -> None:
    """Return, which ends the recording, when the disk is nearly full; warn once before."""
    folder, warned = session.journal.path.parent, False
    while (free := free_bytes(folder)) >= LEAST_BYTES:
        if free < LOW_BYTES and not warned:
            warned = True
            session.say(
                f"only {free // MB} MB are left on the disk; the recording ends at "
                f"{LEAST_BYTES // MB} MB"
            )
        await asyncio.sleep(EVERY_S)
    session.remark(
        f"the recording was ended at {session.time_now()}, for only {free // MB} MB were left on "
        "the disk"
    )
