"""Movesense, sort the packets of one pod: its frames in order of arrival, and what it said."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.movesense_gsp.frames import (
    Answer,
    Frame,
    Status,
    decode_frame,
    decode_status,
)
from firmware_protocols.movesense_gsp.gatt import Channel
from firmware_protocols.movesense_gsp.request import LOG_REFERENCES, Reference
from firmware_protocols.movesense_gsp.streams import MOST_SAMPLES, STREAMS, Stream
from firmware_protocols.movesense_gsp.values import (
    Hello,
    PodTime,
    decode_battery,
    decode_hello,
    decode_piece,
    decode_time,
)
from firmware_protocols.protocol import DecodeError, Packet


@dataclass
class Rows:
    """Whole frames as columns: how many samples, the bytes, when they came, over which link."""

    samples: list[int] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    host_ns: list[int] = field(default_factory=list)
    link: list[int] = field(default_factory=list)


@dataclass
class _Open:
    """A frame of which more parts may be to come. As far as `whole_bytes` it is whole by itself."""

    payload: bytes
    host_ns: int
    whole_bytes: int


@dataclass
class Received:
    """Everything received from one pod. `live` holds its frames by the reference of the stream.

    `logs` are the pieces of logs, by reference and offset; `times` pairs what the pod's clock said
    with its arrival.
    """

    live: dict[int, Rows] = field(default_factory=dict)
    logs: dict[int, dict[int, bytes]] = field(default_factory=dict)
    times: list[tuple[PodTime, int]] = field(default_factory=list)
    hello: Hello | None = None
    battery_pct: int | None = None
    links: int = 0
    trouble: Counter[str] = field(default_factory=Counter)
    seen: set[bytes] = field(default_factory=set)
    parts: dict[int, _Open] = field(default_factory=dict)


def sort_packets(packets: Sequence[Packet]) -> Received:
    """Sort everything received from one pod; what cannot be decoded is counted, never fatal."""
    received = Received()
    for packet in packets:
        if packet.channel == Channel.DATA:
            try:
                frame = decode_frame(packet.payload)
                _SORT.get(frame.answer, _sort_unknown)(received, frame, packet.host_ns)
            except DecodeError as error:
                received.trouble[error.reason] += 1
    _close_all(received)
    return received


# Samples -----------------------------------------------------------------------------------------


def _sort_data(received: Received, frame: Frame, host_ns: int) -> None:
    """Keep a frame open until the next begins: more parts of it may be to come."""
    stream = STREAMS.get(frame.reference)
    if stream is None:
        _sort_piece(received, frame)
        return
    if (before := received.parts.get(frame.reference)) is not None:
        _close(received, stream, before)
    whole_bytes = len(frame.payload) if stream.samples_in(len(frame.payload)) else 0
    received.parts[frame.reference] = _Open(frame.payload, host_ns, whole_bytes)


def _sort_part_2(received: Received, frame: Frame, _: int) -> None:
    stream = STREAMS.get(frame.reference)
    if stream is None:
        _sort_piece(received, frame)
        return
    part = received.parts.get(frame.reference)
    if part is None or len(part.payload) >= stream.frame_bytes(MOST_SAMPLES):
        received.trouble["part of a frame without its beginning"] += 1
        return
    part.payload += frame.payload
    if stream.samples_in(len(part.payload)):
        part.whole_bytes = len(part.payload)


def _close_all(received: Received) -> None:
    for reference, part in received.parts.items():
        _close(received, STREAMS[reference], part)
    received.parts.clear()


def _close(received: Received, stream: Stream, part: _Open) -> None:
    """Keep a frame, or as much of it as is one: what follows that is of another, which was lost."""
    if part.whole_bytes < len(part.payload):
        received.trouble["part of a frame"] += 1
    if part.whole_bytes:
        _keep(received, stream, part.payload[: part.whole_bytes], part.host_ns)


def _keep(received: Received, stream: Stream, payload: bytes, host_ns: int) -> None:
    if payload in received.seen:
        received.trouble["delivered twice"] += 1
        return
    received.seen.add(payload)
    rows = received.live.setdefault(stream.reference, Rows())
    rows.samples.append(stream.samples_in(len(payload)))
    rows.payloads.append(payload)
    rows.host_ns.append(host_ns)
    rows.link.append(received.links)


# All else ----------------------------------------------------------------------------------------


def _sort_piece(received: Received, frame: Frame) -> None:
    if frame.reference not in LOG_REFERENCES:
        received.trouble["data that nobody asked for"] += 1
        return
    offset, content = decode_piece(frame.payload)
    pieces = received.logs.setdefault(frame.reference, {})
    if len(content) > len(pieces.get(offset, b"")):
        pieces[offset] = content


def _sort_response(received: Received, frame: Frame, host_ns: int) -> None:
    if frame.reference == Reference.HELLO:
        received.hello = decode_hello(frame.payload)
        _close_all(received)
        received.links += 1
        return
    status, data = decode_status(frame.payload)
    if not 200 <= status < 300:
        known = status in set(Status)
        received.trouble[f"refused with status {status if known else 'of its own'}"] += 1
    elif frame.reference == Reference.BATTERY:
        received.battery_pct = decode_battery(data)
    elif frame.reference == Reference.TIME:
        received.times.append((decode_time(data), host_ns))


def _sort_unknown(received: Received, _: Frame, __: int) -> None:
    received.trouble["unknown notification"] += 1


_SORT: Final[Mapping[int, Callable[[Received, Frame, int], None]]] = {
    Answer.RESPONSE: _sort_response,
    Answer.DATA: _sort_data,
    Answer.DATA_PART_2: _sort_part_2,
}
