"""ORP v1, encode and decode tag-length-value lists, which INFO and CONFIG are made of."""

from collections.abc import Iterable
from struct import Struct
from typing import Any

from firmware_protocols.protocol import DecodeError

Item = tuple[int, bytes]


def encode_tlv(items: Iterable[Item]) -> bytes:
    """Encode (tag, value) pairs as ``[tag u8][length u8][value]``."""
    out = bytearray()
    for tag, value in items:
        if len(value) > 255:
            raise ValueError(f"the value of tag {tag:02x} has {len(value)} bytes; 255 are allowed")
        out += bytes((tag, len(value))) + value
    return bytes(out)


def decode_tlv(payload: bytes) -> list[Item]:
    """Decode (tag, value) pairs in order; DecodeError if the last one is cut short."""
    items: list[Item] = []
    at = 0
    while at < len(payload):
        stop = at + 2 + payload[at + 1] if at + 1 < len(payload) else len(payload) + 1
        if stop > len(payload):
            raise DecodeError("truncated list", payload)
        items.append((payload[at], payload[at + 2 : stop]))
        at = stop
    return items


def unpack(layout: Struct, value: bytes, what: str) -> tuple[Any, ...]:
    """Unpack `value`, which must have exactly the length of `layout`, or raise DecodeError."""
    if len(value) != layout.size:
        raise DecodeError(f"{what} has {len(value)} bytes, not {layout.size}", value)
    return layout.unpack(value)
