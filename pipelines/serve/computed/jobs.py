"""What the server asks of its processes; what a job computes with is loaded there, not here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.report.charts.figure import Undrawn
    from pipelines.serve.computed.records import (
        Answer,
        AthletePage,
        Column,
        Comparison,
        SessionPage,
    )


def athlete_page(root: Path, athlete: str) -> AthletePage:
    """Return what is shown of an athlete; FileNotFoundError without such an athlete."""
    from pipelines.serve.computed.athlete import made

    return made(root, athlete)


def comparison(root: Path, athlete: str, first: str, second: str) -> Comparison:
    """Return what differs between two groups of runs; ValueError where they cannot be compared."""
    from pipelines.serve.computed.comparison import made

    return made(root, athlete, first, second)


def session_page(root: Path, athlete: str, session: str) -> SessionPage:
    """Return what is shown of a session; FileNotFoundError without it."""
    from pipelines.serve.computed.session import made

    return made(root, athlete, session)


def report_page(root: Path, athlete: str, session: str, audience: str) -> Undrawn:
    """Return the report of a session as `midstance report` writes it, its charts to be drawn."""
    from pipelines.serve.computed.session import report

    return report(root, athlete, session, audience)


def with_charts(page: Undrawn) -> str:
    """Return a report with its charts."""
    from pipelines.report.charts.drawn import with_charts as all_drawn

    return all_drawn(page)


def query(root: Path, sql: str, along: str = "", up: str = "") -> Answer:
    """Return the first rows of what `sql` asks of the tables; ValueError says what is wrong.

    `along` and `up` are the columns to draw, those that suit where they are empty.
    """
    from pipelines.serve.computed.query import shown

    return shown(root, sql, along, up)


def query_csv(root: Path, sql: str) -> bytes:
    """Return all rows of what `sql` asks of the tables, as CSV."""
    from pipelines.serve.computed.query import as_csv

    return as_csv(root, sql)


def dictionary() -> tuple[Column, ...]:
    """Return what each column of each table means."""
    from pipelines.serve.computed.query import dictionary as columns

    return columns()
