"""Services of the Bluetooth SIG that pods of many makers have: encode and decode their values.

Sources: the specifications Battery Service 1.1, Device Information Service 1.1, Current Time
Service 1.1, and Running Speed and Cadence Service 1.0. All integers are little-endian.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntFlag
from struct import Struct
from typing import Final

from firmware_protocols.advertised import uuid16
from firmware_protocols.protocol import DecodeError

BATTERY: Final = uuid16(0x180F)
BATTERY_LEVEL: Final = uuid16(0x2A19)
DEVICE_INFORMATION: Final = uuid16(0x180A)
MODEL: Final = uuid16(0x2A24)
SERIAL: Final = uuid16(0x2A25)
FIRMWARE: Final = uuid16(0x2A26)
HARDWARE: Final = uuid16(0x2A27)
MAKER: Final = uuid16(0x2A29)
CURRENT_TIME: Final = uuid16(0x1805)
CURRENT_TIME_VALUE: Final = uuid16(0x2A2B)
RUNNING_SPEED_AND_CADENCE: Final = uuid16(0x1814)
RSC_MEASUREMENT: Final = uuid16(0x2A53)

_MOST_PCT: Final = 100


def encode_battery(level_pct: int) -> bytes:
    """Encode the battery level in %."""
    return bytes([level_pct])


def decode_battery(value: bytes) -> int:
    """Decode the battery level in %."""
    if len(value) != 1 or value[0] > _MOST_PCT:
        raise DecodeError("not a battery level", value)
    return value[0]


def encode_text(text: str) -> bytes:
    """Encode one string of the device information."""
    return text.encode()


def decode_text(value: bytes) -> str:
    """Decode one string of the device information; what is no UTF-8 becomes a mark."""
    return value.decode(errors="replace").rstrip("\0 ")


# Current time ------------------------------------------------------------------------------------

_TIME: Final = Struct("<HBBBBBBBB")
_PER_SECOND: Final = 256
_NOT_ADJUSTED: Final = 0


def encode_time(at: datetime) -> bytes:
    """Encode a local time, to 1/256 s, as one that was not adjusted."""
    fraction = at.microsecond * _PER_SECOND // 1_000_000
    clock = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    return _TIME.pack(*clock, at.isoweekday(), fraction, _NOT_ADJUSTED)


def decode_time(value: bytes) -> datetime:
    """Decode a local time; DecodeError where the date is unknown or none."""
    if len(value) != _TIME.size:
        raise DecodeError("not a current time", value)
    *moment, _, fraction, _ = _TIME.unpack(value)
    try:
        return datetime(*moment) + timedelta(seconds=fraction / _PER_SECOND)
    except ValueError as error:
        raise DecodeError("not a date", value) from error


# Running speed and cadence -----------------------------------------------------------------------


class RscFlag(IntFlag):
    """What a measurement holds; unknown flags are ignored."""

    STRIDE_LENGTH = 1
    DISTANCE = 2
    RUNNING = 4


_SPEED_PER_MPS: Final = 256
_CM_PER_M: Final = 100
_DM_PER_M: Final = 10
_RSC: Final = Struct("<BHB")
_STRIDE: Final = Struct("<H")
_DISTANCE: Final = Struct("<I")


@dataclass(frozen=True, slots=True)
class Rsc:
    """One measurement of a footpod or watch. None: not reported.

    `cadence_per_min` is what was sent: some count the steps of both feet, some only those of the
    foot that wears the sensor.
    """

    speed_mps: float
    cadence_per_min: int
    running: bool
    stride_length_m: float | None = None
    distance_m: float | None = None


def encode_rsc(rsc: Rsc) -> bytes:
    """Encode a measurement, rounded to what the service can say."""
    flags, more = RscFlag(0), b""
    if rsc.stride_length_m is not None:
        flags |= RscFlag.STRIDE_LENGTH
        more += _STRIDE.pack(round(rsc.stride_length_m * _CM_PER_M))
    if rsc.distance_m is not None:
        flags |= RscFlag.DISTANCE
        more += _DISTANCE.pack(round(rsc.distance_m * _DM_PER_M))
    if rsc.running:
        flags |= RscFlag.RUNNING
    return _RSC.pack(flags, round(rsc.speed_mps * _SPEED_PER_MPS), rsc.cadence_per_min) + more


def decode_rsc(value: bytes) -> Rsc:
    """Decode a measurement."""
    if len(value) < _RSC.size:
        raise DecodeError("truncated RSC measurement", value)
    flags, speed, cadence = _RSC.unpack_from(value)
    at, stride_m, distance_m = _RSC.size, None, None
    size = (_STRIDE.size if flags & RscFlag.STRIDE_LENGTH else 0) + (
        _DISTANCE.size if flags & RscFlag.DISTANCE else 0
    )
    if len(value) != at + size:
        raise DecodeError("RSC measurement of odd length", value)
    if flags & RscFlag.STRIDE_LENGTH:
        stride_m = _STRIDE.unpack_from(value, at)[0] / _CM_PER_M
        at += _STRIDE.size
    if flags & RscFlag.DISTANCE:
        distance_m = _DISTANCE.unpack_from(value, at)[0] / _DM_PER_M
    return Rsc(speed / _SPEED_PER_MPS, cadence, bool(flags & RscFlag.RUNNING), stride_m, distance_m)
