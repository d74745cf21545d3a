"""Which field of FIT holds which value of a second, and the fields of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray
from pipelines.export.fit.encode import (
    BYTE,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    DeveloperField,
    Field,
    message_once,
)
from pipelines.export.per_second import BALANCE, Seconds, unit

RECORD: Final = 20
SESSION: Final = 18
FIELD_DESCRIPTION: Final = 206
DEVELOPER_DATA_ID: Final = 207
APP_ID: Final = bytes.fromhex("8d3b6a5e4c0f5e0f9f5a6d6964737461")
"""Ours alone: by this a reader tells our fields from those of other apps."""
APP_VERSION: Final = 1
TIMESTAMP: Final = Field(253, UINT32)
SHORT: Final = (
    "left_/right_: + is the same movement on both legs; balance: left leg's share of contact time, "
    "above 50 left is longer; steps = 2 x (cadence + fraction)"
)
"""What the signs mean, in the 250 bytes of `WORDS`."""
WORDS: Final = DeveloperField(254, "midstance_signs", "", STRING, 250)


@dataclass(frozen=True, slots=True)
class Native:
    """A field of the profile's record, its profile unit = our unit x `factor`."""

    field: Field
    factor: float
    unit: str


CADENCE: Final = Field(4, UINT8)
FRACTION: Final = Field(53, UINT8, 128)
NATIVE: Final[Mapping[str, Native]] = {
    "contact_time_s": Native(Field(41, UINT16, 10), 1000.0, "ms"),
    "vertical_oscillation_m": Native(Field(39, UINT16, 10), 1000.0, "mm"),
    BALANCE: Native(Field(84, UINT16, 100), 1.0, "percent"),
    "step_length_m": Native(Field(85, UINT16, 10), 1000.0, "mm"),
    "speed_mps": Native(Field(73, UINT32, 1000), 1.0, "m/s"),
}
"""Beside `CADENCE` and its `FRACTION`, which hold strides of one leg."""


def strides(cadence_spm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return whole strides per minute and 1/128 of them, (m,) each, of steps per minute (m,)."""
    parts = np.round(cadence_spm / 2 * FRACTION.scale)
    whole = np.floor(parts / FRACTION.scale)
    return whole, parts / FRACTION.scale - whole


def of_legs(seconds: Seconds) -> dict[DeveloperField, FloatArray]:
    """Return what each leg's own fields hold."""
    return {
        DeveloperField(number, name, unit(name)): values
        for number, (name, values) in enumerate(seconds.legs.items())
    }


def beside_native(seconds: Seconds, first: int) -> dict[DeveloperField, FloatArray]:
    """Return what watches measure too as fields of our own, in the unit of the native field.

    A watch's file keeps its own native fields; ours stand beside them under names of our own, and
    say which native field they are of the kind of. Numbers begin at `first`.
    """
    cadence = {"midstance_cadence": (CADENCE.number, "rpm", seconds.both["cadence_spm"] / 2)}
    others = {
        f"midstance_{name.rpartition('_')[0]}": (
            native.field.number,
            native.unit,
            native.factor * seconds.both[name],
        )
        for name, native in NATIVE.items()
    }
    return {
        DeveloperField(number, name, unit_, native=native): values
        for number, (name, (native, unit_, values)) in enumerate(
            {**cadence, **others}.items(), start=first
        )
    }


def declared(fields: list[DeveloperField], *, local: int, app: int) -> bytes:
    """Return the messages that declare our app and its fields; `app` is its index in the file."""
    data = message_once(
        local,
        DEVELOPER_DATA_ID,
        {
            Field(1, BYTE): APP_ID,
            Field(3, UINT8): app,
            Field(4, UINT32): APP_VERSION,
        },
    )
    for field in fields:
        values: dict[Field, float | str | None] = {
            Field(0, UINT8): app,
            Field(1, UINT8): field.number,
            Field(2, UINT8): field.base,
            Field(3, STRING): field.name,
            Field(8, STRING): field.unit or None,
        }
        if field.native is not None:
            values |= {Field(14, UINT16): RECORD, Field(15, UINT8): field.native}
        data += message_once(local, FIELD_DESCRIPTION, values)
    return data
