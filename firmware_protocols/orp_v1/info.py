"""ORP v1, INFO: encode and decode what a pod reports about itself, a tag-length-value list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntFlag
from struct import Struct
from typing import Final

from firmware_protocols.orp_v1.tlv import Item, decode_tlv, encode_tlv, unpack
from firmware_protocols.protocol import DecodeError

ROLES: Final[Mapping[int, str]] = {
    0: "none",
    1: "pelvis",
    2: "shank_left",
    3: "shank_right",
    4: "foot_left",
    5: "foot_right",
    6: "sternum",
    255: "other",
}
IDENTITY_AXES: Final = 0x0088
"""Axis map: 3 bits per axis from x on, two for the source axis and one for the sign."""


class Feature(IntFlag):
    """What a pod can do; unknown bits are kept."""

    RAM_BACKFILL = 1
    FLASH_BACKFILL = 2
    SYNC_SEND = 4
    SYNC_RECEIVE = 8
    CLIP_BEFORE_DECIMATION = 16


@dataclass(frozen=True, slots=True)
class Group:
    """Channels of one quantity within a sample."""

    quantity: int
    unit: int
    number: int = 1
    channels: int = 3
    axes: int = IDENTITY_AXES


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream: what its samples are made of."""

    stream: int = 0
    kind: int = 0
    groups: tuple[Group, ...] = (Group(1, 1), Group(2, 2))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Factory calibration of one quantity: value = (raw - offset) x scale, per axis."""

    quantity: int
    offset: tuple[float, float, float]
    scale: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Info:
    """What a pod reports about itself. None: not reported."""

    serial: str
    version: tuple[int, int] = (1, 0)
    role: int = 0
    streams: tuple[Stream, ...] = ()
    rates_hz: Mapping[int, tuple[float, ...]] = field(default_factory=dict)  # by stream
    ranges: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # by quantity, g or °/s
    ring_samples: int | None = None
    flash_bytes: int | None = None
    clock_ppm: int | None = None
    mounting: tuple[int, int, int, int] | None = None  # segment from sensor, Q15, w x y z
    calibrations: tuple[Calibration, ...] = ()
    features: int = 0
    boot_id: int | None = None


_U8, _U8_PAIR, _U32 = Struct("<B"), Struct("<BB"), Struct("<I")
_GROUP, _MOUNTING, _CALIBRATION = Struct("<BBBBH"), Struct("<4h"), Struct("<B6f")


def encode_info(info: Info) -> bytes:
    """Encode INFO the way the firmware does."""
    items: list[Item] = [
        (0x01, _U8_PAIR.pack(*info.version)),
        (0x02, _U8.pack(info.role)),
        (0x03, info.serial.encode()),
        *((0x04, _encode_stream(stream)) for stream in info.streams),
        *((0x05, _many("f", stream, rates)) for stream, rates in info.rates_hz.items()),
        *((0x06, _many("H", quantity, ranges)) for quantity, ranges in info.ranges.items()),
        *((0x0B, _encode_calibration(calibration)) for calibration in info.calibrations),
        (0x0C, _U32.pack(info.features)),
    ]
    optional = (
        (0x07, _U32, info.ring_samples),
        (0x08, _U32, info.flash_bytes),
        (0x09, _U8, info.clock_ppm),
        (0x0D, _U32, info.boot_id),
    )
    items += [(tag, layout.pack(value)) for tag, layout, value in optional if value is not None]
    if info.mounting is not None:
        items.append((0x0A, _MOUNTING.pack(*info.mounting)))
    return encode_tlv(items)


def decode_info(payload: bytes) -> Info:
    """Decode INFO; unknown tags are skipped by their length, a missing serial raises."""
    items = decode_tlv(payload)
    one = dict(items)
    if 0x03 not in one:
        raise DecodeError("INFO without a serial", payload)
    version = unpack(_U8_PAIR, one.get(0x01, b"\1\0"), "version")
    mounting = unpack(_MOUNTING, one[0x0A], "mounting") if 0x0A in one else None
    return Info(
        serial=_text(one[0x03]),
        version=(version[0], version[1]),
        role=unpack(_U8, one.get(0x02, b"\0"), "role")[0],
        streams=tuple(_decode_stream(value) for tag, value in items if tag == 0x04),
        rates_hz={v[0]: v[1:] for v in _each("f", 0x05, items)},
        ranges={v[0]: v[1:] for v in _each("H", 0x06, items)},
        ring_samples=_optional(_U32, one.get(0x07)),
        flash_bytes=_optional(_U32, one.get(0x08)),
        clock_ppm=_optional(_U8, one.get(0x09)),
        mounting=None if mounting is None else (mounting[0], mounting[1], mounting[2], mounting[3]),
        calibrations=tuple(_decode_calibration(value) for tag, value in items if tag == 0x0B),
        features=_optional(_U32, one.get(0x0C)) or 0,
        boot_id=_optional(_U32, one.get(0x0D)),
    )


def _encode_stream(stream: Stream) -> bytes:
    groups = (
        _GROUP.pack(group.quantity, group.unit, group.number, group.channels, group.axes)
        for group in stream.groups
    )
    return _U8_PAIR.pack(stream.stream, stream.kind) + b"".join(groups)


def _decode_stream(value: bytes) -> Stream:
    if len(value) < 2 or (len(value) - 2) % _GROUP.size:
        raise DecodeError("stream description of odd length", value)
    groups = tuple(Group(*fields) for fields in _GROUP.iter_unpack(value[2:]))
    return Stream(value[0], value[1], groups)


def _encode_calibration(calibration: Calibration) -> bytes:
    return _CALIBRATION.pack(calibration.quantity, *calibration.offset, *calibration.scale)


def _decode_calibration(value: bytes) -> Calibration:
    quantity, *numbers = unpack(_CALIBRATION, value, "calibration")
    return Calibration(quantity, tuple(numbers[:3]), tuple(numbers[3:]))


def _many(code: str, key: int, values: tuple[float, ...]) -> bytes:
    return Struct(f"<B{len(values)}{code}").pack(key, *values)


def _each(code: str, wanted: int, items: list[Item]) -> list[tuple[int, ...]]:
    size = Struct(f"<{code}").size
    return [
        unpack(Struct(f"<B{max(0, len(value) - 1) // size}{code}"), value, "list of numbers")
        for tag, value in items
        if tag == wanted
    ]


def _optional(layout: Struct, value: bytes | None) -> int | None:
    return None if value is None else int(unpack(layout, value, "number")[0])


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise DecodeError("serial is not UTF-8", value) from None
