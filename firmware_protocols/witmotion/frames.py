"""WitMotion, frames of 20 bytes: a sample, or eight registers. They carry no checksum.

A pod sends a stream of them, some to a notification. All integers are little-endian.
"""

from collections.abc import Sequence
from math import pi
from struct import Struct
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.protocol import DecodeError
from imu.frames import GRAVITY_MPS2, BoolArray, IntArray
from imu.recording.samples import Scale

START: Final = 0x55
SAMPLE: Final = 0x61
REGISTERS: Final = 0x71
SIZE: Final = 20
PER_FRAME: Final = 8
"""Registers of a frame."""
ACC_RANGE_G: Final = 16
GYR_RANGE_DPS: Final = 2000
SCALE: Final = Scale(
    acc_mps2=ACC_RANGE_G * GRAVITY_MPS2 / 32768,
    acc_range_mps2=ACC_RANGE_G * GRAVITY_MPS2,
    gyr_radps=GYR_RANGE_DPS * pi / 180 / 32768,
    gyr_range_radps=GYR_RANGE_DPS * pi / 180,
)
LAYOUT: Final = np.dtype(
    [("start", "u1"), ("kind", "u1"), ("acc", "<i2", 3), ("gyr", "<i2", 3), ("angle", "<i2", 3)]
)
"""A sample; the angles, 180° at 32768, are the pod's own and are not used."""
_REGISTERS: Final = Struct("<BBH8h")


def encode_sample(acc: Sequence[int], gyr: Sequence[int], angle: Sequence[int]) -> bytes:
    """Encode three counts each of acceleration, angular rate and angle."""
    return np.array((START, SAMPLE, acc, gyr, angle), LAYOUT).tobytes()


def encode_registers(first: int, values: Sequence[int]) -> bytes:
    """Encode the eight registers from number `first` on."""
    return _REGISTERS.pack(START, REGISTERS, first, *values)


def decode_registers(frame: bytes) -> tuple[int, tuple[int, ...]]:
    """Return the number of the first register of a frame, and the values (8,) from it on."""
    if len(frame) != SIZE or frame[:2] != bytes([START, REGISTERS]):
        raise DecodeError("not a frame of registers", frame)
    _, _, first, *values = _REGISTERS.unpack(frame)
    return first, tuple(values)


def whole_frames(notification: bytes, held: bytes = b"") -> tuple[list[bytes], bytes]:
    """Return the frames that are whole with a notification, and the bytes to hold for the next."""
    stream = held + notification
    at = find_frames(stream, np.array([len(stream)]))
    used = int(at[-1]) + SIZE if len(at) else max(0, len(stream) - SIZE + 1)
    return [stream[k : k + SIZE] for k in at.tolist()], stream[used:]


def find_frames(stream: bytes, ends: IntArray) -> IntArray:
    """Return where frames begin (n,) in a stream; `ends` (k,) are where its notifications end.

    Without a checksum the next frame is the only witness of one: a frame counts where another
    begins right behind it, or where a notification ends with it. After bytes that are none, the
    search goes on with the next such place. Values that were damaged on the way are not seen, nor
    are frames that were lost as a whole, nor two halves of different frames that fit.
    """
    steps = _run_lengths(_is_frame(np.frombuffer(stream, np.uint8), ends))
    starts = np.flatnonzero(steps)
    found: list[npt.NDArray[np.int64]] = []
    at = 0
    # One turn for each stretch of whole frames, of which an undamaged stream has one.
    while (k := int(np.searchsorted(starts, at))) < len(starts):
        first = int(starts[k])
        found.append(first + SIZE * np.arange(steps[first]))
        at = int(found[-1][-1]) + SIZE
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _is_frame(raw: npt.NDArray[np.uint8], ends: IntArray) -> BoolArray:
    """Return for each byte (n,) whether a whole frame begins there, as far as can be known."""
    # Behind the last byte nothing is known: a lone start there may begin a frame.
    begins = np.zeros(len(raw) + 2, dtype=bool)
    kind = np.append(raw[1:], np.uint8(SAMPLE))[: len(raw)]
    begins[: len(raw)] = (raw == START) & ((kind == SAMPLE) | (kind == REGISTERS))
    ended = np.zeros(len(raw) + 2, dtype=bool)
    ended[ends] = True
    frame = np.zeros(len(raw), dtype=bool)
    last = len(raw) - SIZE + 1
    if last > 0:
        frame[:last] = begins[:last] & (begins[SIZE:] | ended[SIZE:])[:last]
    return frame


def _run_lengths(frame: BoolArray) -> npt.NDArray[np.int64]:
    """Return for each byte (n,) how many frames begin there, one right behind the other."""
    rows = -(-len(frame) // SIZE)
    grid = np.zeros((rows + 1, SIZE), dtype=bool)
    grid.reshape(-1)[: len(frame)] = frame
    row = np.arange(rows + 1)[:, None]
    # The next row, in the same column, where no frame begins.
    none = np.minimum.accumulate(np.where(grid, rows, row)[::-1], axis=0)[::-1]
    return np.asarray((none - row).reshape(-1)[: len(frame)], dtype=np.int64)


def samples_of(stream: bytes, at: IntArray) -> npt.NDArray[Any]:
    """Return the frames of dtype `LAYOUT` (n,) that begin at `at` (n,) in a stream."""
    raw = np.frombuffer(stream, np.uint8)
    rows: npt.NDArray[Any] = raw[at[:, None] + np.arange(SIZE)].view(LAYOUT).reshape(-1)
    return rows
