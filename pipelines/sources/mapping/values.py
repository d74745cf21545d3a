"""Check the type and range of each value in a mapping."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any, Final

from pipelines.sources.quoting import shown

SIZES: Final = (1e-12, 1e12)  # of a count or a full scale, in any unit; beyond is a slip of the pen


def is_number(value: Any) -> bool:
    """Whether this is a finite number that fits a float; True and False are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return isfinite(value)
    except OverflowError:  # an integer of more than 308 digits
        return False


def is_name(value: Any) -> bool:
    """Whether this can name a column."""
    return isinstance(value, str) and bool(value.strip())


def size_above_0(key: str, value: Any) -> float | None:
    """Return a size, or None where none is given; ValueError for what cannot be one."""
    if value is None:
        return None
    if not is_number(value) or not SIZES[0] <= value <= SIZES[1]:
        raise ValueError(f"{key} is {shown(value)}; give a number above 0, as the data sheet says")
    return float(value)


def check_keys(given: Any, known: Sequence[str], where: str) -> None:
    """Raise ValueError for what is no table, or has other keys than those `known`."""
    if not isinstance(given, dict):
        raise ValueError(f"{where} must be a table; write it in brackets")
    if wrong := sorted(set(given) - set(known)):
        raise ValueError(f"{where} has no key {shown(wrong[0])}; it takes {', '.join(known)}")
