"""Repair the journal of an interrupted recording: append the closing record that it lacks."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pipelines.store.journal.crc_records import frame, lock, open_to, sync, write_all
from pipelines.store.journal.format import OWN, Header, Journal, header_fields
from pipelines.store.journal.reader import read_journal


def repair_interrupted(path: Path, assumed: Header | None = None) -> Journal:
    """Add the last record to a journal that was interrupted, and return what it holds.

    Appends one record, with the header `assumed` if it has lost its own, and changes nothing; a
    journal that is closed already is left alone.
    """
    journal = read_journal(path, assumed)
    if journal.closed:
        return journal
    received = [packet.host_ns for packets in journal.packets.values() for packet in packets[-1:]]
    host_ns = max([journal.header.started_ns, *received])
    last = {"kind": "closed", "recovered": True, **header_fields(journal.header)}
    file = open_to(path, os.O_WRONLY | os.O_APPEND)
    try:
        lock(file, path)
        write_all(file, bytearray(frame(OWN, host_ns, json.dumps(last).encode())), path)
        sync(file, path)
    finally:
        os.close(file)
    return read_journal(path)
