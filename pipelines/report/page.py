"""From a `ReportData` to one self-contained page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from imu.baseline.compare import Change, compare, compare_sides
from imu.frames import SIDES
from imu.metrics.registry import Metric
from pipelines.glossary import WORDS, explained
from pipelines.harmless import harmless
from pipelines.report import tables
from pipelines.report.charts import figures
from pipelines.report.charts.draw import BAND, COLOURS, INK, LINE, MUTED, PAST
from pipelines.report.data import ReportData
from pipelines.report.findings import SHOWN, Finding, also, cards, detail, findings, headline
from pipelines.report.formatting import duration, placed, plural
from pipelines.report.limits import LIMITS, not_compared
from pipelines.report.stance_notes import sentence

GRADES: Final = {
    "A": "Very good. Nothing was found that stands against comparing this run.",
    "B": "Good. Compare, and keep the remarks in mind.",
    "C": "Fair. Read differences with the remarks in mind.",
    "D": "Poor. Take a difference as a question about the recording first.",
}
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One measure as the end of the page explains it."""

    label: str
    unit: str
    text: str
    source: str


def render(data: ReportData) -> tuple[str, tuple[Finding, ...], str]:
    """Return the page as HTML, what it found, and its headline."""
    past = data.past_medians()
    changes = compare(data.side, data.values, past, metrics=data.metrics)
    found = findings(changes, data.metrics)
    return _template().render(_context(data, changes, found)), found, headline(changes)


def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipelines.report"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def _harmless(value: Any) -> Any:
    """Spell what does not print in a text; our own drawings are another type, and lines stay."""
    if type(value) is not str:
        return value
    return "\n".join(map(harmless, value.split("\n")))


def _context(
    data: ReportData, changes: tuple[Change, ...], found: tuple[Finding, ...]
) -> dict[str, Any]:
    shown = cards(found)
    sides = compare_sides(data.side, data.values, data.past_medians(), metrics=data.metrics)
    return {
        "policy": POLICY,
        "colours": {
            **COLOURS,
            "ink": INK,
            "muted": MUTED,
            "line": LINE,
            "band": BAND,
            "past": PAST,
        },
        "athlete": data.athlete,
        "session": data.session,
        "day": _day(data),
        "facts": _facts(data),
        "grade": data.grade or "–",
        "grade_words": GRADES.get(data.grade, "Not graded."),
        "reasons": [placed(reason) for reason in data.reasons],
        "pods": tables.pods(data.pods),
        "remarks": sentence(len(data.side), data.remarks, data.remarked),
        "headline": headline(changes),
        "caution": data.caution,
        "detail": detail(changes, data.metrics),
        "cards": shown[:SHOWN],
        "also": also(shown[SHOWN:]),
        "primary": tables.blocks(changes, data.metrics),
        "exploratory": tables.plain_rows(changes, data.metrics),
        "left_right": tables.blocks(sides, data.metrics),
        "runs": figures.runs_figures(data, changes),
        "stance": figures.stance_figures(data),
        "times": figures.time_figures(data),
        "bin_s": round(figures.bin_width_s(data)),
        "past_count": len(data.past),
        "not_compared": not_compared(data, changes),
        "limits": LIMITS,
        "words": WORDS,
        "definitions": _definitions(data.metrics),
    }


def _definitions(metrics: Mapping[str, Metric]) -> list[Definition]:
    """Return what each measure means, primary ones first, words of the field explained once."""
    seen = {"NaN", "mid-stance", "BW"}  # said in other words, or among the words above
    found = []
    for m in sorted(metrics.values(), key=lambda m: not m.primary):
        doc = re.sub(r"`(\w+)`", lambda name: _label(name[1], metrics), m.doc)
        doc = re.sub(r"\bNaN\b", "No value", doc)
        source = f"Evidence: {m.evidence}. {m.cite[:1].upper()}{m.cite[1:]}."
        found.append(
            Definition(m.label, m.unit.shown, explained(doc, seen), explained(source, seen))
        )
    return found


def _label(name: str, metrics: Mapping[str, Metric]) -> str:
    return f"“{metrics[name].label}”" if name in metrics else name


def _day(data: ReportData) -> str:
    if data.started is None:
        return data.session[:10]
    return f"{data.started.day} {data.started:%B %Y}"


def _facts(data: ReportData) -> list[tuple[str, str]]:
    left, right = (int(np.sum(data.side == side)) for side in SIDES)
    start = f"{data.started:%H:%M} UTC" if data.started else "not known"
    return [
        ("Runner", data.athlete),
        ("Start", start),
        ("Recorded", duration(data.duration_s)),
        ("Running", duration(data.running_s)),
        ("Stances", f"{left} left, {right} right"),
        ("Pods", str(len(tables.pods(data.pods)) or "not known")),
        ("Past runs", plural(len(data.past), "run")),
    ]
