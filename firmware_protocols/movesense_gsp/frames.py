"""Movesense, commands to the pod and the notifications that answer them.

A command is its code, a reference that the host chooses, and what it says. Every notification
carries the reference of the command that it belongs to. All integers are little-endian.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from firmware_protocols.protocol import DecodeError

HEADER_BYTES: Final = 2
ATT_BYTES: Final = 3  # of each notification, beside what it brings


class Command(IntEnum):
    """What the host may ask."""

    HELLO = 0
    SUBSCRIBE = 1
    UNSUBSCRIBE = 2
    FETCH_LOG = 3
    GET = 4
    CLEAR_LOGBOOK = 5
    SET_LOGGED = 6
    SET_SYSTEM_MODE = 7
    SET_UTC = 8
    SET_LOGGER = 9


class Answer(IntEnum):
    """What a notification brings."""

    RESPONSE = 1
    DATA = 2
    DATA_PART_2 = 3  # of samples: what did not fit the notification before


class Status(IntEnum):
    """How a command went, in numbers as on the web."""

    OK = 200
    ACCEPTED = 202
    UNAUTHORISED = 401
    NOT_FOUND = 404
    CONFLICT = 409
    BUSY = 429
    UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Frame:
    """One notification: what it is, to which command it belongs, and what it brings."""

    answer: int
    reference: int
    payload: bytes = b""


def encode_command(command: Command, reference: int, payload: bytes = b"") -> bytes:
    """Encode a command."""
    return bytes([command, reference]) + payload


def decode_command(value: bytes) -> tuple[int, int, bytes]:
    """Decode code, reference and payload of a command."""
    if len(value) < HEADER_BYTES:
        raise DecodeError("truncated command", value)
    return value[0], value[1], value[HEADER_BYTES:]


def encode_frame(frame: Frame) -> bytes:
    """Encode a notification."""
    return bytes([frame.answer, frame.reference]) + frame.payload


def decode_frame(value: bytes) -> Frame:
    """Decode a notification."""
    if len(value) < HEADER_BYTES:
        raise DecodeError("truncated notification", value)
    return Frame(value[0], value[1], value[HEADER_BYTES:])


def encode_status(status: int, data: bytes = b"") -> bytes:
    """Encode what a response brings."""
    return status.to_bytes(2, "little") + data


def decode_status(payload: bytes) -> tuple[int, bytes]:
    """Decode status and data of a response; that to HELLO has no status."""
    if len(payload) < 2:
        raise DecodeError("response without a status", payload)
    return int.from_bytes(payload[:2], "little"), payload[2:]


def encode_paths(*paths: str) -> bytes:
    """Encode the paths of resources, one after the other."""
    return b"".join(path.encode() + b"\0" for path in paths)


def decode_paths(payload: bytes) -> list[str]:
    """Decode the paths of resources; what is no UTF-8 becomes a mark."""
    return [path for path in payload.decode(errors="replace").split("\0") if path]
