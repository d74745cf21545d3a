"""Format the rows of the report's tables as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np

from imu.baseline.comparisons import JUDGED, Comparison
from imu.frames import SIDES
from imu.metrics.registry import Metric
from imu.units import Unit
from pipelines.formatting import PLACES, UNKNOWN, capital, number, quantity, span, symbol
from pipelines.report.compared import Compared
from pipelines.store.tables.raw_file import JOINED_BY, NOT_JOINED

STRIP_REACH_PCT: Final = 20.0  # half the usual range on the strip; its ends are 2.5 times as far


@dataclass(frozen=True, slots=True)
class Row:
    """One metric on one side, ready to print; `strip` is where today lies, in percent of width."""

    side: str
    today: str
    usual: str
    difference: str
    interval: str
    verdict: str
    state: str
    strip: float | None


@dataclass(frozen=True, slots=True)
class Block:
    """One metric with its rows."""

    name: str
    label: str
    unit: str
    measured: str
    matters: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class PlainRow:
    """One exploratory metric: today and the middle of the usual range, left and right."""

    label: str
    unit: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShortRow:
    """One primary metric in one line: each leg today with its usual range, and both in words."""

    label: str
    cells: tuple[ShortCell, ...]
    words: str


@dataclass(frozen=True, slots=True)
class ShortCell:
    """One leg of a `ShortRow`."""

    side: str
    today: str
    usual: str
    outside: bool


def short_rows(of: Compared) -> list[ShortRow]:
    """Return the primary metrics, one line each."""
    rows = []
    for name, group in groupby(of.legs, _metric_of):
        m, both = of.data.metrics[name], list(group)
        said = [_short_words(of, c) for c in both]
        apart = [f"{c.side} {words}" for c, words in zip(both, said, strict=True)]
        words = said[0] if len({*said}) == 1 else ", ".join(apart)
        cells = tuple(_short_cell(of, c, m.unit) for c in both)
        rows.append(ShortRow(m.label, cells, capital(words)))
    return rows


def _short_cell(of: Compared, c: Comparison, unit: Unit) -> ShortCell:
    usual = f"({span(c.low, c.high, unit)})" if c.state in JUDGED else ""
    return ShortCell(c.side, quantity(_today(of, c), unit), usual, c.state == "outside")


def _short_words(of: Compared, c: Comparison) -> str:
    """Return the state of one comparison in a word or two."""
    if (c.metric, c.side) in of.unmeasured:
        return of.unmeasured[c.metric, c.side].partition(":")[0]
    return c.state if of.data.comparable else "not compared"


def plain_rows(of: Compared, *, session_only: bool = False) -> list[PlainRow]:
    """Return the exploratory metrics measured today, as numbers without a verdict.

    Those of single stances, or those that are given for a session alone.
    """
    rows = []
    for name, m in of.data.metrics.items():
        today = of.data.history.medians[name][-1]
        if not m.primary and m.session_only == session_only and np.isfinite(today).any():
            usual = [of.usual[name, side].usual for side in SIDES]
            pairs = zip(today, usual, strict=True)
            cells = tuple(number(float(value), m.unit) for pair in pairs for value in pair)
            rows.append(PlainRow(m.label, m.unit.shown, cells))
    return rows


def blocks(of: Compared, changes: Sequence[Comparison]) -> list[Block]:
    """Return comparisons as rows, gathered by metric."""
    metrics = of.data.metrics
    return [_block(metrics[name], of, list(group)) for name, group in groupby(changes, _metric_of)]


def _metric_of(c: Comparison) -> str:
    return c.metric


def _block(m: Metric, of: Compared, changes: Sequence[Comparison]) -> Block:
    rows = tuple(row(of, c, m.unit) for c in changes)
    return Block(m.name, m.label, m.unit.shown, m.measured.tag, m.matters.tag, rows)


def row(of: Compared, c: Comparison, unit: Unit) -> Row:
    """Return one comparison as text; ranges only where there is something to compare with.

    A difference between the legs gets no verdict of its own: it would claim twice what the legs
    say.
    """
    judged = c.state in JUDGED
    signed = c.side == "left - right"
    interval = span(c.difference_low, c.difference_high, unit, signed=True)
    reach = (c.high - c.low) / 2
    strip = 50 + STRIP_REACH_PCT * c.difference / reach if judged else None
    return Row(
        side=c.side,
        today=quantity(_today(of, c), unit, signed=signed),
        usual=span(c.low, c.high, unit, signed=signed) + symbol(unit) if judged else UNKNOWN,
        difference=quantity(c.difference, unit, signed=True) if judged else UNKNOWN,
        interval=interval if judged else "",
        verdict="" if signed and judged else capital(_words(of, c)),
        state=c.state,
        strip=None if strip is None else float(np.clip(strip, 2.5, 97.5)),
    )


def _today(of: Compared, c: Comparison) -> float:
    """Return today's value, also where it is not compared."""
    left, right = of.data.history.medians[c.metric][-1]
    return float({"left": left, "right": right}.get(c.side, left - right))


def _words(of: Compared, c: Comparison) -> str:
    if (why := of.unmeasured.get((c.metric, c.side))) is not None:
        return why
    if not of.data.comparable:
        return f"not compared: grade {of.data.grade}"
    return c.words


def pods(known: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return what each pod delivered, in the order pelvis, left, right."""
    return [
        {
            "place": PLACES[place],
            "delivered": _percent(known[place].get("coverage_pct")),
            "clipped": _percent(_worst_clipped(known[place])),
            "sync": _sync(known[place]),
            "height": _centimetres(known[place].get("height_m")),
        }
        for place in PLACES
        if place in known
    ]


def _sync(pod: Mapping[str, Any]) -> str:
    """Say how far a clock may be off, or that nothing joins it to the others."""
    if (pod.get("clock") or {}).get(JOINED_BY) == NOT_JOINED:
        return NOT_JOINED
    return _milliseconds(pod.get("sync_s"))


def _worst_clipped(pod: Mapping[str, Any]) -> float | None:
    """Return the share of the stances in which the sensor with the most was clipped."""
    shares = [pod.get(name) for name in ("clipped_pct", "gyroscope_clipped_pct")]
    return max((share for share in shares if share is not None), default=None)


def _percent(value: float | None) -> str:
    if value is None or not np.isfinite(value):
        return UNKNOWN
    return f"{value:.1f}\N{NO-BREAK SPACE}%"


def _centimetres(value: float | None) -> str:
    if value is None or not np.isfinite(value):
        return UNKNOWN
    return f"{100 * value:.0f}\N{NO-BREAK SPACE}cm"


def _milliseconds(value: float | None) -> str:
    if value is None or not np.isfinite(value):
        return UNKNOWN
    return f"{1000 * value:.1f}\N{NO-BREAK SPACE}ms"
