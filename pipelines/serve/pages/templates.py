"""Fill the templates of the pages; all text is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from pipelines.html_templates import templates_of
from pipelines.report.words.page import PAGE
from pipelines.serve.sentences import linked, sentence
from pipelines.serve.words import WORDS


def page(template: str, **values: Any) -> str:
    """Return a page of HTML."""
    return _environment().get_template(template).render(say=WORDS, report=PAGE, **values)


@cache
def _environment() -> Environment:
    environment = templates_of("pipelines.serve")
    environment.filters["drawing"] = Markup  # SVG of our own, or checked to be
    environment.filters["day"] = _day
    environment.filters["linked"] = linked
    environment.filters["sentence"] = sentence
    return environment


def _day(iso: str) -> str:
    """Return ``5 Dec 2026`` of a day in ISO form."""
    from datetime import date

    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b} {day.year}"
