"""Movella DOT, messages about recordings: to the pod, its acknowledgements, its notices.

A message is what it belongs to, the length of what it says, that (its kind first), and a byte that
makes the sum of all bytes a multiple of 256. The maker's printed example of a start of recording
does not sum to one; all its others do.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from firmware_protocols.protocol import DecodeError

RECORDING: Final = 1
MOST_BYTES: Final = 157
_HEAD_BYTES: Final = 2


class Kind(IntEnum):
    """What a message about recordings is: asked of the pod, or said by it."""

    ACKNOWLEDGED = 0x01
    GET_STATE = 0x02
    FLASH_BUSY = 0x03
    ERASE = 0x30
    ERASED = 0x33
    FLASH_FULL = 0x34
    INVALID_FLASH = 0x35
    START = 0x40
    STOP = 0x41  # also said by the pod: recording has stopped
    GET_FLASH = 0x50
    FLASH = 0x51
    FLASH_DONE = 0x52
    GET_FILE = 0x60
    FILE = 0x61
    FILE_DONE = 0x62
    NO_FILE = 0x63
    GET_DATA = 0x70
    DATA = 0x71
    DATA_DONE = 0x72
    STOP_DATA = 0x73  # also said by the pod: it has stopped sending a file
    SELECT = 0x74
    RESEND = 0x75
    DAMAGED_DATA = 0x76


class Result(IntEnum):
    """How a command went; the last of them are also the states of a pod."""

    SUCCESS = 0x00
    INVALID = 0x02
    FLASH_BUSY = 0x03
    IDLE = 0x06
    ERASING = 0x30
    RECORDING = 0x40
    SENDING_FLASH = 0x50
    SENDING_FILE = 0x60
    SENDING_DATA = 0x70


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its kind, and what it says; `topic` is RECORDING but for synchronisation."""

    kind: int
    payload: bytes = b""
    topic: int = RECORDING


def encode_message(message: Message) -> bytes:
    """Encode a message; ValueError for one that is too long."""
    if len(message.payload) >= MOST_BYTES:
        raise ValueError(f"a message says {MOST_BYTES - 1} bytes at most; send less at once")
    said = bytes([message.topic, 1 + len(message.payload), message.kind]) + message.payload
    return said + bytes([-sum(said) % 256])


def decode_message(value: bytes) -> Message:
    """Decode a message; what a characteristic holds behind it is of no meaning."""
    stop = _HEAD_BYTES + value[1] if len(value) > _HEAD_BYTES else 0
    if stop <= _HEAD_BYTES or stop >= len(value):
        raise DecodeError("truncated message", value)
    if sum(value[: stop + 1]) % 256:
        raise DecodeError("message with a wrong checksum", value)
    return Message(value[2], value[3:stop], value[0])


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How a command went: its `result`, and the command itself."""

    result: int
    kind: int
    payload: bytes = b""


def encode_acknowledged(said: Acknowledged) -> bytes:
    """Encode what the pod acknowledges."""
    return encode_message(
        Message(Kind.ACKNOWLEDGED, bytes([said.result, said.kind]) + said.payload)
    )


def decode_acknowledged(value: bytes) -> Acknowledged:
    """Decode what the pod acknowledges."""
    message = decode_message(value)
    if (
        message.topic != RECORDING
        or message.kind != Kind.ACKNOWLEDGED
        or len(message.payload) < _HEAD_BYTES
    ):
        raise DecodeError("not an acknowledgement", value)
    return Acknowledged(message.payload[0], message.payload[1], message.payload[2:])
