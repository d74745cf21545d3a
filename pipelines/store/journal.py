"""The journal: every notification as it came, safe against whatever happens next.

A file of records, little-endian, appended and never changed::

    u32 magic | u16 length | u8 stream | u8 flags | i64 host_ns | payload | u32 crc32

The CRC covers header and payload. Stream 0 holds our own JSON records: first the header, last
``closed``. Stream k >= 1 holds what pod k said, undecoded, `flags` being the channel. A reader
skips damage and goes on at the next magic, so a torn or zero-filled tail costs nothing that was
synced and a flipped bit costs one record.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from firmware_protocols.protocol import Packet
from imu.frames import Placement
from pipelines.store.atomic import NO_ROOM, _sync_folder, in_one_sentence
from pipelines.store.falls import Fall, never_backward
from pipelines.store.files import check_athlete, check_session

if sys.platform != "win32":
    import fcntl

MAGIC: Final = b"MSJ1"
FORMAT: Final = "midstance journal 1"
OWN: Final = 0
LONGEST_PAYLOAD: Final = 0xFFFF
_HEADER: Final = struct.Struct("<4sHBBq")
_CRC: Final = struct.Struct("<I")
OVERHEAD: Final = _HEADER.size + _CRC.size
_fdatasync: Final = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class Pod:
    """Which pod a stream of the journal is."""

    placement: Placement
    address: str
    name: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Header:
    """Whose run this is. `started_ns` is the recorder's own clock at `started_utc`."""

    session: str
    athlete: str
    started_utc: str
    started_ns: int
    pods: Mapping[int, Pod]


@dataclass(frozen=True)
class Journal:
    """What a journal holds: packets of each pod in order of arrival, and our own records.

    `closed` is False for a recording that was interrupted. `damaged_bytes` were no whole record.
    Time never runs backward in it: where the recorder's clock was set back, which `falls` tells,
    the stamps go on from the last one.
    """

    path: Path
    header: Header
    packets: Mapping[int, list[Packet]]
    events: list[Mapping[str, Any]]
    closed: bool
    damaged_bytes: int
    falls: tuple[Fall, ...] = ()


def journal_path(store_root: Path, athlete: str, session: str) -> Path:
    """Return where the journal of a session lives."""
    return store_root / "journal" / check_athlete(athlete) / f"{check_session(session)}.journal"


def frame(stream: int, host_ns: int, payload: bytes, flags: int = 0) -> bytes:
    """Return one record as bytes."""
    if len(payload) > LONGEST_PAYLOAD:
        raise ValueError(f"a record holds {LONGEST_PAYLOAD} bytes, not {len(payload)}; split it")
    head = _HEADER.pack(MAGIC, len(payload), stream, flags, host_ns) + payload
    return head + _CRC.pack(zlib.crc32(head))


class JournalWriter:
    """Append records; what was appended before a `sync` that returned survives anything.

    Every record is handed to the system at once, so a killed process loses nothing and a power
    cut what came after the last sync. Raises OSError with one sentence when the system refuses;
    what it refused is kept and tried again, so the file holds no half record in its middle.
    `sync_flushed` may run in another thread while records are added; all else is for one thread.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self.path = path
        self.header = header
        self._refused = bytearray()
        self._released = False
        self._syncing = threading.Lock()
        self._file = _create(path)
        try:
            self.note(header.started_ns, "header", **_words(header))
            self.sync()
            _sync_folder(path.parent)
        except OSError:
            self.abandon()
            raise

    def append(self, stream: int, host_ns: int, payload: bytes, flags: int = 0) -> None:
        """Add one record."""
        self._refused += frame(stream, host_ns, payload, flags)
        _write(self._file, self._refused, self.path)

    def note(self, host_ns: int, kind: str, **fields: Any) -> None:
        """Add a record of our own: a JSON object with its `kind`."""
        self.append(OWN, host_ns, json.dumps({"kind": kind, **fields}).encode())

    def flush(self) -> None:
        """Hand the system what it refused before, if it takes it now."""
        _write(self._file, self._refused, self.path)

    def sync(self) -> None:
        """Return once everything appended is on the disk."""
        self.flush()
        self.sync_flushed()

    def sync_flushed(self) -> None:
        """Return once everything the system has taken is on the disk; one sync at a time."""
        with self._syncing:
            if not self._released:
                _sync(self._file, self.path)

    def close(self, host_ns: int) -> None:
        """Add the last record, sync and let go of the file; it is let go even when that fails."""
        try:
            self.note(host_ns, "closed", **_words(self.header))
            self.sync()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let go of the file as it is, unless that is done already; `finish` can complete it."""
        with self._syncing:  # the number of a file that is closed may soon be another file's
            if not self._released:
                self._released = True
                os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()


def read_journal(path: Path) -> Journal:
    """Read everything whole in a journal, finished or not; ValueError if it is none."""
    packets: dict[int, list[Packet]] = {}
    own: list[dict[str, Any]] = []
    falls: list[Fall] = []
    data = path.read_bytes()
    whole = 0
    for stream, flags, host_ns, payload in never_backward(records(data), falls, own=OWN):
        whole += OVERHEAD + len(payload)
        if stream == OWN:
            own.append({"host_ns": host_ns, **json.loads(payload)})
        else:
            packets.setdefault(stream, []).append(Packet(host_ns, flags, payload))
    header = _header(path, own)
    return Journal(
        path=path,
        header=header,
        packets={number: packets.get(number, []) for number in header.pods},
        events=[record for record in own if record["kind"] not in ("header", "closed")],
        closed=any(record["kind"] == "closed" for record in own),
        damaged_bytes=len(data) - whole,
        falls=tuple(falls),
    )


def is_closed(path: Path) -> bool:
    """Say whether a journal was finished; reads only its end."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_PAYLOAD))
        tail = list(records(file.read()))
    return any(
        stream == OWN and json.loads(payload)["kind"] == "closed" for stream, _, _, payload in tail
    )


def finish(path: Path) -> Journal:
    """Add the last record to a journal that was interrupted, and return what it holds.

    Appends one record and changes nothing; a journal that is closed already is left alone.
    """
    journal = read_journal(path)
    if journal.closed:
        return journal
    heard = [packet.host_ns for packets in journal.packets.values() for packet in packets[-1:]]
    host_ns = max([journal.header.started_ns, *heard])
    last = {"kind": "closed", "recovered": True, **_words(journal.header)}
    file = _open(path, os.O_WRONLY | os.O_APPEND)
    try:
        _lock(file, path)
        _write(file, bytearray(frame(OWN, host_ns, json.dumps(last).encode())), path)
        _sync(file, path)
    finally:
        os.close(file)
    return read_journal(path)


def records(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield (stream, flags, host_ns, payload) of every whole record, skipping damage."""
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


def _header(path: Path, own: list[dict[str, Any]]) -> Header:
    # The last record repeats the header, so that one damaged block cannot cost a whole run.
    known = next((record for record in own if "pods" in record), None)
    if known is None:
        raise ValueError(f"{path} is not a journal of midstance (or is empty); choose another file")
    if known["format"] != FORMAT:
        raise ValueError(f"{path} is a {known['format']}; update midstance to read it")
    pods = {int(number): Pod(**pod) for number, pod in known["pods"].items()}
    return Header(
        known["session"], known["athlete"], known["started_utc"], known["started_ns"], pods
    )


def _words(header: Header) -> dict[str, Any]:
    return {"format": FORMAT, **asdict(header)}


def _create(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _explained(error, path) from error
    file = _open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL)
    _lock(file, path)
    return file


def _open(path: Path, how: int) -> int:
    try:
        return os.open(path, how | getattr(os, "O_BINARY", 0), 0o644)
    except FileExistsError as error:
        raise FileExistsError(
            f"{path} already exists and is never overwritten; choose another session"
        ) from error
    except OSError as error:
        raise _explained(error, path) from error


def _lock(file: int, path: Path) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OSError(f"{path} is still being recorded; stop that recording first") from error


def _write(file: int, data: bytearray, path: Path) -> None:
    """Write all of `data`; what is left in it was refused."""
    try:
        while data:
            del data[: os.write(file, data)]
    except OSError as error:
        raise _explained(error, path) from error


def _sync(file: int, path: Path) -> None:
    try:
        _fdatasync(file)
    except OSError as error:
        raise _explained(error, path) from error


def _explained(error: OSError, path: Path) -> OSError:
    if error.errno not in NO_ROOM:
        return in_one_sentence(error, path)
    full = OSError(
        f"no space left for {path}; everything recorded until now is kept: free some disk space, "
        "then run midstance recover"
    )
    full.errno = error.errno
    return full
