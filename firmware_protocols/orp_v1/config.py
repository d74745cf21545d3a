"""ORP v1, CONFIG: encode and decode the requested and the effective settings of a stream."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from math import isfinite
from struct import Struct
from typing import Final

from firmware_protocols.orp_v1.tlv import decode_tlv, encode_tlv, unpack
from firmware_protocols.protocol import DecodeError


class Quantity(IntEnum):
    """What a sensor measures; its SI unit is fixed."""

    SPECIFIC_FORCE = 1
    ANGULAR_RATE = 2
    MAGNETIC_FIELD = 3
    TEMPERATURE = 4


RATES_HZ: Final = (0.1, 100_000.0)
"""A pod that says to be slower or faster is not believed."""
_STREAM, _RATE, _RANGE, _LATENCY, _CONFIG_ID, _SCALE = 0x10, 0x11, 0x12, 0x13, 0x20, 0x21
_U8, _U16, _F32 = Struct("<B"), Struct("<H"), Struct("<f")
_U8_U16, _U8_F32 = Struct("<BH"), Struct("<Bf")


@dataclass(frozen=True, slots=True)
class Config:
    """What is asked of one stream; `ranges` in g and °/s by quantity. None: as it is now."""

    stream: int = 0
    rate_hz: float | None = None
    ranges: Mapping[int, int] = field(default_factory=dict)
    max_latency_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Effective:
    """What the pod really does under `config_id`; `si_per_lsb` by quantity, in its SI unit."""

    config_id: int
    rate_hz: float
    ranges: Mapping[int, int]
    max_latency_ms: int
    si_per_lsb: Mapping[int, float]


def encode_config(config: Config) -> bytes:
    """Encode the arguments of CONFIG."""
    items = [(_STREAM, _U8.pack(config.stream))]
    if config.rate_hz is not None:
        items.append((_RATE, _F32.pack(config.rate_hz)))
    items += [(_RANGE, _U8_U16.pack(*pair)) for pair in config.ranges.items()]
    if config.max_latency_ms is not None:
        items.append((_LATENCY, _U16.pack(config.max_latency_ms)))
    return encode_tlv(items)


def decode_config(arguments: bytes) -> Config:
    """Decode the arguments of CONFIG; unknown tags are skipped."""
    items = decode_tlv(arguments)
    one = dict(items)
    return Config(
        stream=unpack(_U8, one.get(_STREAM, b"\0"), "stream")[0],
        rate_hz=unpack(_F32, one[_RATE], "rate")[0] if _RATE in one else None,
        ranges=dict(unpack(_U8_U16, value, "range") for tag, value in items if tag == _RANGE),
        max_latency_ms=unpack(_U16, one[_LATENCY], "latency")[0] if _LATENCY in one else None,
    )


def encode_effective(effective: Effective) -> bytes:
    """Encode the data of a CONFIG answer."""
    return encode_tlv(
        [
            (_CONFIG_ID, _U8.pack(effective.config_id)),
            (_RATE, _F32.pack(effective.rate_hz)),
            *((_RANGE, _U8_U16.pack(*pair)) for pair in effective.ranges.items()),
            (_LATENCY, _U16.pack(effective.max_latency_ms)),
            *((_SCALE, _U8_F32.pack(*pair)) for pair in effective.si_per_lsb.items()),
        ]
    )


def decode_effective(data: bytes) -> Effective:
    """Decode the data of a CONFIG answer; DecodeError if samples could not be scaled by it."""
    items = decode_tlv(data)
    one = dict(items)
    if missing := {_CONFIG_ID, _RATE, _LATENCY} - one.keys():
        raise DecodeError(f"configuration without tag {min(missing):02x}", data)
    effective = Effective(
        config_id=unpack(_U8, one[_CONFIG_ID], "config id")[0],
        rate_hz=unpack(_F32, one[_RATE], "rate")[0],
        ranges=dict(unpack(_U8_U16, value, "range") for tag, value in items if tag == _RANGE),
        max_latency_ms=unpack(_U16, one[_LATENCY], "latency")[0],
        si_per_lsb=dict(unpack(_U8_F32, value, "scale") for tag, value in items if tag == _SCALE),
    )
    slowest_hz, fastest_hz = RATES_HZ
    if (
        Quantity.SPECIFIC_FORCE not in effective.si_per_lsb
        or not slowest_hz <= effective.rate_hz <= fastest_hz
        or not all(isfinite(value) and value > 0 for value in effective.si_per_lsb.values())
    ):
        raise DecodeError("configuration without a usable rate and scale", data)
    return effective
