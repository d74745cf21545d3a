"""Walk through the messages of a FIT file without decoding them: where each is, and its layout."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipelines.export.fit.encode import HAS_DEVELOPER_FIELDS, NORMAL_DEFINITION, checksum

COMPRESSED: Final = 0x80
LOCAL_ID: Final = 0x0F
MOST_MESSAGES: Final = 2_000_000  # a day of a watch that writes ten kinds a second has half
Layout = tuple[int, int, int]
"""Number, size, and base type (of a developer field: the app that it belongs to)."""


@dataclass(frozen=True, slots=True)
class Definition:
    """The layout of the messages of one local id, from its definition on."""

    order: str
    message: int
    fields: tuple[Layout, ...]
    developer: tuple[Layout, ...]

    @property
    def size(self) -> int:
        """Bytes of a message without its head."""
        return sum(size for _, size, _ in (*self.fields, *self.developer))

    def place(self, number: int) -> tuple[int, int] | None:
        """Return where a field begins and ends in a message, its head counted; None: not there."""
        start = 1
        for field, size, _ in self.fields:
            if field == number:
                return start, start + size
            start += size
        return None


@dataclass(frozen=True, slots=True)
class Message:
    """Bytes `start` to `stop` of a file: a definition, or values laid out as one said before."""

    start: int
    stop: int
    local: int
    layout: Definition
    is_definition: bool
    compressed: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a file: how long it is, and where the messages begin and end."""

    start: int
    stop: int


def head_of(data: bytes) -> Head:
    """Return the header of a file whose checksum is right; ValueError for another."""
    if len(data) < 14 or data[0] not in (12, 14) or data[8:12] != b".FIT":
        raise ValueError("no header of FIT")
    start, stop = data[0], data[0] + struct.unpack_from("<I", data, 4)[0]
    if len(data) < stop + 2:
        raise ValueError(f"it ends {stop + 2 - len(data)} bytes early")
    if len(data) > stop + 2:
        raise ValueError("more follows behind its end, as where several files were joined")
    if checksum(data[:stop]) != struct.unpack_from("<H", data, stop)[0]:
        raise ValueError("its checksum is wrong")
    return Head(start, stop)


def messages(data: bytes, head: Head) -> Iterator[Message]:
    """Yield every message in order; ValueError where one has no definition or is cut."""
    known: dict[int, Definition] = {}
    at, count = head.start, 0
    while at < head.stop:
        count += 1
        if count > MOST_MESSAGES:
            raise ValueError(f"it has over {MOST_MESSAGES} messages")
        first = data[at]
        compressed = bool(first & COMPRESSED)
        local = (first >> 5) & 3 if compressed else first & LOCAL_ID
        is_definition = not compressed and bool(first & NORMAL_DEFINITION)
        if is_definition:
            known[local], stop = _definition(data, at)
        elif local in known:
            stop = at + 1 + known[local].size
        else:
            raise ValueError(f"a message at byte {at} has no definition")
        if stop > head.stop:
            raise ValueError(f"the message at byte {at} is cut")
        yield Message(at, stop, local, known[local], is_definition, compressed)
        at = stop


def _definition(data: bytes, at: int) -> tuple[Definition, int]:
    try:
        order = ">" if data[at + 2] else "<"
        (message,) = struct.unpack_from(f"{order}H", data, at + 3)
        fields, stop = _layouts(data, at + 5)
        developer: tuple[Layout, ...] = ()
        if data[at] & HAS_DEVELOPER_FIELDS:
            developer, stop = _layouts(data, stop)
    except (IndexError, struct.error):
        raise ValueError(f"the definition at byte {at} is cut") from None
    return Definition(order, message, fields, developer), stop


def _layouts(data: bytes, at: int) -> tuple[tuple[Layout, ...], int]:
    stop = at + 1 + 3 * data[at]
    triples = data[at + 1 : stop]
    if len(triples) != 3 * data[at]:
        raise IndexError
    return tuple(zip(triples[::3], triples[1::3], triples[2::3], strict=True)), stop


def counted(data: bytes) -> Counter[int]:
    """Return how many messages of each kind a file holds, definitions not counted."""
    found = messages(data, head_of(data))
    return Counter(one.layout.message for one in found if not one.is_definition)
