"""Capture2Go, frames: a start byte, a checksum, a size and an id before each payload.

The host writes one frame at a time. The pod sends a stream of bytes in which frames follow each
other, cut into notifications anywhere; a recording in the pod is such a stream too. Source: the
maker's published protocol, version 1 (sensorstim/capture2go_sdk, MIT).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Final
from zlib import crc32

from firmware_protocols.protocol import DecodeError

START: Final = 0x02
HEADER: Final = Struct("<BIBH")  # start, CRC-32 of id and payload, size of the payload, id
MOST_PAYLOAD: Final = 236
MOST_REALTIME: Final = 3
_CHECKED: Final = 6  # where the id begins
_NO_REALTIME: Final = 0xFF


@dataclass(frozen=True, slots=True)
class Package:
    """The id of a frame, and what it carries."""

    id: int
    payload: bytes = b""


def encode_frame(package: Package) -> bytes:
    """Encode one frame."""
    body = package.id.to_bytes(2, "little") + package.payload
    head = HEADER.pack(START, crc32(body), len(package.payload), package.id)
    return head + package.payload


def decode_frame(frame: bytes) -> Package:
    """Decode a whole frame, as the host writes it; DecodeError says what is wrong with it."""
    if len(frame) < HEADER.size or frame[0] != START:
        raise DecodeError("not a frame", frame)
    _, check, size, number = HEADER.unpack_from(frame)
    if len(frame) != HEADER.size + size:
        raise DecodeError("frame of odd length", frame)
    if crc32(frame[_CHECKED:]) != check:
        raise DecodeError("bad crc", frame)
    return Package(number, frame[HEADER.size :])


class Assembler:
    """Put frames together from a stream that arrives in pieces, and find them again after a loss.

    `damaged` counts the stretches between two frames that were none.
    """

    def __init__(self) -> None:
        self.damaged = 0
        self._held = bytearray()
        self._found_one = False
        self._astray = False

    def feed(self, piece: bytes) -> list[Package]:
        """Return the frames that are whole with this piece; less than one frame is held back."""
        held = self._held
        held += piece
        at, end, found = 0, len(held), []
        while end - at >= HEADER.size:
            size = held[at + 5]
            stop = at + HEADER.size + size
            whole = held[at] == START and size <= MOST_PAYLOAD
            if whole and stop > end:
                break
            if whole and crc32(held[at + _CHECKED : stop]) == _check(held, at):
                number = held[at + _CHECKED] | held[at + _CHECKED + 1] << 8
                found.append(Package(number, bytes(held[at + HEADER.size : stop])))
                self._count_damage()
                at = stop
            else:
                self._astray = True
                at = _next_start(held, at + 1)
        del held[:at]
        return found

    def _count_damage(self) -> None:
        """Count a damage once it is over; what was before the first frame is none."""
        self.damaged += self._astray and self._found_one
        self._found_one, self._astray = True, False


def _check(held: bytearray, at: int) -> int:
    return int.from_bytes(held[at + 1 : at + 5], "little")


def _next_start(held: bytearray, at: int) -> int:
    found = held.find(START, at)
    return len(held) if found < 0 else found


def split_notification(payload: bytes) -> tuple[list[Package], bytes]:
    """Split a notification into its real-time frames, which are whole, and a piece of the stream.

    The first byte says how many there are: 0xFF for none. DecodeError where they are not there.
    """
    if not payload:
        raise DecodeError("empty notification", payload)
    if (count := _NO_REALTIME - payload[0]) > MOST_REALTIME:
        raise DecodeError("not a notification", payload)
    at, realtime = 1, []
    for _ in range(count):
        if len(payload) < at + HEADER.size:
            raise DecodeError("truncated real-time frame", payload)
        stop = at + HEADER.size + payload[at + 5]
        realtime.append(decode_frame(payload[at:stop]))
        at = stop
    return realtime, payload[at:]


def join_notification(realtime: list[Package], piece: bytes) -> bytes:
    """Make a notification as a pod does."""
    frames = b"".join(encode_frame(package) for package in realtime)
    return bytes([_NO_REALTIME - len(realtime)]) + frames + piece


def packages_of(payload: bytes, assembler: Assembler) -> Iterator[Package]:
    """Yield every package that a notification completes; nothing of one that is none."""
    try:
        realtime, piece = split_notification(payload)
    except DecodeError:
        return
    yield from realtime
    yield from assembler.feed(piece)
