"""ORP v1, encode and decode commands on CONTROL, their answers, and the records of STATUS and TIME.

A request is ``[op][request id][arguments]``, its answer ``[0x80 | op][id][status][data]``.
"""

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from struct import Struct
from typing import Final

from firmware_protocols.orp_v1.tlv import unpack
from firmware_protocols.protocol import DecodeError

ANSWER: Final = 0x80
LATEST_US: Final = 2**62
"""No clock of a pod is later."""
ERASE_GUARD: Final = b"ERAS"
RESET_GUARD: Final = b"RSET"


class Op(IntEnum):
    """The commands a pod knows."""

    CONFIG = 0x02
    START = 0x03
    STOP = 0x04
    BACKFILL = 0x05
    BUFFER = 0x06
    ACK_UPTO = 0x07
    SET_UTC = 0x08
    IDENTIFY = 0x09
    ERASE = 0x0A
    SYNC = 0x0B
    SET_ROLE = 0x0C
    RESET = 0x0F


class Result(IntEnum):
    """How a command went."""

    OK = 0
    UNKNOWN_OP = 1
    PARAMETER = 2
    STATE = 3
    MTU = 4
    RANGE = 5
    BUSY = 6


class StatusFlag(IntFlag):
    """Flags of STATUS; unknown ones are ignored."""

    CHARGING = 1
    SAMPLING = 2
    SYNCHRONISED = 4
    TEMPERATURE_ALARM = 8


@dataclass(frozen=True, slots=True)
class Command:
    """One request: `op` as sent, also when this version does not know it."""

    op: int
    request_id: int
    arguments: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `result` as sent, also when this version does not know it."""

    op: int
    request_id: int
    result: int
    data: bytes = b""


def encode_command(command: Command) -> bytes:
    """Encode a request."""
    return bytes((command.op, command.request_id)) + command.arguments


def decode_command(payload: bytes) -> Command:
    """Decode a request; used by virtual pods and firmware tests."""
    if len(payload) < 2 or payload[0] & ANSWER:
        raise DecodeError("not a command", payload)
    return Command(payload[0], payload[1], payload[2:])


def encode_answer(answer: Answer) -> bytes:
    """Encode an answer the way the firmware does."""
    return bytes((ANSWER | answer.op, answer.request_id, answer.result)) + answer.data


def decode_answer(payload: bytes) -> Answer:
    """Decode an indication of CONTROL."""
    if len(payload) < 3 or not payload[0] & ANSWER:
        raise DecodeError("not an answer", payload)
    return Answer(payload[0] & ~ANSWER, payload[1], payload[2], payload[3:])


_START, _U32_PAIR, _U32, _U64 = Struct("<IQ"), Struct("<II"), Struct("<I"), Struct("<Q")
_SYNC, _STATUS, _PING, _PONG = Struct("<BQ"), Struct("<BBIIbB"), Struct("<BB"), Struct("<BBQQ")


@dataclass(frozen=True, slots=True)
class Started:
    """The data of a START answer: where the stream goes on, and the device time of index 0."""

    next_index: int
    t_start_us: int


def encode_started(started: Started) -> bytes:
    """Encode the data of a START answer."""
    return _START.pack(started.next_index, started.t_start_us)


def decode_started(data: bytes) -> Started:
    """Decode the data of a START answer."""
    started = Started(*unpack(_START, data, "START answer"))
    if started.t_start_us >= LATEST_US:
        raise DecodeError("START answer with an impossible time", data)
    return started


def encode_pair(first: int, second: int) -> bytes:
    """Encode BACKFILL, or its answer (first, count), or that of BUFFER (oldest, next)."""
    return _U32_PAIR.pack(first, second)


def decode_pair(value: bytes) -> tuple[int, int]:
    """Decode BACKFILL, or its answer (first, count), or that of BUFFER (oldest, next)."""
    first, second = unpack(_U32_PAIR, value, "pair of indices")
    return first, second


def encode_index(index: int) -> bytes:
    """Encode the argument of ACK_UPTO."""
    return _U32.pack(index)


def decode_index(value: bytes) -> int:
    """Decode the argument of ACK_UPTO."""
    return int(unpack(_U32, value, "index")[0])


def encode_time(time_us: int) -> bytes:
    """Encode SET_UTC (µs since 1970) or the data of its answer (device µs)."""
    return _U64.pack(time_us)


def decode_time(value: bytes) -> int:
    """Decode SET_UTC (µs since 1970) or the data of its answer (device µs)."""
    return int(unpack(_U64, value, "time")[0])


def encode_sync(role: int, sync_id: int) -> bytes:
    """Encode SYNC: role 0 off, 1 sender, 2 receiver."""
    return _SYNC.pack(role, sync_id)


def decode_sync(value: bytes) -> tuple[int, int]:
    """Decode SYNC: role 0 off, 1 sender, 2 receiver."""
    role, sync_id = unpack(_SYNC, value, "SYNC")
    return role, sync_id


@dataclass(frozen=True, slots=True)
class Status:
    """STATUS. `battery_pct` above 100 means unknown; `overruns` counts samples lost in the pod."""

    battery_pct: int
    flags: int
    next_index: int
    overruns: int
    temperature_degc: int


def encode_status(status: Status) -> bytes:
    """Encode STATUS, 12 bytes."""
    return _STATUS.pack(
        status.battery_pct,
        status.flags,
        status.next_index,
        status.overruns,
        status.temperature_degc,
        0,
    )


def decode_status(payload: bytes) -> Status:
    """Decode STATUS, 12 bytes."""
    return Status(*unpack(_STATUS, payload, "STATUS")[:5])


@dataclass(frozen=True, slots=True)
class Pong:
    """Answer to a TIME ping: device µs at which the ping was received and the answer sent."""

    sequence: int
    received_us: int
    sent_us: int


def encode_ping(sequence: int) -> bytes:
    """Encode a TIME ping."""
    return _PING.pack(0x01, sequence)


def decode_ping(payload: bytes) -> int:
    """Decode a TIME ping into its sequence number."""
    kind, sequence = unpack(_PING, payload, "TIME ping")
    if kind != 0x01:
        raise DecodeError("not a TIME ping", payload)
    return int(sequence)


def encode_pong(pong: Pong) -> bytes:
    """Encode the answer to a TIME ping."""
    return _PONG.pack(ANSWER | 0x01, pong.sequence, pong.received_us, pong.sent_us)


def decode_pong(payload: bytes) -> Pong:
    """Decode the answer to a TIME ping."""
    kind, sequence, received_us, sent_us = unpack(_PONG, payload, "TIME answer")
    if kind != ANSWER | 0x01:
        raise DecodeError("not a TIME answer", payload)
    if received_us >= LATEST_US or sent_us >= LATEST_US:
        raise DecodeError("TIME answer with an impossible time", payload)
    return Pong(sequence, received_us, sent_us)
