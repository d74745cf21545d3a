"""Publish a complete file or nothing, by an atomic rename.

Written under a hidden name in the target folder, synced, then given its name in one step. A killed
task leaves the old file or none, and at worst a hidden ``.<name>.<token>.tmp`` nobody reads.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Final, Self

from pipelines.errors import cannot_write

NO_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def publish(path: Path, write: Callable[[BinaryIO], None], *, replace: bool = False) -> None:
    """Let `write` fill a file, then publish it as `path`; on failure nothing has changed.

    An existing `path` is an error (FileExistsError, one sentence) unless `replace`.
    """
    if not replace and path.exists():
        raise already_there(path)
    with Hidden() as hidden:
        hidden.write(path, write)
        hidden.publish(once=None if replace else path)


class Hidden:
    """Files that are written whole under hidden names, then published one after the other.

    So a disk that fills up while the last is written leaves all of them as they were. What was not
    published is gone in the end.
    """

    def __init__(self) -> None:
        self._hidden: dict[Path, Path] = {}

    def write(self, path: Path, fill: Callable[[BinaryIO], None]) -> Path:
        """Let `fill` write what is to be `path`, and return where it is until then."""
        hidden = path.with_name(f".{path.name}.{token_hex(4)}.tmp")
        with _in_a_sentence(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._hidden[path] = hidden
            _write_synced(hidden, fill)
        return hidden

    def publish(self, *, once: Path | None) -> None:
        """Give all files their names, in the order in which they were written.

        A file that is there is replaced, but for `once`, which must not be there.
        """
        for path, hidden in self._hidden.items():
            with _in_a_sentence(path):
                if path == once:
                    _name_once(hidden, path)
                else:
                    hidden.replace(path)
                sync_folder(path.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for hidden in self._hidden.values():
            with suppress(OSError):
                hidden.unlink(missing_ok=True)


@contextmanager
def _in_a_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if (sentence := cannot_write(path, error)) is error:
            raise
        raise sentence from error


def publish_text(path: Path, text: str, *, replace: bool = False) -> None:
    """Publish `text` as UTF-8."""
    publish_bytes(path, text.encode(), replace=replace)


def publish_bytes(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Publish `data` as it is."""
    publish(path, lambda file: _write_all(file, data), replace=replace)


def publish_folder(path: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write files into a hidden folder, then publish it as `path` in one step.

    An existing `path` is an error (FileExistsError, one sentence); on failure nothing has changed.
    """
    hidden = path.with_name(f".{path.name}.{token_hex(4)}.tmp")
    try:
        if path.exists():
            raise _folder_exists(path)
        hidden.mkdir(parents=True)
        fill(hidden)
        _sync_below(hidden)
        if path.exists():  # taken while it was filled
            raise _folder_exists(path)
        hidden.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        if (sentence := cannot_write(path, error)) is error:
            raise
        raise sentence from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _folder_exists(path: Path) -> FileExistsError:
    return FileExistsError(f"{path} already exists and is never overwritten; name another")


def _sync_below(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            with Path(parent, name).open("r+b") as file:
                os.fsync(file.fileno())
        sync_folder(Path(parent))


def _write_all(file: BinaryIO, data: bytes) -> None:
    file.write(data)


def _write_synced(hidden: Path, write: Callable[[BinaryIO], None]) -> None:
    with hidden.open("x+b") as file:  # a writer may look back at what it wrote
        write(file)
        file.flush()
        os.fsync(file.fileno())


def _name_once(hidden: Path, path: Path) -> None:
    # A link fails when the name is taken, even if it was taken a moment ago by another process;
    # os.replace would silently overwrite. Some file systems (FAT) have no links.
    try:
        os.link(hidden, path)
    except FileExistsError:
        raise already_there(path) from None
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if path.exists():
            raise already_there(path) from None
        hidden.replace(path)


def already_there(path: Path) -> FileExistsError:
    """Return the error for a file that must not be overwritten."""
    return FileExistsError(
        f"{path} already exists and is never overwritten; move it away first, or find its stances "
        "anew with midstance process"
    )


def sync_folder(folder: Path) -> None:
    """Return once the names in a folder are on the disk."""
    if os.name == "nt":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
