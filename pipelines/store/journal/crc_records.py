"""Records with a CRC each, only ever appended: the bytes of a journal.

A record is, little-endian::

    u32 magic | u16 length | u8 stream | u8 flags | i64 host_ns | payload | u32 crc32

The CRC covers header and payload. A reader skips damage and goes on at the next magic, so a torn
or zero-filled tail costs nothing that was synced and a flipped bit costs one record.
"""

from __future__ import annotations

import os
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipelines.errors import NO_ROOM, cannot_write

if sys.platform != "win32":
    import fcntl

MAGIC: Final = b"MSJ1"
LONGEST_PAYLOAD: Final = 0xFFFF
_HEADER: Final = struct.Struct("<4sHBBq")
_CRC: Final = struct.Struct("<I")
OVERHEAD: Final = _HEADER.size + _CRC.size
_fdatasync: Final = getattr(os, "fdatasync", os.fsync)


def frame(stream: int, host_ns: int, payload: bytes, flags: int = 0) -> bytes:
    """Return one record as bytes."""
    if len(payload) > LONGEST_PAYLOAD:
        raise ValueError(f"a record holds {LONGEST_PAYLOAD} bytes, not {len(payload)}; split it")
    head = _HEADER.pack(MAGIC, len(payload), stream, flags, host_ns) + payload
    return head + _CRC.pack(zlib.crc32(head))


def records(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield (stream, flags, host_ns, payload) of every intact record, skipping damage."""
    at = data.find(MAGIC)
    while 0 <= at <= len(data) - OVERHEAD:
        _, length, stream, flags, host_ns = _HEADER.unpack_from(data, at)
        end = at + _HEADER.size + length
        if end + _CRC.size <= len(data) and _CRC.unpack_from(data, end)[0] == zlib.crc32(
            memoryview(data)[at:end]
        ):
            yield stream, flags, host_ns, data[at + _HEADER.size : end]
            at = end + _CRC.size - 1
        at = data.find(MAGIC, at + 1)


def create(path: Path) -> int:
    """Open a new file for appending, locked; an existing one is an error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _explained(error, path) from error
    file = open_to(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL)
    lock(file, path)
    return file


def reopen(path: Path) -> int:
    """Open an existing file for appending, locked."""
    file = open_to(path, os.O_WRONLY | os.O_APPEND)
    try:
        lock(file, path)
    except OSError:
        os.close(file)
        raise
    return file


def open_to(path: Path, how: int) -> int:
    """Open a file as `os.open` does, with trouble in one sentence."""
    try:
        return os.open(path, how | getattr(os, "O_BINARY", 0), 0o644)
    except FileExistsError as error:
        raise FileExistsError(
            f"{path} already exists and is never overwritten; choose another session"
        ) from error
    except OSError as error:
        raise _explained(error, path) from error


def lock(file: int, path: Path) -> None:
    """Keep other writers out for as long as the file is open; OSError if one is at it."""
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OSError(f"{path} is still being recorded; stop that recording first") from error


def write_all(file: int, data: bytearray, path: Path) -> None:
    """Write all of `data`; what is left in it was refused."""
    try:
        while data:
            del data[: os.write(file, data)]
    except OSError as error:
        raise _explained(error, path) from error


def sync(file: int, path: Path) -> None:
    """Return once everything written is on the disk."""
    try:
        _fdatasync(file)
    except OSError as error:
        raise _explained(error, path) from error


def _explained(error: OSError, path: Path) -> OSError:
    if error.errno not in NO_ROOM:
        return cannot_write(path, error)
    full = OSError(
        f"no space left for {path}; everything recorded until now is kept: free some disk space, "
        "then run midstance recover"
    )
    full.errno = error.errno
    return full
