"""One figure of the report: a chart, its caption, and its numbers as a table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`svg` is complete; `header` and `rows` hold the same numbers as text."""

    title: str
    unit: str
    note: str
    svg: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
