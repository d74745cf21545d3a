"""Let one program at a time change the small files of a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Wait until no other of our programs changes a file of `folder`, and hold others off.

    The lock is on the folder itself and ends with the program that holds it, so that a kill leaves
    nothing behind. Where folders cannot be locked (Windows, some network drives) nothing is held:
    two writers within the same instant are then as free as with any file.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
