"""The sections of the report: each has a template of its own and a function that fills it.

To add one, write `templates/sections/NAME.html.j2` and a `Section` below, in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from imu.baseline.compare import Change, compare_sides
from imu.metrics.registry import Metric
from pipelines.glossary import WORDS, explained
from pipelines.report import tables
from pipelines.report.charts import over_past_runs, over_stance, within_run
from pipelines.report.data import ReportData
from pipelines.report.findings import SHOWN, Finding, also, cards, detail, headline
from pipelines.report.formatting import placed
from pipelines.report.limits import LIMITS, not_compared
from pipelines.report.over_the_leg import over_the_leg
from pipelines.report.stance_notes import sentence

GRADES: Final = {
    "A": "Very good. Nothing limits the comparison of this run.",
    "B": "Good. This run can be compared; note the remarks.",
    "C": "Fair. A difference may come from what the remarks name.",
    "D": "Poor. Check the recording before you believe a difference.",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """What every section is made from: the session, its changes, and which of them stand out."""

    data: ReportData
    changes: tuple[Change, ...]
    found: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One section: `name` is that of its template, `values` returns what the template shows."""

    name: str
    values: Callable[[Compared], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Definition:
    """One measure as the end of the page explains it."""

    label: str
    unit: str
    text: str
    sources: tuple[str, ...]


def _quality(of: Compared) -> dict[str, Any]:
    data = of.data
    return {
        "grade": data.grade or "–",
        "grade_words": GRADES.get(data.grade, "Not graded."),
        "reasons": [placed(reason) for reason in data.reasons],
        "pods": tables.pods(data.pods),
        "remarks": sentence(len(data.side), data.remarks, data.remarked),
    }


def _found(of: Compared) -> dict[str, Any]:
    shown = cards(of.found)
    return {
        "headline": headline(of.changes),
        "caution": of.data.caution,
        "detail": detail(of.changes, of.data.metrics),
        "cards": shown[:SHOWN],
        "also": also(shown[SHOWN:]),
    }


def _over_the_leg(of: Compared) -> dict[str, Any]:
    return {"over_the_leg": over_the_leg(of.data, of.changes)}


def _today(of: Compared) -> dict[str, Any]:
    return {"primary": tables.blocks(of.changes, of.data.metrics)}


def _runs(of: Compared) -> dict[str, Any]:
    return {"runs": over_past_runs.runs_figures(of.data, of.changes)}


def _stance(of: Compared) -> dict[str, Any]:
    return {"stance": over_stance.stance_figures(of.data)}


def _time(of: Compared) -> dict[str, Any]:
    return {
        "times": within_run.time_figures(of.data),
        "bin_s": round(within_run.bin_width_s(of.data)),
    }


def _sides(of: Compared) -> dict[str, Any]:
    data = of.data
    sides = compare_sides(data.side, data.values, data.past_medians(), metrics=data.metrics)
    return {"left_right": tables.blocks(sides, data.metrics)}


def _other(of: Compared) -> dict[str, Any]:
    rows = tables.plain_rows(of.changes, of.data.metrics)
    return {"exploratory": rows, "of_session": tables.session_rows(of.data)}


def _limits(of: Compared) -> dict[str, Any]:
    return {"not_compared": not_compared(of.data, of.changes), "limits": LIMITS}


def _terms(of: Compared) -> dict[str, Any]:
    return {"words": WORDS, "definitions": _definitions(of.data.metrics)}


def _definitions(metrics: Mapping[str, Metric]) -> list[Definition]:
    """Return what each measure means, primary ones first, words of the field explained once."""
    seen = {"NaN", "mid-stance"}  # said in other words, or among the words above
    found = []
    for m in sorted(metrics.values(), key=lambda m: not m.primary):
        doc = re.sub(r"`(\w+)`", lambda name: _label(name[1], metrics), m.doc)
        doc = re.sub(r"\bNaN\b", "No value", doc)
        sources = tuple(
            explained(text, seen)
            for text in (
                f"How well it is measured: {m.measured.tag} ({m.measured.source}).",
                f"How surely it matters: {m.matters.tag} ({m.matters.source}).",
                f"Definition: {m.cite}.",
            )
        )
        found.append(Definition(m.label, m.unit.shown, explained(doc, seen), sources))
    return found


def _label(name: str, metrics: Mapping[str, Metric]) -> str:
    return f"“{metrics[name].label}”" if name in metrics else name


SECTIONS: Final = (
    Section("quality", _quality),
    Section("found", _found),
    Section("over_the_leg", _over_the_leg),
    Section("today", _today),
    Section("runs", _runs),
    Section("stance", _stance),
    Section("time", _time),
    Section("sides", _sides),
    Section("other", _other),
    Section("limits", _limits),
    Section("terms", _terms),
)
"""In the order in which the page shows them."""
