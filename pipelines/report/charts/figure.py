"""One figure of the report: a chart, its caption, its numbers as a table; and how it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`svg` is complete; `header` and `rows` hold the same numbers as text."""

    title: str
    unit: str
    note: str
    svg: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: Vega-Lite, what it shows in words, and attributes that are said once."""

    spec: dict[str, Any]
    label: str
    inherited: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Undrawn:
    """A page in which the place of each of its `charts` is marked."""

    html: str
    charts: tuple[Chart, ...]
