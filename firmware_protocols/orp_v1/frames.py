"""ORP v1, frames of STREAM and BULK: 14 bytes of header, 12 per sample, 2 of checksum.

All integers are little-endian. A frame is valid only if its version is known, its length is
16 + 12 n and its CRC-16/XMODEM matches.
"""

from binascii import crc_hqx
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.protocol import DecodeError

VERSION: Final = 1
HEADER: Final = np.dtype(
    [
        ("version_kind", "u1"),
        ("stream_flags", "u1"),
        ("sequence", "<u2"),
        ("index", "<u4"),  # of the first sample since START
        ("t0_us", "<u4"),  # device time of the first sample, wraps
        ("n", "u1"),
        ("config", "u1"),
    ]
)
SAMPLE_BYTES: Final = 12
CRC_BYTES: Final = 2
EMPTY_BYTES: Final = HEADER.itemsize + CRC_BYTES
ATT_OVERHEAD_BYTES: Final = 3
AXES: Final = 6

Counts = npt.NDArray[np.int16]


class Kind(IntEnum):
    """What a frame holds: counts of specific force and angular rate, or the end of a back-fill."""

    RAW6 = 0
    END = 15


class Flag(IntFlag):
    """What is special about a frame; unknown flags are ignored."""

    BACKFILL = 1
    CLIP = 2
    FIRST = 4
    OVERRUN = 8


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame. `counts` (n, 6) are ax ay az gx gy gz in the axes printed on the case."""

    kind: Kind
    flags: int
    sequence: int
    index: int
    t0_us: int
    config: int
    counts: Counts
    stream: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Many frames as columns: `header` (k,) of dtype `HEADER`, `counts` (sum of n, 6) in order."""

    header: npt.NDArray[Any]
    counts: Counts


def samples_per_frame(att_mtu: int) -> int:
    """Return how many samples fit into one notification; 0 if the MTU is too small."""
    return max(0, (att_mtu - ATT_OVERHEAD_BYTES - EMPTY_BYTES) // SAMPLE_BYTES)


def encode_frame(frame: Frame) -> bytes:
    """Encode one frame as a pod sends it; the inverse of `decode_frame`."""
    header = np.zeros((), HEADER)
    header["version_kind"] = VERSION << 4 | frame.kind
    header["stream_flags"] = frame.stream << 4 | frame.flags
    header["sequence"] = frame.sequence & 0xFFFF
    header["index"] = frame.index & 0xFFFFFFFF
    header["t0_us"] = frame.t0_us & 0xFFFFFFFF
    header["n"] = len(frame.counts)
    header["config"] = frame.config
    body = header.tobytes() + np.asarray(frame.counts, "<i2").tobytes()
    return body + crc_hqx(body, 0).to_bytes(CRC_BYTES, "little")


def decode_frame(payload: bytes) -> Frame:
    """Decode one notification of STREAM or BULK; DecodeError says what is wrong with it."""
    if reason := fault(payload):
        raise DecodeError(reason, payload)
    header = np.frombuffer(payload, HEADER, 1)[0]
    counts = np.frombuffer(payload, "<i2", int(header["n"]) * AXES, HEADER.itemsize)
    return Frame(
        kind=Kind(int(header["version_kind"]) & 15),
        flags=int(header["stream_flags"]) & 15,
        sequence=int(header["sequence"]),
        index=int(header["index"]),
        t0_us=int(header["t0_us"]),
        config=int(header["config"]),
        counts=counts.reshape(-1, AXES),
        stream=int(header["stream_flags"]) >> 4,
    )


def fault(payload: bytes) -> str | None:
    """Return in words why `payload` is no valid frame, or None if it is one."""
    if not payload:
        return "empty frame"
    if payload[0] >> 4 != VERSION:
        return "unknown version"
    if len(payload) < EMPTY_BYTES or len(payload) < EMPTY_BYTES + payload[12] * SAMPLE_BYTES:
        return "truncated frame"
    if len(payload) > EMPTY_BYTES + payload[12] * SAMPLE_BYTES:
        return "frame too long"
    if crc_hqx(payload[:-CRC_BYTES], 0) != payload[-2] | payload[-1] << 8:
        return "bad crc"
    if payload[0] & 15 not in _KINDS:
        return "unknown frame type"
    return None


_KINDS: Final = frozenset(int(kind) for kind in Kind)


def decode_frames(payloads: Sequence[bytes]) -> Frames:
    """Decode many frames at once; every one must be without `fault`."""
    length = np.array([len(payload) for payload in payloads], dtype=np.int64)
    n = (length - EMPTY_BYTES) // SAMPLE_BYTES
    first = np.cumsum(n) - n
    header = np.zeros(len(payloads), HEADER)
    counts = np.zeros((int(n.sum()), AXES), np.int16)
    for size in np.unique(n):
        at = np.flatnonzero(n == size)
        table = np.frombuffer(b"".join(payloads[i] for i in at.tolist()), _layout(int(size)))
        header[at] = table["header"]
        counts[first[at, None] + np.arange(size)] = table["counts"]
    return Frames(header, counts)


def _layout(n: int) -> np.dtype[Any]:
    return np.dtype([("header", HEADER), ("counts", "<i2", (n, AXES)), ("crc", "<u2")])
