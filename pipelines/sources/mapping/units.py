"""Units of acceleration, angular rate and time, by the words that people and files use for them."""

from __future__ import annotations

import re
from math import pi
from typing import Final

from imu.frames import GRAVITY_MPS2

ACC_UNITS: Final = {
    **dict.fromkeys(("m/s2", "m/s^2", "m/s²", "mps2"), 1.0),
    "g": GRAVITY_MPS2,
    "mg": GRAVITY_MPS2 / 1000,
    "lsb": 1.0,
}
GYR_UNITS: Final = {
    **dict.fromkeys(("rad/s", "radps"), 1.0),
    **dict.fromkeys(("deg/s", "°/s", "dps"), pi / 180),
    "lsb": 1.0,
}
TIME_UNITS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0, "day": 86400.0}
SPELT: Final = {
    **{unit: unit for unit in (*ACC_UNITS, *GYR_UNITS, *TIME_UNITS) if unit != "lsb"},
    **dict.fromkeys(("m/s/s", "ms-2", "m*s-2", "m/sec2", "m/sec^2", "meter/s2"), "m/s2"),
    **dict.fromkeys(("gs", "gn", "gravity", "g0"), "g"),
    **dict.fromkeys(("degree/s", "degrees/s", "deg/sec", "deg*s-1", "degs-1"), "deg/s"),
    **dict.fromkeys(("rad/sec", "rads-1", "rad*s-1", "radians/s"), "rad/s"),
    **dict.fromkeys(("sec", "second", "seconds", "secs"), "s"),
    **dict.fromkeys(("msec", "millis", "milliseconds", "millisecond"), "ms"),
    **dict.fromkeys(("µs", "μs", "usec", "micros", "microseconds"), "us"),
    **dict.fromkeys(("nsec", "nanos", "nanoseconds"), "ns"),
    **dict.fromkeys(("mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("d", "days"), "day"),
}
"""What files write of a unit, without blanks, brackets and capitals -> our word for it."""
IN_A_NAME: Final = re.compile(r"[\[(]([^\[\]()]*(?:\([^()]*\))?[^\[\]()]*)[\])]\s*$")


def unit_of(word: str) -> str | None:
    """Return our word for a unit as files spell it, such as ``m/(s^2)``; None for no unit."""
    return SPELT.get(re.sub(r"[\s()\[\]]", "", word).lower())


def unit_in_name(name: str) -> str | None:
    """Return the unit that a column carries in brackets at the end of its name, if any."""
    found = IN_A_NAME.search(name)
    return unit_of(found.group(1)) if found else None
