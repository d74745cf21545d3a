"""Put fields of ours into the records of a watch's own FIT file, byte by byte.

Every byte that the watch wrote stays: its messages in their order, its fields in its records. A
record for whose second something of ours is known gets that behind its own fields, under a local id
that the watch does not use; only that id changes in its first byte. Decoding and encoding again
would lose what an encoder does not know (`docs/decisions/exports.md`).
"""

from __future__ import annotations

import dataclasses
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np

from imu.frames import FloatArray, IntArray
from pipelines.export.fit.encode import (
    FIT_EPOCH_S,
    LOCAL_IDS,
    PROTOCOL,
    DeveloperField,
    checksum,
    definition,
    text_bytes,
)
from pipelines.export.fit.fields import (
    APP_ID,
    DEVELOPER_DATA_ID,
    FIELD_DESCRIPTION,
    RECORD,
    SESSION,
    TIMESTAMP,
    WORDS,
    declared,
)
from pipelines.export.fit.messages import Head, Message, counted, head_of, messages

UNKNOWN_TIME: Final = 0xFFFF_FFFF
COMPRESSED_SPEED_DISTANCE: Final = 8
MOST_APPS: Final = 255


@dataclass(frozen=True)
class Watch:
    """A watch's file as read: its bytes and messages; `record_s` is Unix time of its records (m,).

    NaN where a record has no time of its own.
    """

    data: bytes
    head: Head
    all: tuple[Message, ...]
    record_s: FloatArray

    @property
    def records(self) -> list[Message]:
        """The records, in order."""
        return [one for one in self.all if is_record(one)]


def is_record(one: Message) -> bool:
    """Return whether a message is a record, not its definition."""
    return one.layout.message == RECORD and not one.is_definition


def read(data: bytes) -> Watch:
    """Return a file as its messages; ValueError in words where nothing can be merged into it."""
    head = head_of(data)
    found = tuple(messages(data, head))
    records = [one for one in found if is_record(one)]
    if not records:
        raise ValueError("it has no records")
    if any(one.compressed for one in records):
        raise ValueError(
            "its records have compressed time stamps, to which no fields can be added without "
            "changing them"
        )
    if any(one.layout.place(COMPRESSED_SPEED_DISTANCE) for one in records):
        raise ValueError(
            "its records have a compressed distance, which readers count anew wherever fields begin"
        )
    if any(_app(data, one) == APP_ID for one in found):
        raise ValueError("it holds our fields already; name the file as the watch wrote it")
    return Watch(data, head, found, np.array([_time_s(data, one) for one in records]))


def _app(data: bytes, one: Message) -> bytes:
    """Return which app a message declares, empty where it declares none."""
    if one.layout.message != DEVELOPER_DATA_ID or one.is_definition:
        return b""
    place = one.layout.place(1)
    return data[one.start + place[0] : one.start + place[1]] if place else b""


def _time_s(data: bytes, one: Message) -> float:
    place = one.layout.place(TIMESTAMP.number)
    if place is None or place[1] - place[0] != 4:
        return float("nan")
    (value,) = struct.unpack_from(f"{one.layout.order}I", data, one.start + place[0])
    return float("nan") if value == UNKNOWN_TIME else float(value + FIT_EPOCH_S)


@dataclass
class _Output:
    """What is written so far, and which local ids have which layout."""

    free: list[int]
    app: int
    data: bytearray = dataclasses.field(default_factory=bytearray)
    ids: dict[object, int] = dataclasses.field(default_factory=dict)
    now: dict[int, object] = dataclasses.field(default_factory=dict)

    def local_id(self, key: object) -> int:
        """Return an id of the watch's unused ones; rare sets of fields share the last."""
        if key not in self.ids:
            self.ids[key] = self.free[min(len(self.ids), len(self.free) - 1)]
        return self.ids[key]


def merged(watch: Watch, own: Mapping[DeveloperField, FloatArray], words: str) -> bytes:
    """Return the file with `own` values, (m,) for its m records, NaN where not known.

    Its sessions get `words`, on what the signs mean. ValueError where the watch uses up all ids,
    or where the result is not what it must be.
    """
    used = {one.local for one in watch.all}
    free = [local for local in range(LOCAL_IDS) if local not in used]
    if not free:
        raise ValueError("it uses all of its 16 local ids, so that there is none for our fields")
    out = _Output(free, _free_app(watch))
    fields = [*own, WORDS]
    rows = zip(*own.values(), strict=True)
    for one in watch.all:
        more: list[tuple[DeveloperField, float | str]] = []
        if is_record(one):
            values = zip(own, next(rows), strict=True)
            more = [(field, float(value)) for field, value in values if isfinite(value)]
        elif one.layout.message == SESSION and not (one.is_definition or one.compressed):
            more = [(WORDS, words)]
        if more and not out.now:
            out.data += declared(fields, local=out.free[-1], app=out.app)
        _written(out, watch.data, one, more)
    result = _framed(watch, bytes(out.data))
    check(watch, result, fields_count=len(fields))
    return result


def _free_app(watch: Watch) -> int:
    """Return an index that no app in the file has."""
    taken = set()
    for one in watch.all:
        if one.layout.message == DEVELOPER_DATA_ID and not one.is_definition:
            place = one.layout.place(3)
            if place is not None:
                taken.add(watch.data[one.start + place[0]])
    return next(index for index in range(MOST_APPS) if index not in taken)


def _written(
    out: _Output, data: bytes, one: Message, own: Sequence[tuple[DeveloperField, float | str]]
) -> None:
    """Write a message of the watch, with `own` fields behind its own."""
    if not own:
        out.data += data[one.start : one.stop]
        return
    layout, numbers = one.layout, tuple(field.number for field, _ in own)
    key = (layout, numbers)
    local = out.local_id(key)
    if out.now.get(local) != key:
        more = [*layout.developer, *((field.number, field.size, out.app) for field, _ in own)]
        out.data += definition(local, layout.message, layout.fields, more, order=layout.order)
        out.now[local] = key
    out.data += bytes([local]) + data[one.start + 1 : one.stop]
    for field, value in own:
        if isinstance(value, str):
            out.data += text_bytes(value, field.size)
        else:
            out.data += struct.pack(f"{layout.order}f", value)


def _framed(watch: Watch, data: bytes) -> bytes:
    head = bytearray(watch.data[: watch.head.start])
    head[1] = max(head[1], PROTOCOL)  # of which developer fields are a part
    struct.pack_into("<I", head, 4, len(data))
    if len(head) == 14:
        struct.pack_into("<H", head, 12, checksum(bytes(head[:12])))
    whole = bytes(head) + data
    return whole + struct.pack("<H", checksum(whole))


def check(watch: Watch, result: bytes, *, fields_count: int) -> None:
    """Raise ValueError unless `result` holds all that the watch wrote, byte for byte."""
    before, after = counted(watch.data), counted(result)
    again = tuple(messages(result, head_of(result)))
    values = [one for one in again if not one.is_definition]
    kept = [_payload(watch.data, one) for one in watch.all if not one.is_definition]
    found = Counter(before)
    found[DEVELOPER_DATA_ID] += 1
    found[FIELD_DESCRIPTION] += fields_count
    at = 0
    for one in values:  # in order, with ours in between
        kind, payload = _payload(result, one)
        if at < len(kept) and kind == kept[at][0] and payload.startswith(kept[at][1]):
            at += 1
    if after != found or at != len(kept):
        raise ValueError("its records would not be the same afterwards, so nothing was written")


def _payload(data: bytes, one: Message) -> tuple[int, bytes]:
    return one.layout.message, data[one.start + 1 : one.stop]


def seconds_of(watch: Watch) -> IntArray:
    """Return the time of each record in whole seconds (m,); -1 where it has none."""
    return np.where(np.isfinite(watch.record_s), watch.record_s, -1).astype(np.int64)
