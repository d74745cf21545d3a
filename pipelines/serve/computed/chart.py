"""Draw one measure of one leg over the days, as SVG whose colours are those of the page.

The charts of the report have fixed colours, for paper; these follow the light or dark of a screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, Side
from imu.units import Unit
from pipelines.formatting import number

WIDTH: Final = 360
HEIGHT: Final = 150
LEFT_PX: Final = 44.0
RIGHT_PX: Final = 352.0
TOP_PX: Final = 10.0
FLOOR_PX: Final = 124.0
WORDS_PX: Final = 143.0
DOT_PX: Final = 3.0
LEAST_DAYS: Final = 7.0
AIR: Final = 0.08


@dataclass(frozen=True)
class Series:
    """What is drawn of one leg: k runs on `days`, their `values` (k,) in stored units.

    `counts` (k,) is False for runs that say nothing of what is usual, `reference` (k,) marks those
    that say it. `usual` is the usual range at the pace of the last run, NaN where unknown. `since`
    is the day of a change over weeks, None without one. The axis goes from `low` to `high`.
    """

    days: Sequence[date]
    values: FloatArray
    counts: BoolArray
    reference: BoolArray
    usual: tuple[float, float]
    since: date | None
    low: float
    high: float


@dataclass(frozen=True)
class Axis:
    """Where values from `low` to `high` lie, from `first` to `last` px."""

    low: float
    high: float
    first: float
    last: float

    def at(self, value: float) -> str:
        """Return the place of a value."""
        share = (value - self.low) / (self.high - self.low)
        return f"{self.first + share * (self.last - self.first):.1f}"


def ends(values: FloatArray, at_least: float) -> tuple[float, float]:
    """Return the ends of an axis for all `values`, with a little air, `at_least` so far apart."""
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    air = max(AIR * (high - low), (at_least - (high - low)) / 2) or 0.5
    return low - air, high + air


def drawn(of: Series, side: Side, unit: Unit, label: str) -> str:
    """Return the chart as SVG, called `label`."""
    first, last = of.days[0].toordinal(), of.days[-1].toordinal()
    x = Axis(first, max(last, first + LEAST_DAYS), LEFT_PX, RIGHT_PX)
    y = Axis(of.low, of.high, FLOOR_PX, TOP_PX)
    parts = [*_band(of, y), *_grid(y, unit), *_marks(of, x), *_dots(of, side, x, y)]
    about = f'role="img" aria-label="{escape(label)}"'
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg {box} {about} class="chart {side}">{"".join(parts)}</svg>'


def _band(of: Series, y: Axis) -> Iterator[str]:
    low, high = of.usual
    if np.isfinite(low) and np.isfinite(high):
        top, bottom = y.at(high), y.at(low)
        size = f'width="{RIGHT_PX - LEFT_PX:g}" height="{float(bottom) - float(top):.1f}"'
        yield f'<rect class="band" x="{LEFT_PX:g}" y="{top}" {size}/>'


def _grid(y: Axis, unit: Unit) -> Iterator[str]:
    for share in (0.1, 0.5, 0.9):
        value = y.low + share * (y.high - y.low)
        at = y.at(value)
        yield f'<path class="grid" d="M{LEFT_PX:g} {at}H{RIGHT_PX:g}"/>'
        yield f'<text x="{LEFT_PX - 6:g}" y="{float(at) + 4:.1f}" class="end">'
        yield f"{number(value, unit)}</text>"


def _marks(of: Series, x: Axis) -> Iterator[str]:
    """Draw what lies along the days: the first and the last, the reference, a change."""
    usual = [day for day, is_usual in zip(of.days, of.reference, strict=True) if is_usual]
    if usual:
        ends = (x.at(usual[0].toordinal()), x.at(usual[-1].toordinal()))
        yield f'<path class="usual" d="M{ends[0]} {FLOOR_PX:g}H{ends[1]}"/>'
    if of.since is not None:
        yield f'<path class="since" d="M{x.at(of.since.toordinal())} {TOP_PX:g}V{FLOOR_PX:g}"/>'
    yield f'<text x="{LEFT_PX:g}" y="{WORDS_PX:g}">{_day(of.days[0])}</text>'
    if of.days[-1] != of.days[0]:
        yield f'<text x="{RIGHT_PX:g}" y="{WORDS_PX:g}" class="end">{_day(of.days[-1])}</text>'


def _dots(of: Series, side: Side, x: Axis, y: Axis) -> Iterator[str]:
    for day, value, counts in zip(of.days, of.values, of.counts, strict=True):
        if np.isfinite(value):
            kind = "dot" if counts else "dot out"
            yield dot(kind, float(x.at(day.toordinal())), float(y.at(float(value))), side)


def dot(kind: str, x: float, y: float, side: str = "") -> str:
    """Return a circle, and a diamond for the right leg: colour alone tells nothing."""
    if side != "right":
        return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{DOT_PX:g}"/>'
    r = 1.3 * DOT_PX
    return f'<path class="{kind}" d="M{x:.1f} {y - r:.1f}l{r:g} {r:g}-{r:g} {r:g}-{r:g}-{r:g}z"/>'


def _day(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"
