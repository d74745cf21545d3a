"""Polar PMD, the control point: commands, answers, and the settings that both carry.

All integers are little-endian. Source: Polar's *Online Measurement* document and SDK.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite
from struct import Struct
from typing import Final

from firmware_protocols.protocol import DecodeError

ANSWER: Final = 0xF0
STOPPED: Final = 0x01
FEATURES: Final = 0x0F
_ANSWER_HEADER: Final = 5
_FLOAT: Final = Struct("<f")
_U32: Final = Struct("<I")
FACTORS: Final = (1e-9, 1e3)
"""Between these lies the factor of any sensor; another is damage."""


class Op(IntEnum):
    """What a pod is asked for."""

    SETTINGS = 1
    START = 2
    STOP = 3
    SDK_SETTINGS = 4
    MEASURING = 5
    SDK_STATUS = 6


class Kind(IntEnum):
    """What is measured, or switched on like it."""

    ECG = 0
    PPG = 1
    ACC = 2
    PPI = 3
    GYRO = 5
    MAG = 6
    SDK_MODE = 9


class Status(IntEnum):
    """How an answer says yes or no."""

    OK = 0
    UNKNOWN_OP = 1
    UNKNOWN_KIND = 2
    NOT_SUPPORTED = 3
    LENGTH = 4
    PARAMETER = 5
    ALREADY = 6
    RESOLUTION = 7
    RATE = 8
    RANGE = 9
    MTU = 10
    CHANNELS = 11
    STATE = 12
    IN_CHARGER = 13
    FULL = 14


class Setting(IntEnum):
    """What a setting is about."""

    RATE = 0  # Hz
    RESOLUTION = 1  # bits
    RANGE = 2  # g, °/s
    RANGE_MILLI = 3
    CHANNELS = 4
    FACTOR = 5  # bits of a float32
    SECURITY = 6


_SIZE: Final[Mapping[int, int]] = {
    Setting.RATE: 2,
    Setting.RESOLUTION: 2,
    Setting.RANGE: 2,
    Setting.RANGE_MILLI: 4,
    Setting.CHANNELS: 1,
    Setting.FACTOR: 4,
    Setting.SECURITY: 16,
}

Settings = Mapping[int, tuple[int, ...]]
"""Values by `Setting`: those offered, or the one that is wanted."""


def encode_settings(settings: Settings) -> bytes:
    """Encode settings in the order given."""
    said = b""
    for setting, values in settings.items():
        said += bytes([setting, len(values)])
        said += b"".join(value.to_bytes(_SIZE[setting], "little") for value in values)
    return said


def decode_settings(value: bytes) -> dict[int, tuple[int, ...]]:
    """Decode settings; an unknown one ends them, for its size is not known either."""
    found: dict[int, tuple[int, ...]] = {}
    at = 0
    while at < len(value):
        if (size := _SIZE.get(value[at])) is None:
            return found
        stop = at + 2 + size * int.from_bytes(value[at + 1 : at + 2], "little")
        if at + 2 > len(value) or stop > len(value):
            raise DecodeError("settings are cut off", value)
        pieces = range(at + 2, stop, size)
        found[value[at]] = tuple(int.from_bytes(value[k : k + size], "little") for k in pieces)
        at = stop
    return found


def encode_factor(factor: float) -> int:
    """Encode a factor as the value of its setting."""
    return int(_U32.unpack(_FLOAT.pack(factor))[0])


def factor_of(settings: Settings) -> float:
    """Return the factor among settings, 1 where there is none."""
    if not (values := settings.get(Setting.FACTOR)):
        return 1.0
    factor = float(_FLOAT.unpack(_U32.pack(values[0]))[0])
    if not (isfinite(factor) and FACTORS[0] < factor < FACTORS[1]):
        raise DecodeError("impossible factor", _U32.pack(values[0]))
    return factor


def encode_command(op: int, kind: int | None = None, settings: Settings | None = None) -> bytes:
    """Encode a command; those about the pod as a whole have no kind."""
    said = bytes([op]) if kind is None else bytes([op, kind])
    return said + encode_settings(settings or {})


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a command; with `more`, the next one goes on with its parameters."""

    op: int
    kind: int
    status: int
    more: bool = False
    parameters: bytes = b""


def encode_answer(answer: Answer) -> bytes:
    """Encode an answer."""
    head = bytes([ANSWER, answer.op, answer.kind, answer.status])
    return head + bytes([answer.more]) + answer.parameters


def decode_answer(value: bytes) -> Answer:
    """Decode an answer. One that refuses may end after its status."""
    if len(value) < _ANSWER_HEADER - 1 or value[0] != ANSWER:
        raise DecodeError("not an answer", value)
    more = value[4:5] not in (b"", b"\0")
    return Answer(value[1], value[2], value[3], more, value[_ANSWER_HEADER:])


def encode_features(kinds: frozenset[int]) -> bytes:
    """Encode what a pod can measure or do: bit k stands for kind k."""
    bits = sum(1 << kind for kind in kinds)
    return bytes([FEATURES]) + bits.to_bytes(16, "little")


def decode_features(value: bytes) -> frozenset[int]:
    """Decode what a pod can measure or do."""
    if len(value) < 3 or value[0] != FEATURES:
        raise DecodeError("not a list of features", value)
    bits = int.from_bytes(value[1:3], "little")
    return frozenset(kind for kind in range(16) if bits >> kind & 1)
