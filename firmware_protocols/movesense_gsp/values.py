"""Movesense, what responses bring: who the pod is, its time, its battery, its logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import Final

from firmware_protocols.protocol import DecodeError

ACC_INFO: Final = "/Meas/Acc/Info"
GYR_INFO: Final = "/Meas/Gyro/Info"
BATTERY: Final = "/System/Energy/Level"
TIME: Final = "/Time/Detailed"
LOGGER: Final = "/Mem/DataLogger/State"
LOGBOOK: Final = "/Mem/Logbook/entries"

_TIME: Final = Struct("<QIII")
_ENTRY: Final = Struct("<IIQ")
_UTC: Final = Struct("<Q")
_LOG: Final = Struct("<I")
_MOST_PCT: Final = 100
_TICKS_HZ, _ACCURACY = 1024, 20


class Logger(IntEnum):
    """What the logger of a pod is doing."""

    READY = 2
    LOGGING = 3


class SystemMode(IntEnum):
    """What a pod can be told to become; the application is begun anew."""

    OFF = 1
    APPLICATION = 5


@dataclass(frozen=True, slots=True)
class Hello:
    """Who a pod is, in its own words."""

    serial: str
    product: str
    app: str = ""
    version: str = ""
    address: str = ""
    protocol: int = 1


def encode_hello(hello: Hello) -> bytes:
    """Encode what a pod answers to HELLO: the one response without a status."""
    words = (hello.serial, hello.product, hello.address, hello.app, hello.version)
    return bytes([hello.protocol]) + b"".join(word.encode() + b"\0" for word in words)


def decode_hello(payload: bytes) -> Hello:
    """Decode what a pod answers to HELLO; words may be missing at the end."""
    if len(payload) < 2:
        raise DecodeError("truncated HELLO", payload)
    words = payload[1:].decode(errors="replace").split("\0")
    serial, product, address, app, version, *_ = (*words, *5 * ("",))
    return Hello(serial, product, app, version, address, payload[0])


@dataclass(frozen=True, slots=True)
class PodTime:
    """What a pod's clocks say: UTC as it was told, and the ms that stamp its samples."""

    utc_us: int
    relative_ms: int


def encode_time(time: PodTime) -> bytes:
    """Encode the time of a pod."""
    return _TIME.pack(time.utc_us, time.relative_ms, _TICKS_HZ, _ACCURACY)


def decode_time(data: bytes) -> PodTime:
    """Decode the time of a pod. Its tick rate is not the unit of its relative time."""
    if len(data) != _TIME.size:
        raise DecodeError("not the time of a pod", data)
    utc_us, relative_ms, _, _ = _TIME.unpack(data)
    return PodTime(utc_us, relative_ms)


def encode_utc(utc_us: int) -> bytes:
    """Encode the UTC that a pod is told."""
    return _UTC.pack(utc_us)


def decode_utc(payload: bytes) -> int:
    """Decode the UTC that a pod is told, in µs."""
    if len(payload) != _UTC.size:
        raise DecodeError("not a time of day", payload)
    return int(_UTC.unpack(payload)[0])


def decode_battery(data: bytes) -> int:
    """Decode the battery level in %."""
    if len(data) != 1 or data[0] > _MOST_PCT:
        raise DecodeError("not a battery level", data)
    return data[0]


def encode_info(rates_hz: Sequence[int], ranges: Sequence[int], *, range_bytes: int) -> bytes:
    """Encode what a sensor can do; of the accelerometer a range has one byte, else two."""
    said = bytes([len(rates_hz)]) + b"".join(rate.to_bytes(2, "little") for rate in rates_hz)
    return said + bytes([len(ranges)]) + b"".join(r.to_bytes(range_bytes, "little") for r in ranges)


def decode_info(data: bytes, *, range_bytes: int) -> tuple[list[int], list[int]]:
    """Decode the rates in Hz and the ranges that a sensor can do."""
    rates, at = _counted(data, 0, 2)
    ranges, at = _counted(data, at, range_bytes)
    if at != len(data):
        raise DecodeError("not what a sensor can do", data)
    return rates, ranges


def _counted(data: bytes, at: int, size: int) -> tuple[list[int], int]:
    stop = at + 1 + size * data[at] if at < len(data) else len(data) + 1
    if stop > len(data):
        raise DecodeError("truncated list", data)
    numbers = range(at + 1, stop, size)
    return [int.from_bytes(data[k : k + size], "little") for k in numbers], stop


@dataclass(frozen=True, slots=True)
class Entry:
    """One log in a pod."""

    number: int
    modified_s: int
    size_bytes: int


def encode_entries(entries: Sequence[Entry], room: int) -> bytes:
    """Encode the logs of a pod: as many as there is room for, without a word of the others."""
    fit = entries[: max(0, room - 1) // _ENTRY.size]
    packed = (_ENTRY.pack(e.number, e.modified_s, e.size_bytes) for e in fit)
    return bytes([len(fit)]) + b"".join(packed)


def decode_entries(data: bytes) -> list[Entry]:
    """Decode those logs of a pod that fit the answer."""
    if not data:
        raise DecodeError("truncated logbook", data)
    whole = len(data) - 1 - (len(data) - 1) % _ENTRY.size
    return [Entry(*_ENTRY.unpack_from(data, at)) for at in range(1, 1 + whole, _ENTRY.size)]


def encode_number(number: int) -> bytes:
    """Encode which log is meant, or where in one a piece begins."""
    return _LOG.pack(number)


def decode_piece(payload: bytes) -> tuple[int, bytes]:
    """Decode a piece of a log: where in it it begins, and its bytes; none mark the end."""
    if len(payload) < _LOG.size:
        raise DecodeError("truncated piece of a log", payload)
    return int(_LOG.unpack_from(payload)[0]), payload[_LOG.size :]


def decode_number(payload: bytes) -> int:
    """Decode which log is meant."""
    if len(payload) != _LOG.size:
        raise DecodeError("not a log", payload)
    return int(_LOG.unpack(payload)[0])
