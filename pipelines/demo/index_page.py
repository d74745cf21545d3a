"""The first page of the gallery: every case, what its report says first, and where it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipelines.demo.shown import Shown
from pipelines.html_templates import templates_of
from pipelines.report.charts.draw import BAND, COLOURS, INK, LINE, MUTED, PAST
from pipelines.report.page import POLICY
from pipelines.store.atomic import publish_text

INDEX: Final = "index.html"


def write_index(path: Path, shown: Sequence[Shown]) -> Path:
    """Write the page, all of it or nothing, and return where it is."""
    publish_text(path, rendered(shown))
    return path


def rendered(shown: Sequence[Shown]) -> str:
    """Return the page as HTML, in the style of the reports."""
    named = {"ink": INK, "muted": MUTED, "line": LINE, "band": BAND, "past": PAST}
    page = templates_of("pipelines.demo", "pipelines.report").get_template("gallery.html.j2")
    return page.render(policy=POLICY, colours={**COLOURS, **named}, shown=shown)
