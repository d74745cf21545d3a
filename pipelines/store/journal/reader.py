"""Read a journal into packets and events, whether it was closed or interrupted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from firmware_protocols.protocol import Packet
from pipelines.store.journal.clock_steps import ClockStep, monotonic
from pipelines.store.journal.crc_records import LONGEST_PAYLOAD, OVERHEAD, records
from pipelines.store.journal.format import (
    FORMAT,
    OWN,
    Header,
    HeaderLostError,
    Journal,
    Pod,
)

TAIL: Final = 1 << 22
"""Bytes in which the header stands again: it is repeated every half minute."""


def read_journal(path: Path, assumed: Header | None = None) -> Journal:
    """Read every intact record of a journal, closed or not; ValueError if it is none.

    `assumed` is its header where no copy of its own is intact; without, HeaderLostError is raised.
    """
    packets: dict[int, list[Packet]] = {}
    own: list[dict[str, Any]] = []
    clock_steps: list[ClockStep] = []
    data = path.read_bytes()
    intact_bytes = 0
    for stream, flags, host_ns, payload in monotonic(records(data), clock_steps, own=OWN):
        intact_bytes += OVERHEAD + len(payload)
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
        damaged_bytes=len(data) - intact_bytes,
        clock_steps=tuple(clock_steps),
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
    """Return `packets` with those of `said` that are missing put in where they were received.

    Their content shows which are there already, for the clock may have been set back since.
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


def read_header(path: Path) -> Header:
    """Return the newest header in the end of a journal, or else the first."""
    with path.open("rb") as file:
        data = file.read(LONGEST_PAYLOAD)
        file.seek(max(len(data), path.stat().st_size - TAIL))
        data += file.read()
    own = [json.loads(payload) for stream, _, _, payload in records(data) if stream == OWN]
    return _header(path, own, None, {})


def is_closed(path: Path) -> bool:
    """Say whether a journal was finished; reads only its end."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_PAYLOAD))
        tail = list(records(file.read()))
    return any(
        stream == OWN and json.loads(payload)["kind"] == "closed" for stream, _, _, payload in tail
    )


def is_empty(path: Path) -> bool:
    """Say whether a closed journal is whole, and yet no pod had sent anything."""
    if path.stat().st_size > TAIL:
        return False  # that much only pods write
    journal = read_journal(path)
    return not any(journal.packets.values()) and not journal.damaged_bytes


def _header(
    path: Path, own: list[dict[str, Any]], assumed: Header | None, packets: Mapping[int, Any]
) -> Header:
    # A pod that took over is named from then on.
    known = next((record for record in reversed(own) if "pods" in record), None)
    if known is None and assumed is not None:
        return assumed
    if known is None and packets:
        raise HeaderLostError(path, sorted(packets))
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
        timezone=known.get("timezone", ""),
    )
