"""The results of validation: figures with their required range and verdict, tables, drawings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf, isfinite, isnan
from typing import Final

PASS: Final = "pass"
SHORT: Final = "falls short"
MISSING: Final = "not measured"
UNKNOWN: Final = "–"


@dataclass(frozen=True)
class Figure:
    """One measured figure `on` some data, and the range it must lie in; NaN was not measured."""

    on: str
    name: str
    value: float
    unit: str = ""
    low: float = -inf
    high: float = inf
    decimals: int = 1
    about: str = ""

    @property
    def verdict(self) -> str:
        """Say whether the figure reaches what it must."""
        if isnan(self.value):
            return MISSING
        return PASS if self.low <= self.value <= self.high else SHORT

    @property
    def shown(self) -> str:
        """The value with its unit."""
        return number(self.value, self.decimals) + (f" {self.unit}" if self.unit else "")

    @property
    def demanded(self) -> str:
        """What must be reached, in words."""
        unit = f" {self.unit}" if self.unit else ""
        if isfinite(self.low) and isfinite(self.high):
            return (
                f"{self.low:g} to {self.high:g}{unit}" if self.low < self.high else f"{self.low:g}"
            )
        return f"≥ {self.low:g}{unit}" if isfinite(self.low) else f"≤ {self.high:g}{unit}"


@dataclass(frozen=True)
class Table:
    """A table for people: every cell is text already."""

    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    drawing: str = ""  # name of the drawing that goes with it


@dataclass(frozen=True)
class Part:
    """What one part of the validation gave; `drawings` maps a name to SVG, `remarks` is prose."""

    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    drawings: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Validity(Part):
    """Everything measured, from one `seed`."""

    seed: int = 0

    def of(self, verdict: str) -> tuple[Figure, ...]:
        """Return the figures with one verdict."""
        return tuple(figure for figure in self.figures if figure.verdict == verdict)


def together(parts: Iterable[Part], *, seed: int) -> Validity:
    """Join parts in order."""
    parts = list(parts)
    return Validity(
        figures=tuple(figure for part in parts for figure in part.figures),
        tables=tuple(table for part in parts for table in part.tables),
        drawings={name: svg for part in parts for name, svg in part.drawings.items()},
        remarks=tuple(remark for part in parts for remark in part.remarks),
        seed=seed,
    )


def number(value: float, decimals: int = 1) -> str:
    """Return a number as text; a dash for NaN, and no negative zero."""
    if isnan(value):
        return UNKNOWN
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text


def ms(seconds: float) -> str:
    """Return a time in ms as text."""
    return number(1000 * seconds, 1)


def signed_ms(seconds: float) -> str:
    """Return a time in ms with its sign."""
    text = ms(seconds)
    return text if text == UNKNOWN or text.startswith("-") else f"+{text}"


def share(value: float) -> str:
    """Return a share of 1 with three decimals."""
    return number(value, 3)
