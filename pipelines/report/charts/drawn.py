"""Draw charts as SVG: at once, or later by a process that loads nothing but what draws.

What draws takes 100 MB of memory, which a process gives back only by its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from pipelines.report.charts.figure import Chart, Undrawn
from pipelines.report.charts.svg import slim

PLACE: Final = '<svg data-chart="{}"/>'
"""No text of a person can be mistaken for it: there it would be escaped."""
_later: Final[ContextVar[list[Chart] | None]] = ContextVar("drawn later", default=None)


def drawn(chart: Chart) -> str:
    """Return a chart as SVG, or the mark of its place where it is drawn later."""
    later = _later.get()
    if later is None:
        return _svg(chart)
    later.append(chart)
    return PLACE.format(len(later) - 1)


@contextmanager
def drawn_later() -> Iterator[list[Chart]]:
    """Draw nothing meanwhile; yields the charts that are asked for, one after the other."""
    charts: list[Chart] = []
    before = _later.set(charts)
    try:
        yield charts
    finally:
        _later.reset(before)


def with_charts(page: Undrawn) -> str:
    """Return a page with each of its charts in its place."""
    html = page.html
    for number, chart in enumerate(page.charts):
        html = html.replace(PLACE.format(number), _svg(chart))
    return html


def _svg(chart: Chart) -> str:
    import vl_convert

    return slim(vl_convert.vegalite_to_svg(chart.spec), chart.label, inherited=chart.inherited)
