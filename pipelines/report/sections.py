"""The sections of the report: each has a template of its own and a function that fills it.

To add one, write `templates/sections/NAME.html.j2` and a `Section` below, in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from imu.metrics.registry import Metric
from pipelines.formatting import placed
from pipelines.glossary import WORDS, explained
from pipelines.report import tables
from pipelines.report.charts import over_past_runs, over_stance, within_run
from pipelines.report.compared import Compared
from pipelines.report.findings import SHOWN, also, detail, findings, headline, left_out
from pipelines.report.limits import LIMITS, not_compared
from pipelines.report.over_the_leg import over_the_leg
from pipelines.report.stance_notes import sentence

GRADES: Final = {
    "A": "Very good. Nothing is wrong with this recording.",
    "B": "Good. This run can be compared; note the remarks.",
    "C": "Fair. A difference may come from what the remarks name.",
    "D": "Poor. Check the recording before you believe a difference.",
}


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
    found = findings(of)
    return {
        "headline": headline(of),
        "caution": of.data.caution,
        "left_out": left_out(of),
        "detail": detail(of),
        "cards": found[:SHOWN],
        "also": also(found[SHOWN:]),
    }


def _over_the_leg(of: Compared) -> dict[str, Any]:
    return {"over_the_leg": over_the_leg(of)}


def _today(of: Compared) -> dict[str, Any]:
    return {"primary": tables.blocks(of, of.legs)}


def _runs(of: Compared) -> dict[str, Any]:
    return {"runs": over_past_runs.runs_figures(of)}


def _stance(of: Compared) -> dict[str, Any]:
    return {"stance": over_stance.stance_figures(of.data)}


def _time(of: Compared) -> dict[str, Any]:
    return {
        "times": within_run.time_figures(of.data),
        "bin_s": round(within_run.bin_width_s(of.data)),
    }


def _sides(of: Compared) -> dict[str, Any]:
    return {"left_right": tables.blocks(of, of.between_legs)}


def _other(of: Compared) -> dict[str, Any]:
    return {
        "exploratory": tables.plain_rows(of),
        "of_session": tables.plain_rows(of, session_only=True),
    }


def _limits(of: Compared) -> dict[str, Any]:
    return {"not_compared": not_compared(of), "limits": LIMITS}


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
