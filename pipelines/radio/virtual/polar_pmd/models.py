"""What the Polar sensors that can be simulated measure, by the beginning of their names.

Source: the tables of Polar's SDK. Which frames a sensor sends is not published: those of the H10
are as clients of it expect, the others as in the maker's own tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.polar_pmd.control import Kind
from firmware_protocols.polar_pmd.frames import COMPRESSED

Offered = tuple[tuple[int, ...], tuple[int, ...]]
"""Rates in Hz, and ranges in g or °/s."""


@dataclass(frozen=True, slots=True)
class Model:
    """A sensor: its streams as they may be started, also in `sdk` mode where it has one."""

    name: str
    frame_types: Mapping[Kind, int]
    usual: Mapping[Kind, Offered]
    sdk: Mapping[Kind, Offered] = field(default_factory=dict)


SDK_RATES_HZ: Final = (26, 52, 104, 208, 416)
MODELS: Final = (
    Model(
        "Polar Sense ",
        {Kind.ACC: COMPRESSED | 1, Kind.GYRO: COMPRESSED | 0},
        {Kind.ACC: ((52,), (8,)), Kind.GYRO: ((52,), (2000,))},
        {
            Kind.ACC: (SDK_RATES_HZ, (2, 4, 8, 16)),
            Kind.GYRO: (SDK_RATES_HZ, (250, 500, 1000, 2000)),
        },
    ),
    Model("Polar OH1 ", {Kind.ACC: COMPRESSED | 1}, {Kind.ACC: ((50,), (8,))}),
    Model("Polar H10 ", {Kind.ACC: 1}, {Kind.ACC: ((25, 50, 100, 200), (2, 4, 8))}),
)


def model_of(name: str) -> Model:
    """Return the sensor that has this name; ValueError where there is none."""
    for model in MODELS:
        if name.startswith(model.name):
            return model
    known = ", ".join(repr(model.name) for model in MODELS)
    raise ValueError(f"{name!r} is the name of no Polar sensor; begin it with one of {known}")
