"""The sections of the report: each has a template of its own and a function that fills it.

To add one, write `templates/sections/NAME.html.j2` and a `Section` below, in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from imu.metrics.registry import Metric
from pipelines.formatting import placed, plural
from pipelines.glossary import WORDS, explained
from pipelines.report.charts import over_past_runs, over_stance, within_run
from pipelines.report.compared import Compared
from pipelines.report.notes.stance_notes import sentence
from pipelines.report.parts import tables
from pipelines.report.parts.dose import dose
from pipelines.report.parts.events import events
from pipelines.report.parts.over_the_leg import over_the_leg
from pipelines.report.parts.over_the_run import beside, drifts
from pipelines.report.parts.run import in_short
from pipelines.report.parts.weeks import weeks
from pipelines.report.verdict.findings import SHOWN, also, detail, findings
from pipelines.report.verdict.limits import not_compared
from pipelines.report.verdict.over_time import over_run
from pipelines.report.words.changes import OTHER_CAUSES
from pipelines.report.words.grades import GRADES, NOT_GRADED
from pipelines.report.words.limits import CAN, CANNOT, LIMITS
from pipelines.report.words.work_on import SOURCES, WHETHER_IT_WORKS, WORK_ON
from pipelines.weeks.words import BETWEEN_SAID

Audience = Literal["runner", "coach"]
AUDIENCES: Final[tuple[Audience, ...]] = ("runner", "coach")
RESERVATIONS_SHOWN: Final = 4
"""On the short page."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section: `name` is that of its template, `values` returns what the template shows.

    `audiences` are those it is for.
    """

    name: str
    values: Callable[[Compared], Mapping[str, Any]]
    audiences: tuple[Audience, ...] = AUDIENCES


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
        "grade_words": GRADES.get(data.grade, NOT_GRADED)[1],
        "reasons": [placed(reason) for reason in data.reasons],
        "pods": tables.pods(data.pods),
        "remarks": sentence(len(data.side), data.remarks, data.remarked),
    }


def _found(of: Compared) -> dict[str, Any]:
    found = findings(of)
    return {
        "caution": of.data.caution,
        "detail": detail(of),
        "cards": found[:SHOWN],
        "other_causes": OTHER_CAUSES,
        "also": also(found[SHOWN:]),
    }


def _over_the_leg(of: Compared) -> dict[str, Any]:
    return {"over_the_leg": over_the_leg(of)}


def _numbers(of: Compared) -> dict[str, Any]:
    return {"numbers": tables.short_rows(of)}


def _today(of: Compared) -> dict[str, Any]:
    return {"primary": tables.blocks(of, of.legs)}


def _runs(of: Compared) -> dict[str, Any]:
    return {"runs": over_past_runs.runs_figures(of)}


def _stance(of: Compared) -> dict[str, Any]:
    return {"stance": over_stance.stance_figures(of.data)}


def _time(of: Compared) -> dict[str, Any]:
    found = drifts(of)
    of_metrics = {name: beside(found.of(name), m) for name, m in of.data.metrics.items()}
    return {
        "drift_words": found.summary,
        "drift_notes": found.notes,
        "times": within_run.time_figures(of.data, of_metrics),
        "bin_s": round(within_run.bin_width_s(of.data)),
    }


def _events(of: Compared) -> dict[str, Any]:
    return {"events": events(of)}


def _run(of: Compared) -> dict[str, Any]:
    said = "" if over_run(of) else drifts(of).summary  # it stands at the top
    return {"run": in_short(of), "drift_words": said}


def _dose(of: Compared) -> dict[str, Any]:
    return {"dose": dose(of.data)}


def _weeks(of: Compared) -> dict[str, Any]:
    said = weeks(of.data)
    return {
        "weeks_words": said.words,
        "weeks_rows": said.changes,
        "weeks_head": said.head,
        "weeks_table": said.table,
        "weeks_about": said.about,
    }


def _sides(of: Compared) -> dict[str, Any]:
    return {"left_right": tables.blocks(of, of.between_legs), "sign": BETWEEN_SAID}


def _other(of: Compared) -> dict[str, Any]:
    return {
        "exploratory": tables.plain_rows(of),
        "of_session": tables.plain_rows(of, session_only=True),
    }


def _can_tell(_: Compared) -> dict[str, Any]:
    return {"can": CAN, "cannot": CANNOT}


def _reservations(of: Compared) -> dict[str, Any]:
    return {"not_compared": not_compared(of)}


def _most_reservations(of: Compared) -> dict[str, Any]:
    """Return what fits on the short page, what the grade is for first."""
    graded = of.data.reasons if of.data.grade in ("C", "D") else ()
    said = [*map(placed, graded), *not_compared(of)]
    more = len(said) - RESERVATIONS_SHOWN
    rest = [f"{plural(more, 'more remark')} on the full page."] if more > 0 else []
    return {"not_compared": [*said[:RESERVATIONS_SHOWN], *rest]}


def _limits(_: Compared) -> dict[str, Any]:
    return {"limits": LIMITS}


def _work_on(_: Compared) -> dict[str, Any]:
    return {"work_on": WORK_ON, "whether_it_works": WHETHER_IT_WORKS, "sources": SOURCES}


def _more(of: Compared) -> dict[str, Any]:
    return {"full_page": f"midstance report {of.data.athlete} {of.data.session} --for coach"}


def _terms(of: Compared) -> dict[str, Any]:
    return {"glossary": WORDS, "definitions": _definitions(of.data.metrics)}


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


RUNNER: Final[tuple[Audience, ...]] = ("runner",)
COACH: Final[tuple[Audience, ...]] = ("coach",)
SECTIONS: Final = (
    Section("found", _found),
    Section("over_the_leg", _over_the_leg),
    Section("readings", _over_the_leg, COACH),
    Section("numbers", _numbers, RUNNER),
    Section("today", _today, COACH),
    Section("sides", _sides, COACH),
    Section("stance", _stance, COACH),
    Section("events", _events, COACH),
    Section("run", _run, RUNNER),
    Section("runs", _runs, COACH),
    Section("time", _time, COACH),
    Section("weeks", _weeks),
    Section("dose", _dose, COACH),
    Section("other", _other, COACH),
    Section("quality", _quality, COACH),
    Section("can_tell", _can_tell),
    Section("work_on", _work_on),
    Section("reservations", _most_reservations, RUNNER),
    Section("reservations", _reservations, COACH),
    Section("limits", _limits, COACH),
    Section("terms", _terms, COACH),
    Section("more", _more, RUNNER),
)
"""In the order in which the page shows them."""


def sections_for(audience: Audience) -> list[Section]:
    """Return the sections of the page for this audience."""
    return [section for section in SECTIONS if audience in section.audiences]
