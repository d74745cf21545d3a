"""Unit suffixes: a name that ends in one of these is a physical quantity in that unit.

The one list of units. Columns, schemas, reports and the command line derive theirs from it.
"""

from dataclasses import dataclass
from math import pi
from typing import Final

from imu.frames import GRAVITY_MPS2


@dataclass(frozen=True, slots=True)
class Unit:
    """How a suffix reads: `symbol` as stored; `shown` = stored x `factor` where people read."""

    symbol: str
    shown: str
    factor: float = 1.0
    decimals: int = 1


UNITS: Final = {
    "s": Unit("s", "ms", 1000.0, 0),
    "hz": Unit("Hz", "Hz"),
    "m": Unit("m", "cm", 100.0, 1),
    "mps": Unit("m/s", "m/s", 1.0, 2),
    "mps2": Unit("m/s²", "g", 1 / GRAVITY_MPS2, 1),
    "mps3": Unit("m/s³", "g/s", 1 / GRAVITY_MPS2, 0),
    "deg": Unit("°", "°", 1.0, 1),
    "radps": Unit("rad/s", "°/s", 180 / pi, 0),
    "bw": Unit("BW", "BW", 1.0, 2),
    "spm": Unit("steps/min", "steps/min", 1.0, 0),
    "pct": Unit("%", "%", 1.0, 1),
    "count": Unit("", "", 1.0, 0),
    "bwpm": Unit("BW/m", "BW/m", 1.0, 1),
    "db": Unit("dB", "dB", 1.0, 1),
    "index": Unit("", "", 1.0, 2),
}


def unit_of(name: str) -> Unit:
    """Return the unit of a suffixed name, e.g. that of ``peak_mps2`` is ``m/s²``."""
    suffix = name.rpartition("_")[2]
    if suffix not in UNITS:
        raise ValueError(f"{name!r} does not end in a unit suffix: {', '.join(UNITS)}")
    return UNITS[suffix]
