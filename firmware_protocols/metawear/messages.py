"""MetaWear, messages: module, register, data; of 20 bytes at the most. What they say by themselves.

The same bytes are a command and its answer; bit 7 of the register asks for its value. All integers
are little-endian.
"""

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct, error
from typing import Any, Final

from firmware_protocols.protocol import DecodeError

MOST_BYTES: Final = 20
READ: Final = 0x80
TICK_S: Final = 48 / 32768
"""Of the pod's clock, which counts from 0 at each start of the pod."""
TICK_BITS: Final = 32
STARTS: Final = 8
"""Starts of a pod are numbered from 0 to one less than this, and then from 0 again."""


class Module(IntEnum):
    """The modules used here."""

    LED = 0x02
    ACC = 0x03
    PROCESSOR = 0x09
    EVENT = 0x0A
    LOGGER = 0x0B
    SETTINGS = 0x11
    GYR = 0x13
    DEBUG = 0xFE


class Register(IntEnum):
    """Registers that several modules have, or one that is not a sensor."""

    INFO = 0x00


class Sensor(IntEnum):
    """Registers of both sensors; where their samples are is for their chip to say."""

    POWER = 0x01
    ENABLE = 0x02
    CONFIG = 0x03


class Led(IntEnum):
    """Registers of the light."""

    PLAY = 0x01
    STOP = 0x02
    PATTERN = 0x03


class Processor(IntEnum):
    """Registers of the data processors."""

    ADD = 0x02
    OUTPUT = 0x03
    OUTPUT_OF = 0x07
    REMOVE_ALL = 0x08


class Event(IntEnum):
    """Registers of the events."""

    REMOVE_ALL = 0x05


class Logger(IntEnum):
    """Registers of the logger."""

    ENABLE = 0x01
    TRIGGER = 0x02
    TIME = 0x04
    LENGTH = 0x05
    READ_OUT = 0x06
    ENTRIES = 0x07
    PROGRESS = 0x08
    DROP = 0x09
    REMOVE_ALL = 0x0A
    RING = 0x0B
    PAGE_ENDS = 0x0D
    PAGE_KEPT = 0x0E
    FLUSH = 0x10


class Settings(IntEnum):
    """Registers of the settings."""

    LINK = 0x09
    ADDRESS = 0x0B
    BATTERY = 0x0C


class Debug(IntEnum):
    """Registers for what is otherwise done by the radio."""

    DISCONNECT = 0x06


_TIME: Final = Struct("<IB")
_BATTERY: Final = Struct("<BH")
_NUMBER: Final = Struct("<I")
_READ_OUT: Final = Struct("<II")
_LINK: Final = Struct("<HHHH")
_LOGGER_INFO: Final = Struct("<BBBI")
_PATTERN: Final = Struct("<BBBBHHHHHB")
FULL_PCT: Final = 100


def message(module: int, register: int, data: bytes = b"") -> bytes:
    """Encode a message."""
    return bytes([module, register]) + data


def read_of(module: int, register: int, data: bytes = b"") -> bytes:
    """Encode the question for the value of a register."""
    return message(module, register | READ, data)


def split(payload: bytes) -> tuple[int, int, bytes]:
    """Return module, register (bit 7 as it is) and data of a message."""
    if len(payload) < 2:
        raise DecodeError("not a message", payload)
    return payload[0], payload[1], payload[2:]


def _unpacked(layout: Struct, data: bytes, what: str) -> tuple[Any, ...]:
    try:
        return layout.unpack_from(data)
    except error as cause:
        raise DecodeError(f"not {what}", data) from cause


@dataclass(frozen=True, slots=True)
class Info:
    """What a module says of itself: which hardware, which firmware, and more of its own."""

    implementation: int
    revision: int
    more: bytes = b""


def encode_info(info: Info | None) -> bytes:
    """Encode the data of a module's information; empty for a module that is not there."""
    return b"" if info is None else bytes([info.implementation, info.revision]) + info.more


def decode_info(data: bytes) -> Info | None:
    """Decode a module's information; None where it is not there."""
    return Info(data[0], data[1], data[2:]) if len(data) > 1 else None


def decode_logger_info(data: bytes) -> tuple[int, int, int]:
    """Return the logger's revision, how many triggers it has, and how many entries it holds."""
    _, revision, triggers, entries = _unpacked(_LOGGER_INFO, data, "the information of a logger")
    return revision, triggers, entries


@dataclass(frozen=True, slots=True)
class PodTime:
    """The pod's clock, in ticks since it was started, and the number of that start."""

    tick: int
    start: int


def encode_time(time: PodTime) -> bytes:
    """Encode the data of the time."""
    return _TIME.pack(time.tick % 2**TICK_BITS, time.start % STARTS)


def decode_time(data: bytes) -> PodTime:
    """Decode the data of the time."""
    tick, start = _unpacked(_TIME, data, "the time of a pod")
    return PodTime(tick, start % STARTS)


def encode_battery(percent: int, millivolts: int) -> bytes:
    """Encode the data of the battery."""
    return _BATTERY.pack(percent, millivolts)


def decode_battery(data: bytes) -> int:
    """Return the charge in %."""
    percent, _ = _unpacked(_BATTERY, data, "a battery level")
    if percent > FULL_PCT:
        raise DecodeError("not a battery level", data)
    return int(percent)


def encode_number(number: int) -> bytes:
    """Encode a count of entries."""
    return _NUMBER.pack(number)


def decode_number(data: bytes) -> int:
    """Decode a count of entries."""
    (number,) = _unpacked(_NUMBER, data, "a count of entries")
    return int(number)


def encode_read_out(entries: int, progress_every: int) -> bytes:
    """Encode the order to send so many entries, and to say every so often how many are left."""
    return message(Module.LOGGER, Logger.READ_OUT, _READ_OUT.pack(entries, progress_every))


def decode_read_out(data: bytes) -> tuple[int, int]:
    """Decode such an order, as a pod does."""
    entries, every = _unpacked(_READ_OUT, data, "an order to read out")
    return entries, every


def encode_link(interval_ms: float, timeout_s: float) -> bytes:
    """Encode the wish for a connection interval, without latency."""
    interval = round(interval_ms / 1.25)
    data = _LINK.pack(interval, interval, 0, round(timeout_s * 100))
    return message(Module.SETTINGS, Settings.LINK, data)


def encode_flashes(*, times: int, on_ms: int, every_ms: int) -> bytes:
    """Encode the pattern of a green light that is on for `on_ms` every so often."""
    green, pattern, brightest = 0, 2, 31
    shape = (brightest, 0, 0, on_ms, 0, every_ms, 0, times)
    return message(Module.LED, Led.PATTERN, _PATTERN.pack(green, pattern, *shape))
