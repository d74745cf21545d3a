"""A run as a FIT activity of its own: one record for each second in which something is known."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray
from pipelines.export.fit.encode import (
    CODES,
    ENUM,
    LOCAL_IDS,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    UINT32Z,
    DeveloperField,
    Field,
    Value,
    definition,
    fit_time,
    framed,
    message_once,
    value_bytes,
)
from pipelines.export.fit.fields import (
    CADENCE,
    FRACTION,
    NATIVE,
    RECORD,
    SESSION,
    SHORT,
    TIMESTAMP,
    WORDS,
    declared,
    of_legs,
    strides,
)
from pipelines.export.per_second import Seconds

FILE_ID, LAP, EVENT, ACTIVITY = 0, 19, 21, 34
ACTIVITY_FILE, DEVELOPMENT, RUNNING = 4, 255, 1
TIMER, START, STOP, STOP_ALL, LAP_EVENT, SESSION_EVENT, ACTIVITY_EVENT = 0, 0, 1, 4, 9, 8, 26
OTHER_MESSAGES: Final = 0
"""The local id of all that is written once; records have ids of their own."""
APP: Final = 0


@dataclass(frozen=True)
class Totals:
    """What a whole run comes to, None where not known."""

    start_s: float
    stop_s: float
    running_s: float
    distance_m: float | None


def activity(seconds: Seconds, totals: Totals, *, serial: int) -> bytes:
    """Return a FIT file; `seconds` are those with something known, in order."""
    own = of_legs(seconds)
    start, stop = fit_time(totals.start_s), fit_time(totals.stop_s)
    means = {name: _mean(values) for name, values in seconds.both.items()}
    data = _file_id(start, serial)
    data += declared([*own, WORDS], local=OTHER_MESSAGES, app=APP)
    data += _event(start, START)
    data += records(seconds, own)
    data += _event(stop, STOP_ALL)
    data += _lap(totals, means)
    data += _session(totals, means)
    data += _activity(totals)
    return framed(data)


def _file_id(start: int, serial: int) -> bytes:
    values: dict[Field, Value | None] = {
        Field(0, ENUM): ACTIVITY_FILE,
        Field(1, UINT16): DEVELOPMENT,
        Field(2, UINT16): 0,
        Field(3, UINT32Z): serial,
        Field(4, UINT32): start,
        Field(8, STRING): "midstance",
    }
    return message_once(OTHER_MESSAGES, FILE_ID, values)


def _of_totals(totals: Totals) -> dict[Field, Value | None]:
    """Return what lap and session both say of the whole run."""
    return {
        Field(254, UINT16): 0,
        TIMESTAMP: fit_time(totals.stop_s),
        Field(2, UINT32): fit_time(totals.start_s),
        Field(7, UINT32, 1000): totals.stop_s - totals.start_s,
        Field(8, UINT32, 1000): totals.running_s,
        Field(9, UINT32, 100): totals.distance_m,
    }


def _lap(totals: Totals, means: Mapping[str, float | None]) -> bytes:
    lap = {Field(0, ENUM): LAP_EVENT, Field(1, ENUM): STOP, Field(25, ENUM): RUNNING}
    values = {**_of_totals(totals), **lap, **_averages(means, LAP_FIELDS)}
    return message_once(OTHER_MESSAGES, LAP, values)


def _session(totals: Totals, means: Mapping[str, float | None]) -> bytes:
    session: dict[Field, Value | None] = {
        Field(0, ENUM): SESSION_EVENT,
        Field(1, ENUM): STOP,
        Field(5, ENUM): RUNNING,
        Field(6, ENUM): 0,
        Field(25, UINT16): 0,
        Field(26, UINT16): 1,
        Field(28, ENUM): 0,
    }
    values = {**_of_totals(totals), **session, **_averages(means, SESSION_FIELDS)}
    return message_once(OTHER_MESSAGES, SESSION, values, {WORDS: SHORT}, APP)


def _activity(totals: Totals) -> bytes:
    values: dict[Field, Value | None] = {
        TIMESTAMP: fit_time(totals.stop_s),
        Field(0, UINT32, 1000): totals.running_s,
        Field(1, UINT16): 1,
        Field(2, ENUM): 0,
        Field(3, ENUM): ACTIVITY_EVENT,
        Field(4, ENUM): STOP,
    }
    return message_once(OTHER_MESSAGES, ACTIVITY, values)


def _event(at: int, kind: int) -> bytes:
    values = {TIMESTAMP: at, Field(0, ENUM): TIMER, Field(1, ENUM): kind}
    return message_once(OTHER_MESSAGES, EVENT, values)


SESSION_FIELDS: Final = {
    "cadence": Field(18, UINT8),
    "fraction": Field(92, UINT8, 128),
    "contact_time_s": Field(91, UINT16, 10),
    "vertical_oscillation_m": Field(89, UINT16, 10),
    "contact_time_balance_pct": Field(133, UINT16, 100),
    "step_length_m": Field(134, UINT16, 10),
    "speed_mps": Field(124, UINT32, 1000),
}
LAP_FIELDS: Final = {
    "cadence": Field(17, UINT8),
    "fraction": Field(80, UINT8, 128),
    "contact_time_s": Field(79, UINT16, 10),
    "vertical_oscillation_m": Field(77, UINT16, 10),
    "contact_time_balance_pct": Field(119, UINT16, 100),
    "step_length_m": Field(120, UINT16, 10),
    "speed_mps": Field(110, UINT32, 1000),
}


def _averages(
    means: Mapping[str, float | None], fields: Mapping[str, Field]
) -> dict[Field, Value | None]:
    known: dict[Field, Value | None] = {
        fields[name]: native.factor * value
        for name, native in NATIVE.items()
        if (value := means[name]) is not None
    }
    if (steps := means["cadence_spm"]) is not None:
        whole, part = strides(np.array([steps]))
        known |= {fields["cadence"]: float(whole[0]), fields["fraction"]: float(part[0])}
    return known


def _mean(values: FloatArray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


# Records ----------------------------------------------------------------------------------------

Part = tuple[int, int, int, bytes]
"""Number, size, base type or app, and the value of one field of one record."""


def records(seconds: Seconds, own: Mapping[DeveloperField, FloatArray]) -> bytes:
    """Return one record a second, each with just the fields that it knows.

    Every set of fields has a local id, defined once: a definition that is written again and again
    makes a file three times as large, and makes readers count accumulated fields anew. Where there
    are more sets than ids, the rare ones share the last.
    """
    native = native_columns(seconds)
    rows = [
        (_parts(native, k), _own_parts(own, k), int(at_s)) for k, at_s in enumerate(seconds.time_s)
    ]
    ids = local_ids([_shape(parts, more) for parts, more, _ in rows])
    data, now = bytearray(), dict[int, object]()
    for parts, more, at_s in rows:
        shape = _shape(parts, more)
        local = ids[shape]
        if now.get(local) != shape:
            stamp = (TIMESTAMP.number, 4, TIMESTAMP.base)
            data += definition(local, RECORD, [stamp, *shape[0]], shape[1])
            now[local] = shape
        data += struct.pack("<BI", local, fit_time(at_s))
        data += b"".join(part[3] for part in (*parts, *more))
    return bytes(data)


Shape = tuple[tuple[tuple[int, int, int], ...], tuple[tuple[int, int, int], ...]]


def _shape(parts: Sequence[Part], more: Sequence[Part]) -> Shape:
    return tuple(part[:3] for part in parts), tuple(part[:3] for part in more)


def local_ids(shapes: Sequence[Shape]) -> dict[Shape, int]:
    """Return a local id for each set of fields, one of its own for the most frequent."""
    ranked = [shape for shape, _ in Counter(shapes).most_common()]
    first = OTHER_MESSAGES + 1
    return {shape: min(first + rank, LOCAL_IDS - 1) for rank, shape in enumerate(ranked)}


def native_columns(seconds: Seconds) -> dict[Field, FloatArray]:
    """Return the fields of the profile in its units, (m,) each."""
    whole, part = strides(seconds.both["cadence_spm"])
    others = {native.field: native.factor * seconds.both[name] for name, native in NATIVE.items()}
    return {CADENCE: whole, FRACTION: part, **others}


def _parts(columns: Mapping[Field, FloatArray], k: int) -> list[Part]:
    return [
        (field.number, struct.calcsize(CODES[field.base]), field.base, data)
        for field, values in columns.items()
        if np.isfinite(values[k]) and (data := value_bytes(field, float(values[k]))) is not None
    ]


def _own_parts(own: Mapping[DeveloperField, FloatArray], k: int) -> list[Part]:
    return [
        (field.number, field.size, APP, struct.pack("<f", values[k]))
        for field, values in own.items()
        if np.isfinite(values[k])
    ]
