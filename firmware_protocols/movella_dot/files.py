"""Movella DOT, recordings in the pod: what its flash holds, and the records of one of them.

The size of an exported time is 4 bytes. Others hold it to be 8; they read the record's number in
front of it as part of it. Three sources say 4: the length of the record in the maker's example of
an export (XD0506P 5.2.1), the sizes in the maker's own program that exports over USB, and two real
records in that program's comments, 16 667 µs apart. A record of another length than was selected is
counted as trouble, never decoded.

The maker's document gives the angular velocity in °/s. Those two real records, of an early
firmware, hold it in rad/s: it is the rotation beside it (Δq) by the interval. So the rotation is
exported too, and says which of both a recording is in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from struct import Struct
from typing import Any, Final

import numpy as np

from firmware_protocols.movella_dot.messages import MOST_BYTES
from firmware_protocols.protocol import DecodeError

_FLASH: Final = Struct("<4s4sHII")
_FILE: Final = Struct("<4sIHIH")
_START: Final = Struct("<IH")
_NUMBER: Final = Struct("<I")
_FLASH_MAGIC, _FILE_MAGIC = b"salF", b"oceR"
HEADER_BYTES: Final = 128
"""What each message about flash or file says."""
BEGINS, DATA, UNUSED = 0xEE, 0xCC, 0xFF
BEGIN_BYTES, DATA_BYTES = 4096, 55 * 4096
"""What a mark in the list of files stands for. The maker's words are 4 kB and about 228 kB."""
MOST_FILES: Final = 0xFE
FULL: Final = 0.9
"""So much of its memory a pod fills."""
LOG_HZ: Final = 120.0
NO_TIMER: Final = 0xFFFF


class Field(IntEnum):
    """What can be chosen of each sample."""

    TIME = 0x00
    QUATERNION = 0x01
    INTEGRATED_ROTATION = 0x02  # this and the next only of early firmware, in its own units
    INTEGRATED_VELOCITY = 0x03
    EULER = 0x04
    ROTATION = 0x05  # within one interval, a quaternion
    VELOCITY = 0x06
    ACC = 0x07
    GYR = 0x08
    MAG = 0x09
    STATUS = 0x0A
    ACC_CLIPS = 0x0B
    GYR_CLIPS = 0x0C


_TYPES: Final[dict[int, Any]] = {
    Field.TIME: "<u4",
    Field.QUATERNION: ("<f4", 4),
    Field.INTEGRATED_ROTATION: "V9",
    Field.INTEGRATED_VELOCITY: ("<i4", 3),
    Field.EULER: ("<f4", 3),
    Field.ROTATION: ("<f4", 4),
    Field.VELOCITY: ("<f4", 3),
    Field.ACC: ("<f4", 3),
    Field.GYR: ("<f4", 3),
    Field.MAG: ("<i2", 3),
    Field.STATUS: "<u2",
    Field.ACC_CLIPS: "u1",
    Field.GYR_CLIPS: "u1",
}
SELECTED: Final = bytes([Field.TIME, Field.ROTATION, Field.ACC, Field.GYR, Field.STATUS])
"""What is exported here. The counts of clipped samples are left out: the status says of each
sample which axis clipped, and whether the counts begin anew with every sample is not published."""


@lru_cache(maxsize=64)
def layout(selected: bytes) -> np.dtype[Any]:
    """Return the layout of a record with these fields; DecodeError for what is none."""
    if not selected or len(set(selected)) != len(selected) or not set(selected) <= set(_TYPES):
        raise DecodeError("unknown selection of data", selected)
    return np.dtype([(Field(field).name.lower(), _TYPES[field]) for field in selected])


RECORD: Final = layout(SELECTED)


def encode_record(number: int, record: bytes) -> bytes:
    """Encode what a message with one record says; ValueError if that is more than fits."""
    if _NUMBER.size + len(record) >= MOST_BYTES:
        raise ValueError("a record has more than fits a message; select less")
    return _NUMBER.pack(number) + record


def decode_record(payload: bytes) -> tuple[int, bytes]:
    """Decode the number of a record in its file, from 0, and the record."""
    if len(payload) <= _NUMBER.size:
        raise DecodeError("truncated record", payload)
    return int(_NUMBER.unpack_from(payload)[0]), payload[_NUMBER.size :]


def encode_number(number: int) -> bytes:
    """Encode from which record on they shall be sent once more."""
    return _NUMBER.pack(number)


def decode_number(payload: bytes) -> int:
    """Decode from which record on they shall be sent once more."""
    if len(payload) != _NUMBER.size:
        raise DecodeError("not the number of a record", payload)
    return int(_NUMBER.unpack(payload)[0])


def encode_start(utc_s: int, seconds: int = NO_TIMER) -> bytes:
    """Encode when a recording begins, and for how long it shall last."""
    return _START.pack(utc_s, seconds)


def decode_start(payload: bytes) -> tuple[int, int]:
    """Decode when a recording begins, and for how long it shall last."""
    if len(payload) != _START.size:
        raise DecodeError("not a start of recording", payload)
    utc_s, seconds = _START.unpack(payload)
    return utc_s, seconds


def encode_file(utc_s: int, seconds: int = NO_TIMER) -> bytes:
    """Encode what is said of a recording."""
    return _FILE.pack(_FILE_MAGIC, HEADER_BYTES, 0x0100, utc_s, seconds).ljust(HEADER_BYTES, b"\0")


def decode_file(payload: bytes) -> int:
    """Decode the UTC in s that the pod was told when a recording began."""
    if len(payload) < _FILE.size or payload[:4] != _FILE_MAGIC:
        raise DecodeError("not a header of a recording", payload)
    return int(_FILE.unpack_from(payload)[3])


@dataclass(frozen=True, slots=True)
class Flash:
    """What the flash of a pod holds: its size, and its list of files, a mark for each part."""

    size_bytes: int = 0
    marks: bytes = b""

    @property
    def files(self) -> int:
        """How many recordings there are."""
        return self.marks.count(BEGINS)

    @property
    def sizes_bytes(self) -> list[int]:
        """How much flash each recording takes, the oldest first: up to a part more than it has."""
        return [len(marks) * DATA_BYTES for marks in self.marks.split(bytes([BEGINS]))[1:]]

    @property
    def free_pct(self) -> int | None:
        """How much of it is free; None where the pod does not say how large it is."""
        if not self.size_bytes:
            return None
        return round(100 * max(0, self.size_bytes - self._used_bytes) / self.size_bytes)

    @property
    def _used_bytes(self) -> int:
        return self.files * BEGIN_BYTES + self.marks.count(DATA) * DATA_BYTES

    @property
    def log_s(self) -> float | None:
        """How long a recording fits in what is free; None where the pod does not say its size."""
        if not self.size_bytes:
            return None
        free = FULL * self.size_bytes - self._used_bytes
        return max(0.0, free - BEGIN_BYTES) / RECORD.itemsize / LOG_HZ


def encode_flash(flash: Flash) -> list[bytes]:
    """Encode what messages say of the flash: of its size first, then its marks."""
    head = _FLASH.pack(_FLASH_MAGIC, _NUMBER.pack(HEADER_BYTES), 0x0100, 0, flash.size_bytes)
    parts = [flash.marks[at : at + HEADER_BYTES] for at in range(0, len(flash.marks), HEADER_BYTES)]
    return [part.ljust(HEADER_BYTES, b"\xff") for part in (head, *parts)]


def decode_flash(said: Sequence[bytes]) -> Flash:
    """Decode what messages said of the flash; none of them where it was never used."""
    if not said:
        return Flash()
    if len(said[0]) < _FLASH.size or said[0][:4] != _FLASH_MAGIC:
        raise DecodeError("not a header of the flash", said[0])
    marks = b"".join(said[1:]).split(bytes([UNUSED]))[0]
    if marks.strip(bytes([BEGINS, DATA])):
        raise DecodeError("not a list of files", marks)
    return Flash(int(_FLASH.unpack_from(said[0])[4]), marks)
