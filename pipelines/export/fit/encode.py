"""Encode FIT messages byte by byte: definitions, values, developer fields, header and checksum.

Written here, since libraries that write FIT mislead readers: one encoder drops messages and ends a
file at an absent float, another defines each message anew whenever its fields change, and none
merges into a file without encoding all of it again (`docs/decisions/exports.md`). Source: FIT
protocol 2.0 as its public documentation has it. Values are in the units of the profile; numbers
are rounded to its resolution.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

FIT_EPOCH_S: Final = 631_065_600
"""Unix time of 1989-12-31, where the clock of FIT begins."""
PROTOCOL: Final = 0x20
"""Version 2.0: the first with developer fields."""
PROFILE: Final = 2195
NORMAL_DEFINITION: Final = 0x40
HAS_DEVELOPER_FIELDS: Final = 0x20
LOCAL_IDS: Final = 16

ENUM, UINT8, UINT16, UINT32, STRING, FLOAT32, BYTE = 0x00, 0x02, 0x84, 0x86, 0x07, 0x88, 0x0D
UINT32Z: Final = 0x8C
CODES: Final = {
    ENUM: "B",
    UINT8: "B",
    UINT16: "H",
    UINT32: "I",
    UINT32Z: "I",
    FLOAT32: "f",
}

Value = float | int | str | bytes


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the profile: its number, base type and scale."""

    number: int
    base: int
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class DeveloperField:
    """A field of our own: always one float32 (scale 1), or a text of up to `size` bytes.

    `native` is the number of the profile's field in the same message that holds the same quantity.
    """

    number: int
    name: str
    unit: str
    base: int = FLOAT32
    size: int = 4
    native: int | None = None


def value_bytes(field: Field, value: Value, order: str = "<") -> bytes | None:
    """Return a value as it is stored, None where the field cannot hold it."""
    if isinstance(value, str):
        return value.encode() + b"\0"
    if isinstance(value, bytes):
        return value
    if field.base == FLOAT32:
        return struct.pack(f"{order}f", value)
    number, size = round(value * field.scale), struct.calcsize(CODES[field.base])
    highest = 256**size - 2  # the highest of all means: not known
    return struct.pack(order + CODES[field.base], number) if 0 <= number <= highest else None


def definition(
    local: int,
    message: int,
    fields: Sequence[tuple[int, int, int]],
    developer: Sequence[tuple[int, int, int]] = (),
    *,
    order: str = "<",
) -> bytes:
    """Return a definition: `fields` are number, size, base type; `developer` number, size, app."""
    head = NORMAL_DEFINITION | local | (HAS_DEVELOPER_FIELDS if developer else 0)
    data = struct.pack(f"{order}BBBHB", head, 0, order == ">", message, len(fields))
    data += b"".join(bytes(field) for field in fields)
    if developer:
        data += bytes([len(developer)]) + b"".join(bytes(field) for field in developer)
    return data


def message_once(
    local: int,
    message: int,
    values: Mapping[Field, Value | None],
    developer: Mapping[DeveloperField, str] | None = None,
    app: int = 0,
) -> bytes:
    """Return a message that is written once, behind its definition; None is left out."""
    known = {
        field: data
        for field, value in values.items()
        if value is not None and (data := value_bytes(field, value)) is not None
    }
    own = {field: text_bytes(text, field.size) for field, text in (developer or {}).items()}
    head = definition(
        local,
        message,
        [(field.number, len(data), field.base) for field, data in known.items()],
        [(field.number, field.size, app) for field in own],
    )
    return head + bytes([local]) + b"".join([*known.values(), *own.values()])


def text_bytes(text: str, size: int) -> bytes:
    """Return a text as `size` bytes: cut at a whole letter, ended and filled with zeros."""
    return text.encode()[: size - 1].decode(errors="ignore").encode().ljust(size, b"\0")


def fit_time(unix_s: float) -> int:
    """Return Unix time as FIT counts it."""
    return round(unix_s) - FIT_EPOCH_S


def _of_byte(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return value


_TABLE: Final = tuple(_of_byte(byte) for byte in range(256))


def checksum(data: bytes, value: int = 0) -> int:
    """Return the CRC-16 of the FIT protocol (polynomial 0x8005, reflected)."""
    for byte in data:
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value


def framed(data: bytes) -> bytes:
    """Return messages as a file: header in front, checksum behind."""
    head = struct.pack("<BBHI4s", 14, PROTOCOL, PROFILE, len(data), b".FIT")
    head += struct.pack("<H", checksum(head))
    return head + data + struct.pack("<H", checksum(data, checksum(head)))
