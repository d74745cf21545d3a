"""Polar PMD, sort what was received from one pod: answers, and frames by their stream."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.polar_pmd.control import (
    ANSWER,
    FEATURES,
    STOPPED,
    Answer,
    Kind,
    Op,
    Status,
    decode_answer,
    decode_settings,
    factor_of,
)
from firmware_protocols.polar_pmd.frames import LATEST_NS, decode_header
from firmware_protocols.polar_pmd.gatt import Channel
from firmware_protocols.protocol import DecodeError, Packet
from firmware_protocols.standard_services import decode_battery, decode_text

MOST_PARAMETERS: Final = 4096
LONGEST_TEXT: Final = 64


@dataclass(frozen=True, slots=True)
class Meaning:
    """How to read the frames of a stream: their type, and the factor, None where it is not known.

    Frames without a factor of their own have 1.
    """

    frame_type: int
    factor: float | None


@dataclass
class Rows:
    """Frames of one stream and meaning, in the order of arrival."""

    payloads: list[bytes] = field(default_factory=list)
    t_ns: list[int] = field(default_factory=list)
    host_ns: list[int] = field(default_factory=list)
    place: list[int] = field(default_factory=list)  # among all packets


@dataclass
class Received:
    """Everything a pod sent. `offered` are settings by kind, `factors` those of the last start."""

    frames: dict[int, dict[Meaning, Rows]] = field(default_factory=dict)
    offered: dict[int, dict[int, tuple[int, ...]]] = field(default_factory=dict)
    factors: dict[int, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    battery_pct: int | None = None
    trouble: Counter[str] = field(default_factory=Counter)
    parts: dict[tuple[int, int], bytes] = field(default_factory=dict)
    before: dict[int, bytes] = field(default_factory=dict)


def sort_packets(packets: Sequence[Packet]) -> Received:
    """Sort everything received from one pod; what cannot be decoded is counted, never fatal."""
    received = Received()
    for place, packet in enumerate(packets):
        try:
            _sort(received, packet, place)
        except DecodeError as error:
            received.trouble[error.reason] += 1
    return received


def _sort(received: Received, packet: Packet, place: int) -> None:
    match packet.channel:
        case Channel.DATA:
            _sort_frame(received, packet, place)
        case Channel.CONTROL:
            _sort_control(received, packet.payload)
        case Channel.BATTERY:
            if packet.payload:
                received.battery_pct = decode_battery(packet.payload)
        case Channel.SERIAL | Channel.FIRMWARE | Channel.MODEL as channel:
            if words := _text(packet.payload):
                received.words[Channel(channel).name.lower()] = words


def _text(value: bytes) -> str:
    words = decode_text(value)
    if len(words) > LONGEST_TEXT or not words.isprintable():
        raise DecodeError("not a text", value)
    return words


def _sort_frame(received: Received, packet: Packet, place: int) -> None:
    header = decode_header(packet.payload)
    if header.layout is None:
        raise DecodeError("frame of another kind", packet.payload)
    if header.t_ns >= LATEST_NS:
        raise DecodeError("impossible time", packet.payload)
    if received.before.get(header.kind) == packet.payload:
        raise DecodeError("delivered twice", packet.payload)
    received.before[header.kind] = packet.payload
    factor = received.factors.get(header.kind) if header.layout.scaled else 1.0
    meaning = Meaning(header.frame_type, factor)
    rows = received.frames.setdefault(header.kind, {}).setdefault(meaning, Rows())
    rows.payloads.append(packet.payload)
    rows.t_ns.append(header.t_ns)
    rows.host_ns.append(packet.host_ns)
    rows.place.append(place)


def _sort_control(received: Received, value: bytes) -> None:
    if value[:1] == bytes([ANSWER]):
        _sort_answer(received, decode_answer(value))
    elif value[:1] == bytes([STOPPED]):
        received.trouble["stopped by the pod"] += 1
    elif value[:1] != bytes([FEATURES]):
        raise DecodeError("not an answer", value)


def _sort_answer(received: Received, answer: Answer) -> None:
    if answer.status not in (Status.OK, Status.ALREADY):
        # Pods differ in how they say that what is to be stopped does not run.
        if answer.op != Op.STOP:
            received.trouble[f"refused with status {answer.status}"] += 1
        return
    key = (answer.op, answer.kind)
    parameters = received.parts.pop(key, b"") + answer.parameters
    if answer.more and len(parameters) < MOST_PARAMETERS:
        received.parts[key] = parameters
    elif answer.op in (Op.SETTINGS, Op.SDK_SETTINGS):
        received.offered[answer.kind] = decode_settings(parameters)
    elif answer.op == Op.START and answer.status == Status.OK and answer.kind != Kind.SDK_MODE:
        received.factors.pop(answer.kind, None)
        received.factors[answer.kind] = factor_of(decode_settings(parameters))


def main_meaning(received: Received, kind: int) -> Meaning | None:
    """Return the meaning that most bytes of a stream have; None where it sent nothing."""
    found = received.frames.get(kind, {})
    return max(found, key=lambda one: sum(map(len, found[one].payloads)), default=None)
