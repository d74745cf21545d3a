"""Fill the templates of the pages; all text is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pipelines.html_templates import templates_of
from pipelines.report.words.page import PAGE
from pipelines.serve.sentences import linked, sentence
from pipelines.serve.words import WORDS


def page(template: str, base: str, **values: Any) -> str:
    """Return a page of HTML; the addresses of a store's pages begin with `base`."""
    values["base"] = base
    return _environment().get_template(template).render(say=WORDS, report=PAGE, **values)


@cache
def _environment() -> Environment:
    environment = templates_of("pipelines.serve")
    environment.filters["drawing"] = Markup  # SVG of our own, or checked to be
    environment.filters["day"] = _day
    environment.filters["linked"] = _linked
    environment.filters["sentence"] = sentence
    return environment


@pass_context
def _linked(of: Context, words: str, athlete: str, session: str) -> Markup:
    return linked(words, athlete, session, of["base"])


def _day(iso: str) -> str:
    """Return ``5 Dec 2026`` of a day in ISO form."""
    from datetime import date

    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b} {day.year}"
