"""Render a `ReportData` as one self-contained HTML page."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from imu.frames import SIDES
from pipelines.formatting import NARROW, UNKNOWN, duration, plural
from pipelines.html_templates import templates_of
from pipelines.pace import pace
from pipelines.report.charts.draw import BAND, BEFORE, COLOURS, INK, LINE, MUTED, PAST
from pipelines.report.compared import Compared
from pipelines.report.data import ReportData
from pipelines.report.parts import tables
from pipelines.report.parts.conditions import conditions
from pipelines.report.sections import Audience, sections_for
from pipelines.report.verdict.findings import headline, left_out
from pipelines.report.verdict.next_step import next_step
from pipelines.report.verdict.over_time import over_run, over_weeks
from pipelines.report.words.grades import GRADES, NOT_GRADED
from pipelines.report.words.page import PAGE
from pipelines.time_zone import span_words

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)


def render(compared: Compared, audience: Audience = "coach") -> str:
    """Return the page as HTML, with the sections that are for the `audience`."""
    template = templates_of("pipelines.report").get_template("report.html.j2")
    return template.render(_context(compared, audience))


def _context(compared: Compared, audience: Audience) -> dict[str, Any]:
    data = compared.data
    shown = sections_for(audience)
    values: dict[str, Any] = {
        "policy": POLICY,
        "colours": {
            **COLOURS,
            "ink": INK,
            "muted": MUTED,
            "line": LINE,
            "band": BAND,
            "past": PAST,
            "before": BEFORE,
        },
        "session": data.session,
        "athlete": data.athlete,
        "day": _day(data),
        "facts": _facts(data),
        "headline": headline(compared),
        "over_time": [*filter(None, (over_run(compared), over_weeks(compared)))],
        "left_out": left_out(compared),
        "next_step": next_step(compared),
        "grade": data.grade or UNKNOWN,
        "audience": audience,
        "say": PAGE,
        "sections": [section.name for section in shown],
    }
    for section in shown:
        values |= section.values(compared)
    return values


def _day(data: ReportData) -> str:
    if data.started is None:
        return data.session[:10]
    return f"{data.started.day} {data.started:%B %Y}"


def _facts(data: ReportData) -> list[tuple[str, str]]:
    left, right = (int(np.sum(data.side == side)) for side in SIDES)
    when = span_words(data.started, data.duration_s) if data.started else "not known"
    stated = conditions(data.context)
    return [
        ("Runner", data.athlete),
        ("Time", when),
        ("Recorded", duration(data.duration_s)),
        ("Running", duration(data.running_s)),
        ("Recording", _grade(data)),
        ("Stances", f"{left} left, {right} right"),
        ("Pods", str(len(tables.pods(data.pods)) or "not known")),
        ("Pace", _pace(data)),
        ("Past runs", _past_runs(data)),
        *stated,
    ]


def _grade(data: ReportData) -> str:
    words, _ = GRADES.get(data.grade, NOT_GRADED)
    return f"grade {data.grade}, {words}" if data.grade else words


def _pace(data: ReportData) -> str:
    speed = float(data.history.conditions.speed_mps[-1])
    if not np.isfinite(speed):
        return "not known"
    if not data.history.conditions.pace_measured[-1]:
        return f"not measured; by an index {speed:.1f}{NARROW}m/s"
    return f"{speed:.2f} m/s, {pace(speed)}".replace(" m", f"{NARROW}m")


def _past_runs(data: ReportData) -> str:
    left_out = len(data.history) - 1 - len(data.past)
    runs = plural(len(data.past), "run")
    return f"{runs}, {left_out} more left out" if left_out else runs
