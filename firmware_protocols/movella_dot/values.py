"""Movella DOT, what is read and written: who the pod is, its settings, measuring, its battery.

All integers are little-endian.
"""

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from struct import Struct
from typing import Any, Final

from firmware_protocols.protocol import DecodeError

LIVE_RATES_HZ: Final = (60.0, 30.0, 20.0, 15.0, 12.0, 10.0, 4.0, 1.0)
RATES_HZ: Final = (120.0, *LIVE_RATES_HZ)
"""The fastest is for recordings on board alone."""
_MOST_PCT: Final = 100
_LONGEST_TAG: Final = 16
_INFO: Final = Struct("<6s3BH5BIQ6s")
_SETTINGS: Final = Struct("<8B16sHB5x")
_MEASURE: Final = Struct("<BBB")
_MEASUREMENT: Final = 1


class Mode(IntEnum):
    """The payloads used here: what a pod sends of each sample."""

    FREE_ACCELERATION = 6
    RATE_QUANTITIES = 21


class Visit(IntFlag):
    """Which of the settings a write is about."""

    IDENTIFY = 1
    RATE = 16


@dataclass(frozen=True, slots=True)
class Info:
    """Who a pod is; `firmware` is its version, `product` begins its code: XS-T01, or 02 for v2."""

    serial: int
    firmware: tuple[int, int, int]
    product: str
    address: bytes = bytes(6)


def encode_info(info: Info) -> bytes:
    """Encode who a pod is; when its firmware was built is left 0."""
    built = (0, 0, 0, 0, 0, 0)
    return _INFO.pack(info.address, *info.firmware, *built, 0, info.serial, info.product.encode())


def decode_info(value: bytes) -> Info:
    """Decode who a pod is."""
    address, *rest = _unpack(_INFO, value, "device information")
    product = rest[-1].decode(errors="replace").rstrip("\0 ")
    return Info(rest[-2], (rest[0], rest[1], rest[2]), product, address)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a pod is set to. Written, only what `visit` names is taken."""

    visit: int = 0
    identify: bool = False
    rate_hz: int = 0
    filter_profile: int = 0
    tag: str = ""


def encode_settings(settings: Settings) -> bytes:
    """Encode settings; those of power are left 0, and a tag is cut to 16 bytes."""
    tag = settings.tag.encode()[:_LONGEST_TAG]
    head = (settings.visit, settings.identify, 0, 0, 0, 0, 0, len(tag))
    return _SETTINGS.pack(*head, tag, settings.rate_hz, settings.filter_profile)


def decode_settings(value: bytes) -> Settings:
    """Decode settings."""
    visit, identify, *_, size, tag, rate_hz, profile = _unpack(_SETTINGS, value, "settings")
    words = tag[: min(size, _LONGEST_TAG)].decode(errors="replace").rstrip("\0 ")
    return Settings(visit, identify == 1, rate_hz, profile, words)


def encode_measure(*, on: bool, mode: int) -> bytes:
    """Encode the command that starts or stops measuring, or what is read of it."""
    return _MEASURE.pack(_MEASUREMENT, on, mode)


def decode_measure(value: bytes) -> tuple[bool, int]:
    """Decode whether a pod measures, or shall, and its payload."""
    target, action, mode = _unpack(_MEASURE, value, "state of measuring")
    if target != _MEASUREMENT or action > 1:
        raise DecodeError("not a state of measuring", value)
    return action == 1, mode


def encode_battery(level_pct: int, *, charging: bool = False) -> bytes:
    """Encode the battery level in %, and whether it is being charged."""
    return bytes([level_pct, charging])


def decode_battery(value: bytes) -> int:
    """Decode the battery level in %."""
    if len(value) != 2 or value[0] > _MOST_PCT:
        raise DecodeError("not a battery level", value)
    return value[0]


def rate_for(wanted_hz: float, *, live: bool = True) -> int:
    """Return the slowest rate that is not below the wanted one, else the fastest."""
    rates_hz = LIVE_RATES_HZ if live else RATES_HZ
    enough = [rate_hz for rate_hz in rates_hz if rate_hz >= wanted_hz]
    return round(min(enough, default=rates_hz[0]))


def _unpack(layout: Struct, value: bytes, what: str) -> tuple[Any, ...]:
    if len(value) != layout.size:
        raise DecodeError(f"{what} of odd length", value)
    return layout.unpack(value)
