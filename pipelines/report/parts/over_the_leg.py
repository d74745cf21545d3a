"""Say in plain words whether the pelvis is over the leg at mid-stance, and what follows.

Three readings (`imu.session.midstance_view`), each leg for itself. Nothing is judged: what has
changed is among the findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.baseline.comparisons import Comparison
from imu.frames import SIDES
from imu.metrics.registry import Metric
from imu.segmentation.stances import MIDSTANCE_SHARE
from imu.session.midstance_view import QUESTIONS, Reading, readings
from pipelines.formatting import NARROW, UNKNOWN, listed, quantity, span, symbol
from pipelines.report.charts.over_leg import LegAngles, leg_drawing
from pipelines.report.compared import Cell as Named
from pipelines.report.compared import Compared
from pipelines.report.words.readings import REVERSAL, WORDS

MIDSTANCE_PCT: Final = 100 * MIDSTANCE_SHARE
DRAWN: Final = (
    "pelvic_rotation_over_leg_deg",
    "pelvic_obliquity_over_leg_deg",
    "shank_lean_deg",
)
NO_HYPOTHESIS: Final = ("prospective studies agree", "prospective studies found none")


@dataclass(frozen=True, slots=True)
class Cell:
    """One reading of one leg, or of both together, as text."""

    legs: str
    today: str
    interval: str
    usual: str


@dataclass(frozen=True, slots=True)
class Row:
    """One reading: its number for each leg, or one for both, what it means and how sure it is."""

    label: str
    means: str
    hypothesis: bool
    measured: str
    matters: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One of the three questions with the readings that answer it."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class LegAnswer:
    """The answer for one leg: a drawing, and a sentence for mid-stance and one for what follows."""

    side: str
    drawing: str
    usual_drawn: bool
    over: str
    after: str


@dataclass(frozen=True, slots=True)
class OverTheLeg:
    """The whole view; `reversal` is one sentence for both legs, empty where it is not known."""

    legs: tuple[LegAnswer, ...]
    reversal: str
    questions: tuple[Question, ...]


Known = Mapping[str, Reading]
UsualBySide = Mapping[Named, Comparison]


def over_the_leg(of: Compared) -> OverTheLeg | None:
    """Return the view of today's run, None where nothing of it was measured."""
    data = of.data
    known = {r.metric.name: r for r in readings(data.side, data.spared()) if r.measured}
    if not known:
        return None
    usual: UsualBySide = {cell: c for cell, c in of.usual.items() if np.isfinite(c.usual)}
    over, _, after = QUESTIONS.values()
    return OverTheLeg(
        legs=tuple(
            LegAnswer(
                side,
                _drawing(j, known, usual),
                _before(j, usual) is not None,
                _sentence(j, over, known, usual),
                _sentence(j, after, known, usual),
            )
            for j, side in enumerate(SIDES)
        ),
        reversal=_reversal(known, usual),
        questions=tuple(
            Question(title, rows)
            for title, names in QUESTIONS.items()
            if (rows := tuple(_row(known[name], usual) for name in names if name in known))
        ),
    )


def _sentence(j: int, names: Sequence[str], known: Known, usual: UsualBySide) -> str:
    """Return what the readings `names` say of the leg `j` of `SIDES`."""
    said = [words for name in names if name in known and (words := _said(j, known[name], usual))]
    return f"{listed(said)}." if said else "not known today."


def _said(j: int, reading: Reading, usual: UsualBySide) -> str:
    """Return one reading of one leg as part of a sentence, with what is usual for it."""
    value, unit = float(reading.median[j]), reading.metric.unit
    if not np.isfinite(value):
        return ""
    words = WORDS[reading.metric.name]
    if reading.low[j] > 0 or reading.high[j] < 0:
        said = words.above if value > 0 else words.below
    else:
        said = words.neither
    change = usual.get((reading.metric.name, SIDES[j]))
    if change is None:
        return said.format(size=quantity(abs(value), unit))
    same_way = said != words.neither and change.usual * value > 0
    way = "" if same_way else f" {words.ways[0 if change.usual > 0 else 1]}"
    before = f"{quantity(abs(change.usual), unit)}{way}"
    return f"{said.format(size=quantity(abs(value), unit))} (usually {before})"


def _reversal(known: Known, usual: UsualBySide) -> str:
    """Return when the pelvis turns back, for both legs."""
    if REVERSAL not in known:
        return ""
    at, low, high = _of_both(known[REVERSAL])
    if high < MIDSTANCE_PCT:
        when = "before mid-stance"
    elif low > MIDSTANCE_PCT:
        when = "after mid-stance"
    else:
        when = "at mid-stance, as near as can be told"
    before, unit = _usual_of_both(usual), known[REVERSAL].metric.unit
    usually = "" if before is None else f" (usually {quantity(before.usual, unit)})"
    return (
        f"from turning over the leg to turning back, at {quantity(at, unit)} of stance{usually}: "
        f"{when}, which is at {MIDSTANCE_PCT:.0f}{NARROW}%."
    )


def _of_both(reading: Reading) -> tuple[float, float, float]:
    """Return median, low and high of what is one number for both legs."""
    at, low, high = np.nanmean([reading.median, reading.low, reading.high], axis=1)
    return float(at), float(low), float(high)


def _usual_of_both(usual: UsualBySide) -> Comparison | None:
    return usual.get((REVERSAL, SIDES[0])) or usual.get((REVERSAL, SIDES[1]))


def _row(reading: Reading, usual: UsualBySide) -> Row:
    metric = reading.metric
    if metric.name == REVERSAL:
        at, low, high = _of_both(reading)
        cells: tuple[Cell, ...] = (
            _cell("Both legs", at, low, high, metric, _usual_of_both(usual)),
        )
    else:
        cells = tuple(
            _cell(
                side.capitalize(),
                float(reading.median[j]),
                float(reading.low[j]),
                float(reading.high[j]),
                metric,
                usual.get((metric.name, side)),
            )
            for j, side in enumerate(SIDES)
        )
    return Row(
        label=metric.label,
        means=WORDS[metric.name].means,
        hypothesis=metric.matters.tag not in NO_HYPOTHESIS,
        measured=metric.measured.tag,
        matters=metric.matters.tag,
        cells=cells,
    )


def _cell(
    legs: str, median: float, low: float, high: float, metric: Metric, change: Comparison | None
) -> Cell:
    unit = metric.unit
    before = UNKNOWN if change is None else span(change.low, change.high, unit) + symbol(unit)
    return Cell(legs, quantity(median, unit), span(low, high, unit), before)


def _drawing(j: int, known: Known, usual: UsualBySide) -> str:
    """Return the drawing of one leg; empty where an angle of it is not known."""
    if any(name not in known for name in DRAWN):
        return ""
    today = LegAngles(*(float(known[name].median[j]) for name in DRAWN))
    return leg_drawing(SIDES[j], today, _before(j, usual)) if today.known else ""


def _before(j: int, usual: UsualBySide) -> LegAngles | None:
    """Return the usual angles of one leg, None where not all are known."""
    changes = [usual.get((name, SIDES[j])) for name in DRAWN]
    return None if None in changes else LegAngles(*(c.usual for c in changes if c is not None))
