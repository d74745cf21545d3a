"""Write a journal while recording: packets and our own records, appended and synced."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

from firmware_protocols.protocol import Packet
from pipelines.store.atomic import sync_folder
from pipelines.store.journal.crc_records import create, frame, reopen, sync, write_all
from pipelines.store.journal.format import OWN, Header, Pod, header_fields

NS_PER_S: Final = 1_000_000_000
REPEAT_S: Final = (1.0, 30.0)  # first and longest time until the next copy of the header
MOST_ANSWERS: Final = 64  # of one pod in one record, the newest; older ones stand further up


class JournalWriter:
    """Append records; what was appended before a `sync` that returned survives anything.

    Every record is handed to the system at once, so a killed process loses nothing and a power
    cut what came after the last sync. Raises OSError with one sentence when the system refuses;
    what it refused is kept and tried again, so the file holds no half record in its middle.
    `sync_flushed` may run in another thread while records are added; all else is for one thread.
    """

    def __init__(self, path: Path, header: Header, *, go_on: bool = False) -> None:
        """Create the journal `path`, or `go_on` with one of this header that was interrupted."""
        self.path = path
        self.header = header
        self._refused = bytearray()
        self._released = False
        self._answers: dict[int, list[Packet]] = {}
        self._repeat_s = REPEAT_S[0]
        self._repeat_ns = header.started_ns + round(REPEAT_S[0] * NS_PER_S)
        self._syncing = threading.Lock()
        self._file = reopen(path) if go_on else create(path)
        try:
            self.note(header.started_ns, "header", **header_fields(header))
            self.sync()
            sync_folder(path.parent)
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
        """Keep in mind how a pod has begun, and write again what all else depends on."""
        known = self._answers.get(stream, [])
        self._answers[stream] = [*known, *answers][-MOST_ANSWERS:]
        self.repeat(host_ns)

    def add_pod(self, number: int, pod: Pod, host_ns: int) -> None:
        """Let the header name one more pod: stream `number`, on which nothing has come yet."""
        self.header = replace(self.header, pods={**self.header.pods, number: pod})
        self.repeat(host_ns)

    def repeat(self, host_ns: int) -> None:
        """Add a copy of the header and of how each pod has begun."""
        self._repeat_ns = host_ns + round(self._repeat_s * NS_PER_S)
        self.note(host_ns, "header", **header_fields(self.header))
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
            self.note(host_ns, "closed", **header_fields(self.header))
            self.sync()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let go of the file as it is, if still open; `repair_interrupted` can complete it."""
        with self._syncing:  # the number of a file that is closed may soon be another file's
            if not self._released:
                self._released = True
                os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()
