"""Format numbers, units and lists for people."""

import math
from typing import Final

from imu.units import Unit

MINUS: Final = "−"
UNKNOWN: Final = "–"
NARROW: Final = "\N{NO-BREAK SPACE}"

PLACES: Final = {"pelvis": "Pelvis", "shank_left": "Left shank", "shank_right": "Right shank"}


def number(value: float, unit: Unit, *, signed: bool = False) -> str:
    """Return a stored value in the unit shown, without the unit; "–" when unknown."""
    if not math.isfinite(value):
        return UNKNOWN
    size = f"{abs(value * unit.factor):.{unit.decimals}f}"
    if not float(size):
        return size
    return (MINUS if value < 0 else "+" if signed else "") + size


def symbol(unit: Unit) -> str:
    """Return the unit as it follows a number: ``°`` at once, ``ms`` after a space."""
    glue = "" if unit.shown.startswith("°") or not unit.shown else NARROW
    return glue + unit.shown


def quantity(value: float, unit: Unit, *, signed: bool = False) -> str:
    """Return number and unit, ``8.4°`` or ``252 ms``."""
    text = number(value, unit, signed=signed)
    return text if text == UNKNOWN else text + symbol(unit)


def span(low: float, high: float, unit: Unit, *, signed: bool = False) -> str:
    """Return ``4.1 to 6.3``; "–" when either end is unknown."""
    if not math.isfinite(low) or not math.isfinite(high):
        return UNKNOWN
    return f"{number(low, unit, signed=signed)} to {number(high, unit, signed=signed)}"


def capital(words: str) -> str:
    """Return words that begin with a capital letter."""
    return f"{words[:1].upper()}{words[1:]}"


def placed(text: str) -> str:
    """Return a sentence with the pods called as they are in the tables: left shank."""
    return text.replace("shank left", "left shank").replace("shank right", "right shank")


def duration(seconds: float) -> str:
    """Return ``1 h 04 min``, ``12 min`` or ``40 s``."""
    if not math.isfinite(seconds):
        return UNKNOWN
    if seconds < 90:
        return f"{seconds:.0f}{NARROW}s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{NARROW}min"
    return f"{minutes // 60}{NARROW}h {minutes % 60:02d}{NARROW}min"


def inside(label: str) -> str:
    """Return a label as it reads inside a sentence."""
    return label[:1].lower() + label[1:]


def listed(words: list[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def plural(count: int, word: str) -> str:
    """Return ``1 run``, ``2 runs``."""
    return f"{count} {word}" + ("" if count == 1 else "s")
