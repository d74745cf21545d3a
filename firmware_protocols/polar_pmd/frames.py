"""Polar PMD, data frames: raw or compressed readings of three axes, and the time of the last.

A frame is u8 kind, u64 ns since 2000 of its last sample, u8 frame type (bit 7: compressed), and
samples.
A compressed one begins with a whole sample; blocks follow, of u8 bits, u8 samples, and so many
differences to the sample before, lowest bit first, in two's complement. A block of no bits holds
nothing, as for the maker's own reader.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import radians
from struct import Struct
from typing import Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.polar_pmd.control import Kind
from firmware_protocols.protocol import DecodeError
from imu.frames import GRAVITY_MPS2, FloatArray, IntArray

HEADER: Final = Struct("<BQB")
AXES: Final = 3
COMPRESSED: Final = 0x80
BLOCK: Final = 10  # samples to a block where we encode; a pod may choose any
MOST_BITS: Final = 32
KIND_MASK: Final = 0x3F
LATEST_NS: Final = 2**62
PER_FLOAT: Final = 2**16
"""Counts to one °/s where a pod sends floats: as fine as those, and of limited size."""
INT16: Final = np.iinfo(np.int16)
INT32: Final = np.iinfo(np.int32)
_PADDING: Final = bytes(8)


@dataclass(frozen=True, slots=True)
class Layout:
    """What frames of one type hold: readings of `bits`, of which one is `si` times the factor.

    Compressed frames have `bits` for their first sample; `floats` are IEEE 754 bit patterns, whose
    differences are those of integers. Only compressed frames are `scaled` by a factor.
    """

    bits: int
    si: float
    compressed: bool = False
    floats: bool = False

    @property
    def scaled(self) -> bool:
        """Whether the factor of the start's answer applies."""
        return self.compressed


LAYOUTS: Final[Mapping[tuple[int, int], Layout]] = {
    (Kind.ACC, 0): Layout(8, GRAVITY_MPS2 / 1000),
    (Kind.ACC, 1): Layout(16, GRAVITY_MPS2 / 1000),
    (Kind.ACC, 2): Layout(24, GRAVITY_MPS2 / 1000),
    (Kind.ACC, COMPRESSED | 0): Layout(16, GRAVITY_MPS2, compressed=True),
    (Kind.ACC, COMPRESSED | 1): Layout(16, GRAVITY_MPS2 / 1000, compressed=True),
    (Kind.GYRO, COMPRESSED | 0): Layout(16, radians(1), compressed=True),
    (Kind.GYRO, COMPRESSED | 1): Layout(32, radians(1) / PER_FLOAT, compressed=True, floats=True),
}
"""By kind and frame type: those of motion. Raw gyroscope frames are not published."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the samples: `t_ns` is the time of the last."""

    kind: int
    t_ns: int
    frame_type: int

    @property
    def layout(self) -> Layout | None:
        """How to read the samples; None where that is not known."""
        return LAYOUTS.get((self.kind, self.frame_type))


def decode_header(payload: bytes) -> Header:
    """Decode what stands before the samples."""
    if len(payload) < HEADER.size:
        raise DecodeError("truncated frame", payload)
    kind, t_ns, frame_type = HEADER.unpack_from(payload)
    return Header(kind & KIND_MASK, t_ns, frame_type)


@dataclass(frozen=True)
class Readings:
    """Samples of many frames: `counts` (n, 3) int64, of which `per_frame` (k,) are of each.

    A frame that cannot be used has none, and is counted in `trouble`.
    """

    counts: IntArray
    per_frame: IntArray
    trouble: Counter[str] = field(default_factory=Counter)


def decode_readings(payloads: Sequence[bytes], layout: Layout) -> Readings:
    """Decode the samples of frames (k,) of one type, all at once.

    A frame that is cut off no longer says when its samples were taken: its stamp is that of the
    last. So it is left out.
    """
    trouble: Counter[str] = Counter()
    fields: list[tuple[int, int, int, int]] = []
    begin = 0
    for number, payload in enumerate(payloads):
        own, whole = _fields(payload, layout)
        if whole:
            fields += [(number, begin + at, bits, count) for at, bits, count in own]
        else:
            trouble["frame cut off"] += 1
        begin += len(payload)
    if not fields:
        return Readings(np.zeros((0, AXES), np.int64), np.zeros(len(payloads), np.int64), trouble)
    frame, at, bits, count = np.array(fields, np.int64).T
    readings = _signed(b"".join([*payloads, _PADDING]), at, bits, count)
    counts, possible = _restored(readings, np.repeat(frame, count), layout)
    kept = np.bincount(frame, count, minlength=len(payloads)).astype(np.int64)
    bad = np.unique(np.repeat(frame, count)[~possible])
    trouble["impossible reading"] += len(bad)
    use = ~np.isin(np.repeat(frame, count), bad)
    kept[bad] = 0
    return Readings(counts[use], kept, trouble)


def decode_frame(payload: bytes) -> tuple[Header, IntArray, bool]:
    """Decode one frame: its header, counts (n, 3), and whether it is whole.

    Of one that is cut off the whole blocks are returned. DecodeError where it is no frame of motion
    or holds what cannot be.
    """
    header = decode_header(payload)
    if (layout := header.layout) is None:
        raise DecodeError("unknown frame type", payload)
    own, whole = _fields(payload, layout)
    if not own:
        raise DecodeError("frame without a sample", payload)
    at, bits, count = np.array(own, np.int64).T
    readings = _signed(payload + _PADDING, at, bits, count)
    counts, possible = _restored(readings, np.zeros(len(readings), np.int64), layout)
    if not possible.all():
        raise DecodeError("impossible reading", payload)
    return header, counts, whole


def _fields(payload: bytes, layout: Layout) -> tuple[list[tuple[int, int, int]], bool]:
    """Return where readings stand (byte, bits of each, samples), and whether nothing is cut off."""
    size = AXES * layout.bits // 8
    at = HEADER.size
    if not layout.compressed:
        count, rest = divmod(len(payload) - at, size)
        return ([(at, layout.bits, count)], not rest) if count > 0 else ([], False)
    if at + size > len(payload):
        return [], False
    fields = [(at, layout.bits, 1)]
    at += size
    while at + 2 <= len(payload):
        bits, count = payload[at], payload[at + 1]
        stop = at + 2 + (bits * count * AXES + 7) // 8
        if bits > MOST_BITS or stop > len(payload):
            return fields, False
        if bits and count:
            fields.append((at + 2, bits, count))
        at = stop
    return fields, at == len(payload)


def _signed(buffer: bytes, at: IntArray, bits: IntArray, count: IntArray) -> IntArray:
    """Return the readings (n, 3) of fields (k,), each of `count` samples from byte `at` on.

    `buffer` goes on for eight bytes behind the last.
    """
    of_field = count * AXES
    width = np.repeat(bits, of_field)
    within = np.arange(len(width)) - np.repeat(np.cumsum(of_field) - of_field, of_field)
    bit = np.repeat(at * 8, of_field) + within * width
    words = np.ndarray((len(buffer) - 7,), "<u8", buffer, strides=(1,))
    left = (64 - width - (bit & 7)).astype(np.uint64)
    shifted = (words[bit >> 3] << left).view(np.int64)
    return np.asarray(shifted >> (64 - width), dtype=np.int64).reshape(-1, AXES)


def _restored(
    readings: IntArray, frame: IntArray, layout: Layout
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Return counts (n, 3) of readings (n, 3) of so many frames, and (n,) whether they can be."""
    if layout.compressed:
        total = np.cumsum(readings, axis=0)
        first = np.flatnonzero(np.diff(frame, prepend=-1))
        before = (total - readings)[first]
        readings = total - np.repeat(before, np.diff(np.append(first, len(frame))), axis=0)
    if layout.floats:
        values = _floats(readings)
        possible = np.abs(values).max(axis=1) * PER_FLOAT < INT32.max  # which NaN is not
        counts = np.rint(np.where(possible[:, None], values, 0.0) * PER_FLOAT)
        return counts.astype(np.int64), possible
    most = 2 ** (layout.bits - 1)
    possible = ((readings >= -most) & (readings < most)).all(axis=1)
    return readings, np.asarray(possible)


def _floats(patterns: IntArray) -> FloatArray:
    values = (patterns & 0xFFFF_FFFF).astype(np.uint32).view(np.float32)
    with np.errstate(invalid="ignore"):  # signalling NaN
        return values.astype(np.float64)


def encode_frame(header: Header, counts: IntArray) -> bytes:
    """Encode one frame of counts (n, 3), at least one."""
    head = HEADER.pack(header.kind, header.t_ns, header.frame_type)
    layout = LAYOUTS[header.kind, header.frame_type]
    if layout.floats:
        counts = (counts / PER_FLOAT).astype(np.float32).view(np.int32)
    counts = counts.astype(np.int64)
    if not layout.compressed:
        return head + _packed(counts, layout.bits)
    differences = np.diff(counts, axis=0)
    if layout.floats:
        differences = differences.astype(np.int32).astype(np.int64)
    head += _packed(counts[:1], layout.bits)
    for begin in range(0, len(differences), BLOCK):
        block = differences[begin : begin + BLOCK]
        bits = int(bits_of(block).max())
        head += bytes([bits, len(block)]) + _packed(block, bits)
    return head


def bits_of(differences: IntArray) -> IntArray:
    """Return the bits that each of the samples (n, 3) needs, (n,)."""
    size = np.where(differences < 0, ~differences, differences).max(axis=1)
    return np.asarray(np.frexp(size.astype(np.float64))[1] + 1, dtype=np.int64)


def _packed(readings: IntArray, bits: int) -> bytes:
    each = (readings.reshape(-1, 1) >> np.arange(bits)) & 1
    return np.packbits(each.astype(np.uint8).ravel(), bitorder="little").tobytes()
