"""Format the rows of the report's tables as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np

from imu.baseline.compare import RULES, Change
from imu.baseline.usual_range import usual
from imu.metrics.registry import Metric
from imu.units import Unit
from pipelines.report.data import ReportData
from pipelines.report.findings import JUDGED
from pipelines.report.formatting import PLACES, UNKNOWN, number, quantity, span, symbol

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


def plain_rows(changes: Sequence[Change], metrics: Mapping[str, Metric]) -> list[PlainRow]:
    """Return the exploratory metrics measured today, as numbers without a verdict."""
    chosen = [c for c in changes if not c.primary]
    rows = []
    for name, group in groupby(chosen, lambda c: c.metric):
        both, m = list(group), metrics[name]
        if any(c.stances for c in both):
            rows.append(PlainRow(m.label, m.unit.shown, _plain(both, m.unit)))
    return rows


def _plain(both: Sequence[Change], unit: Unit) -> tuple[str, ...]:
    pairs = [(c.today, c.usual if _based(c) else np.nan) for c in both]
    return tuple(number(value, unit) for pair in pairs for value in pair)


def session_rows(data: ReportData) -> list[PlainRow]:
    """Return the metrics that are given for a session alone, as far as today's are known."""
    past = data.past_medians()
    rows = []
    for name, today in data.of_session.items():
        if name in data.metrics and np.isfinite(today).any():
            m = data.metrics[name]
            known = usual(past[name], m.typical_error, RULES)
            middle = np.where(known.count >= RULES.minimum_sessions, known.mean, np.nan)
            pairs = np.stack([today, middle], axis=1)
            cells = tuple(number(float(value), m.unit) for value in pairs.ravel())
            rows.append(PlainRow(m.label, m.unit.shown, cells))
    return rows


def _based(c: Change) -> bool:
    return c.sessions >= RULES.minimum_sessions


def blocks(changes: Sequence[Change], metrics: Mapping[str, Metric]) -> list[Block]:
    """Return the primary metrics with their sides."""
    chosen = [c for c in changes if c.primary]
    return [
        _block(metrics[name], list(group)) for name, group in groupby(chosen, lambda c: c.metric)
    ]


def _block(m: Metric, changes: Sequence[Change]) -> Block:
    rows = tuple(row(change, m.unit) for change in changes)
    return Block(m.name, m.label, m.unit.shown, m.measured.tag, m.matters.tag, rows)


def row(c: Change, unit: Unit) -> Row:
    """Return one comparison as text; ranges only where there is a baseline.

    A difference between the legs gets no verdict: with one per measure, chance alone would name
    some of them, and it follows from the two legs, which have theirs.
    """
    judged = c.state in JUDGED
    signed = c.side == "left - right"
    interval = span(c.difference_low, c.difference_high, unit, signed=True)
    strip = 50 + STRIP_REACH_PCT * c.difference / c.detectable if judged else None
    return Row(
        side=c.side,
        today=quantity(c.today, unit, signed=signed),
        usual=span(c.low, c.high, unit, signed=signed) + symbol(unit) if _based(c) else UNKNOWN,
        difference=quantity(c.difference, unit, signed=True) if judged else UNKNOWN,
        interval=interval if judged else "",
        verdict="" if signed and judged else _capital(c.words),
        state=c.state,
        strip=None if strip is None else float(np.clip(strip, 2.5, 97.5)),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def pods(known: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return what each pod delivered, in the order pelvis, left, right."""
    return [
        {
            "place": PLACES[place],
            "delivered": _percent(known[place].get("coverage_pct")),
            "clipped": _percent(_worst_clipped(known[place])),
            "sync": _milliseconds(known[place].get("sync_s")),
            "height": _centimetres(known[place].get("height_m")),
        }
        for place in PLACES
        if place in known
    ]


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
