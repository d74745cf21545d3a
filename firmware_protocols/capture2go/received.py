"""Capture2Go, sort the packets of one pod: its samples in order of arrival, and what it said."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.capture2go.files import decode_bytes, decode_size
from firmware_protocols.capture2go.frames import Assembler, Package, split_notification
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.capture2go.packages import (
    DeviceInfo,
    Id,
    Mode,
    Status,
    decode_info,
    decode_mode,
    decode_refusal,
    decode_status,
)
from firmware_protocols.capture2go.samples import SAMPLE_KINDS
from firmware_protocols.protocol import DecodeError, Packet

LATEST_NS: Final = 2**62
"""No clock of a pod is later: the year 2116."""
_SHORT: Final = 64
"""Bytes of a notification too long to be the same as the one before by chance."""


@dataclass
class Rows:
    """Packages of samples as columns: payload, and when the notification came that ended it."""

    payloads: list[bytes] = field(default_factory=list)
    host_ns: list[int] = field(default_factory=list)


@dataclass
class Received:
    """Everything received from one pod. `live` and `files` hold samples by the id of their kind.

    `files` are recordings fetched from the pod, by name, `fetched_ns` is when the first piece of
    each came, `fetching` is that which is under way, "" while samples are live; `statuses` pairs
    each with its arrival.
    """

    live: dict[int, Rows] = field(default_factory=dict)
    files: dict[str, dict[int, bytes]] = field(default_factory=dict)
    fetched_ns: dict[str, int] = field(default_factory=dict)
    statuses: list[tuple[Status, int]] = field(default_factory=list)
    info: DeviceInfo | None = None
    mode: Mode | None = None
    battery_pct: int | None = None
    trouble: Counter[str] = field(default_factory=Counter)
    fetching: str = ""
    seen: set[bytes] = field(default_factory=set)


def sort_packets(packets: Sequence[Packet]) -> Received:
    """Sort everything received from one pod; what cannot be decoded is counted, never fatal."""
    received = Received()
    assembler = Assembler()
    before = b""
    for packet in packets:
        try:
            if packet.channel == Channel.TX:
                if packet.payload == before and len(before) >= _SHORT:
                    received.trouble["delivered twice"] += 1
                    continue
                before = packet.payload
                realtime, piece = split_notification(packet.payload)
                for package in (*realtime, *assembler.feed(piece)):
                    _sort(received, package, packet.host_ns)
        except DecodeError as error:
            received.trouble[error.reason] += 1
    received.trouble["damaged frame"] += assembler.damaged
    return received


def sort_file(content: bytes, trouble: Counter[str]) -> dict[int, Rows]:
    """Return the samples of a recording, by the id of their kind."""
    inside, assembler = Received(), Assembler()
    for package in assembler.feed(content):
        if package.id in SAMPLE_KINDS:
            _sort(inside, package, 0)
    trouble.update(inside.trouble)
    trouble["damaged frame"] += assembler.damaged
    return inside.live


def _sort(received: Received, package: Package, host_ns: int) -> None:
    if package.id in SAMPLE_KINDS:
        _sort_samples(received, package, host_ns)
        return
    sort_one = _SORT.get(package.id)
    if sort_one is not None:
        try:
            sort_one(received, package.payload, host_ns)
        except DecodeError as error:
            received.trouble[error.reason] += 1


def _sort_samples(received: Received, package: Package, host_ns: int) -> None:
    payload = package.payload
    if received.fetching:
        # A piece of a recording holds frames, which look like live ones where a link tore it.
        received.trouble["frame out of a torn piece of a recording"] += 1
    elif len(payload) != SAMPLE_KINDS[package.id].layout.itemsize:
        received.trouble["samples of odd length"] += 1
    elif not 0 <= int.from_bytes(payload[:8], "little", signed=True) < LATEST_NS:
        received.trouble["impossible time"] += 1
    elif payload not in received.seen:
        received.seen.add(payload)
        rows = received.live.setdefault(package.id, Rows())
        rows.payloads.append(payload)
        rows.host_ns.append(host_ns)


def _sort_status(received: Received, payload: bytes, host_ns: int) -> None:
    status = decode_status(payload)
    received.statuses.append((status, host_ns))
    if status.battery_pct <= 100:
        received.battery_pct = status.battery_pct


def _sort_info(received: Received, payload: bytes, _: int) -> None:
    received.info = decode_info(payload)


def _sort_mode(received: Received, payload: bytes, _: int) -> None:
    received.fetching = ""
    received.mode = decode_mode(payload)


def _sort_started(received: Received, _: bytes, __: int) -> None:
    received.fetching = ""


def _sort_size(received: Received, payload: bytes, _: int) -> None:
    received.fetching, _size = decode_size(payload)


def _sort_bytes(received: Received, payload: bytes, host_ns: int) -> None:
    offset, content = decode_bytes(payload)
    received.fetched_ns.setdefault(received.fetching, host_ns)
    received.files.setdefault(received.fetching, {})[offset] = content


def _sort_refusal(received: Received, payload: bytes, _: int) -> None:
    code, _command = decode_refusal(payload)
    received.trouble[f"refused with code {code:02X}"] += 1


_SORT: Final[Mapping[int, Callable[[Received, bytes, int], None]]] = {
    Id.STATUS: _sort_status,
    Id.DEVICE_INFO: _sort_info,
    Id.MODE: _sort_mode,
    Id.STREAMING_STARTED: _sort_started,
    Id.SIZE: _sort_size,
    Id.BYTES: _sort_bytes,
    Id.ERROR: _sort_refusal,
}
