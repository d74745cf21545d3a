"""Movesense, logs: a file of chunks, some of which say how the others look (SBEM).

Each chunk has a number, a length and a payload. Number 0 describes another number: one value by its
path and type, or a group of numbers; `[` and `]` around some of them take no bytes. The groups of
an IMU have its time, then each sensor in turn, so that a chunk looks like a live frame.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.movesense_gsp.received import Rows
from firmware_protocols.movesense_gsp.streams import MOST_SAMPLES, frame_layout

HEADER: Final = b"SBEM0112"
ESCAPE: Final = 0xFF
DESCRIPTOR: Final = 0
MOST_VISITS: Final = 20 * MOST_SAMPLES  # of descriptors, for the values of one chunk
_SENSORS: Final = ("Acc", "Gyro", "Magn")
_IMU: Final = "MeasIMU"
_BRACKETS: Final = ("[", "]")


@dataclass
class Log:
    """The frames of an IMU in a log, as if live, and whether it has 6 or 9 axes."""

    axes: int = 6
    rows: Rows = field(default_factory=Rows)


@dataclass(frozen=True, slots=True)
class _Shape:
    axes: int
    samples: int


@dataclass
class _Descriptors:
    leaves: dict[int, tuple[str, str]] = field(default_factory=dict)  # path and type
    groups: dict[int, tuple[int, ...]] = field(default_factory=dict)


def encode_chunk(number: int, payload: bytes) -> bytes:
    """Encode a chunk."""
    head = bytes([number]) if number < ESCAPE else bytes([ESCAPE]) + number.to_bytes(2, "little")
    size = len(payload)
    length = bytes([size]) if size < ESCAPE else bytes([ESCAPE]) + size.to_bytes(4, "little")
    return head + length + payload


def encode_descriptor(number: int, **lines: str) -> bytes:
    """Encode the chunk that describes another; its lines by their tags."""
    text = "\n".join(f"<{tag}>{words}" for tag, words in lines.items())
    return encode_chunk(DESCRIPTOR, number.to_bytes(2, "little") + text.encode() + b"\0")


def chunks(content: bytes, trouble: Counter[str]) -> Iterator[tuple[int, bytes]]:
    """Yield number and payload of each chunk of a log, as far as it is whole."""
    if not content:
        return
    if not content.startswith(HEADER[:4]):
        trouble["not a log of a Movesense"] += 1
        return
    at = len(HEADER)
    while at < len(content):
        number, at = _number(content, at, 2)
        size, at = _number(content, at, 4)
        if at + size > len(content):
            trouble["log cut off"] += 1
            return
        yield number, content[at : at + size]
        at += size


def _number(content: bytes, at: int, escaped_bytes: int) -> tuple[int, int]:
    """Return a number of one byte or more, and where the next one begins: past the end if none."""
    if content[at : at + 1] == bytes([ESCAPE]):
        stop = at + 1 + escaped_bytes
        return int.from_bytes(content[at + 1 : stop], "little"), stop
    return int.from_bytes(content[at : at + 1]), at + 1


def sort_log(content: bytes, trouble: Counter[str]) -> Log:
    """Return the frames of an IMU in a log. What is not described in it is counted."""
    descriptors, shapes = _Descriptors(), dict[int, _Shape | None]()
    found: dict[int, Log] = {}
    for number, payload in chunks(content, trouble):
        if number == DESCRIPTOR:
            _describe(descriptors, payload)
            shapes.clear()
            continue
        if number not in shapes:
            shapes[number] = _shape(descriptors, number)
        if (shape := shapes[number]) is not None:
            _keep(found.setdefault(shape.axes, Log(shape.axes)), shape, payload, trouble)
        elif number not in descriptors.groups and number not in descriptors.leaves:
            trouble["part of a log without description"] += 1
    return max(found.values(), key=lambda log: sum(log.rows.samples), default=Log())


def _keep(log: Log, shape: _Shape, payload: bytes, trouble: Counter[str]) -> None:
    if len(payload) != frame_layout(shape.samples, axes=shape.axes).itemsize:
        trouble["samples of odd length"] += 1
        return
    log.rows.samples.append(shape.samples)
    log.rows.payloads.append(payload)
    log.rows.host_ns.append(0)
    log.rows.link.append(0)


def _describe(descriptors: _Descriptors, payload: bytes) -> None:
    number = int.from_bytes(payload[:2], "little")
    lines = payload[2:].rstrip(b"\0").decode(errors="replace").split("\n")
    said = {line[1:4]: line[5:] for line in lines if line[:1] == "<" and line[4:5] == ">"}
    if "GRP" in said:
        with suppress(ValueError):
            descriptors.groups[number] = tuple(int(one) for one in said["GRP"].split(","))
    elif "PTH" in said:
        path = ".".join(re.split(r"[.+]", said["PTH"]))
        descriptors.leaves[number] = path, said.get("FRM", "").split(",")[0]


def _shape(descriptors: _Descriptors, number: int) -> _Shape | None:
    """Return the shape of the chunks of this number, if they are of an IMU."""
    leaves = _leaves(descriptors, number)
    for axes in (6, 9):
        samples, left = divmod(len(leaves) - 1, axes)
        if left == 0 and 0 < samples <= MOST_SAMPLES and leaves == _values(axes, samples):
            return _Shape(axes, samples)
    return None


def _leaves(descriptors: _Descriptors, number: int) -> list[tuple[str, str]]:
    """Return path and type of each value of a chunk, the path from the sensor on.

    None for groups of what is not described, and for larger ones than any of an IMU: a damaged one
    may hold itself.
    """
    found: list[tuple[str, str]] = []
    to_do = [number]
    for _ in range(MOST_VISITS):
        if not to_do:
            return found
        one = to_do.pop()
        if one in descriptors.leaves:
            path, kind = descriptors.leaves[one]
            if path not in _BRACKETS:
                found.append((path[path.find(_IMU) :] if _IMU in path else path, kind))
        else:
            group = descriptors.groups.get(one, ())
            if not 0 < len(group) < MOST_VISITS:
                return []
            to_do += reversed(group)
    return []


def _values(axes: int, samples: int) -> list[tuple[str, str]]:
    imu = f"{_IMU}{axes}"
    return [(f"{imu}.Timestamp", "uint32")] + [
        (f"{imu}.Array{sensor}.{axis}", "float32")
        for sensor in _SENSORS[: axes // 3]
        for _ in range(samples)
        for axis in "xyz"
    ]
