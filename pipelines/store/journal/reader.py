"""The journal: every notification as it came, safe against whatever happens next.

A file of records (`append_only`), appended and never changed. Stream 0 holds our own JSON records:
first the header, last ``closed``. Stream k >= 1 holds what pod k said, undecoded, `flags` being
the channel.

What everything else hangs on stands in the file again and again: the header, and in ``answers``
how each pod began (its configuration above all). Any one copy is enough to read the whole.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from firmware_protocols.protocol import Packet
from imu.frames import Placement
from pipelines.store.atomic import _sync_folder
from pipelines.store.files import check_athlete, check_session
from pipelines.store.journal.append_only import (
    LONGEST_PAYLOAD,
    OVERHEAD,
    create,
    frame,
    lock,
    open_to,
    records,
    sync,
    write_all,
)
from pipelines.store.journal.clock_falls import Fall, never_backward

FORMAT: Final = "midstance journal 1"
OWN: Final = 0
NS_PER_S: Final = 1_000_000_000
REPEAT_S: Final = (1.0, 30.0)  # first and longest time until the next copy of what all hangs on
MOST_ANSWERS: Final = 64  # of one pod in one record, the newest; older ones stand further up


@dataclass(frozen=True, slots=True)
class Pod:
    """Which pod a stream of the journal is."""

    placement: Placement
    address: str
    name: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Header:
    """Whose run this is. `started_ns` is the recorder's own clock at `started_utc`.

    `assumed` says in sentences what was not found in the journal and taken from elsewhere.
    """

    session: str
    athlete: str
    started_utc: str
    started_ns: int
    pods: Mapping[int, Pod]
    assumed: tuple[str, ...] = ()


class HeaderLostError(ValueError):
    """A journal in which no record says whose run it is and which pods were worn.

    `streams` are the numbers of the pods that are heard in it all the same.
    """

    def __init__(self, path: Path, streams: Sequence[int]) -> None:
        super().__init__(
            f"{path} is not a journal of midstance that says whose it is, for it was damaged; "
            "run midstance recover, which reads what is there"
        )
        self.streams = tuple(streams)


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
        self._answers: dict[int, list[Packet]] = {}
        self._repeat_s = REPEAT_S[0]
        self._repeat_ns = header.started_ns + round(REPEAT_S[0] * NS_PER_S)
        self._syncing = threading.Lock()
        self._file = create(path)
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
        write_all(self._file, self._refused, self.path)
        if host_ns >= self._repeat_ns:
            self._repeat_s = min(2 * self._repeat_s, REPEAT_S[1])
            self.repeat(host_ns)

    def note(self, host_ns: int, kind: str, **fields: Any) -> None:
        """Add a record of our own: a JSON object with its `kind`."""
        self.append(OWN, host_ns, json.dumps({"kind": kind, **fields}).encode())

    def opened(self, stream: int, host_ns: int, answers: Sequence[Packet]) -> None:
        """Keep in mind how a pod has begun, and write down again what everything hangs on."""
        known = self._answers.get(stream, [])
        self._answers[stream] = [*known, *answers][-MOST_ANSWERS:]
        self.repeat(host_ns)

    def repeat(self, host_ns: int) -> None:
        """Add a copy of the header and of how each pod has begun."""
        self._repeat_ns = host_ns + round(self._repeat_s * NS_PER_S)
        self.note(host_ns, "header", **_words(self.header))
        for stream, answers in self._answers.items():
            said = [(p.host_ns, p.channel, p.payload.hex()) for p in answers]
            self.note(host_ns, "answers", pod=stream, said=said)

    def flush(self) -> None:
        """Hand the system what it refused before, if it takes it now."""
        write_all(self._file, self._refused, self.path)

    def sync(self) -> None:
        """Return once everything appended is on the disk."""
        self.flush()
        self.sync_flushed()

    def sync_flushed(self) -> None:
        """Return once everything the system has taken is on the disk; one sync at a time."""
        with self._syncing:
            if not self._released:
                sync(self._file, self.path)

    def close(self, host_ns: int) -> None:
        """Add the last record, sync and let go of the file; it is let go even when that fails."""
        try:
            self.repeat(host_ns)
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


def read_journal(path: Path, assumed: Header | None = None) -> Journal:
    """Read everything whole in a journal, finished or not; ValueError if it is none.

    `assumed` is its header where no copy of its own is whole; without, HeaderLostError is raised.
    """
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
    for number, said in _answers(own).items():
        packets[number] = _with(packets.get(number, []), said)
    header = _header(path, own, assumed, packets)
    return Journal(
        path=path,
        header=header,
        packets={number: packets.get(number, []) for number in header.pods},
        events=[record for record in own if record["kind"] not in ("header", "answers", "closed")],
        closed=any(record["kind"] == "closed" for record in own),
        damaged_bytes=len(data) - whole,
        falls=tuple(falls),
    )


def _answers(own: Sequence[Mapping[str, Any]]) -> dict[int, list[Packet]]:
    """Return what stands in the copies of how the pods began, each once, in order."""
    found: dict[int, dict[Packet, None]] = {}
    for record in own:
        if record["kind"] == "answers":
            said = [
                Packet(ns, channel, bytes.fromhex(hex_)) for ns, channel, hex_ in record["said"]
            ]
            found.setdefault(record["pod"], {}).update(dict.fromkeys(said))
    return {number: list(said) for number, said in found.items()}


def _with(packets: list[Packet], said: Sequence[Packet]) -> list[Packet]:
    """Return `packets` with those of `said` that are missing put in where they were heard.

    What they say tells which are there already, for the clock may have been set back since.
    """
    channels = {packet.channel for packet in said}
    known = Counter((p.channel, p.payload) for p in packets if p.channel in channels)
    for packet in said:
        if known[packet.channel, packet.payload]:
            known[packet.channel, packet.payload] -= 1
        else:
            later = (k for k, other in enumerate(packets) if other.host_ns > packet.host_ns)
            packets.insert(next(later, len(packets)), packet)
    return packets


def is_closed(path: Path) -> bool:
    """Say whether a journal was finished; reads only its end."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_PAYLOAD))
        tail = list(records(file.read()))
    return any(
        stream == OWN and json.loads(payload)["kind"] == "closed" for stream, _, _, payload in tail
    )


def finish(path: Path, assumed: Header | None = None) -> Journal:
    """Add the last record to a journal that was interrupted, and return what it holds.

    Appends one record, with the header `assumed` if it has lost its own, and changes nothing; a
    journal that is closed already is left alone.
    """
    journal = read_journal(path, assumed)
    if journal.closed:
        return journal
    heard = [packet.host_ns for packets in journal.packets.values() for packet in packets[-1:]]
    host_ns = max([journal.header.started_ns, *heard])
    last = {"kind": "closed", "recovered": True, **_words(journal.header)}
    file = open_to(path, os.O_WRONLY | os.O_APPEND)
    try:
        lock(file, path)
        write_all(file, bytearray(frame(OWN, host_ns, json.dumps(last).encode())), path)
        sync(file, path)
    finally:
        os.close(file)
    return read_journal(path)


def _header(
    path: Path, own: list[dict[str, Any]], assumed: Header | None, heard: Mapping[int, Any]
) -> Header:
    known = next((record for record in own if "pods" in record), None)
    if known is None and assumed is not None:
        return assumed
    if known is None and heard:
        raise HeaderLostError(path, sorted(heard))
    if known is None:
        raise ValueError(f"{path} is not a journal of midstance (or is empty); choose another file")
    if known["format"] != FORMAT:
        raise ValueError(f"{path} is a {known['format']}; update midstance to read it")
    return Header(
        session=known["session"],
        athlete=known["athlete"],
        started_utc=known["started_utc"],
        started_ns=known["started_ns"],
        pods={int(number): Pod(**pod) for number, pod in known["pods"].items()},
        assumed=tuple(known.get("assumed", ())),
    )


def _words(header: Header) -> dict[str, Any]:
    return {"format": FORMAT, **asdict(header)}
