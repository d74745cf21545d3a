"""What the server asks of its worker; what a job computes with is loaded there, not here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.serve.computed.records import AthletePage, Comparison, SessionPage


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


def report_page(root: Path, athlete: str, session: str, audience: str) -> str:
    """Return the report of a session as `midstance report` writes it."""
    from pipelines.serve.computed.session import report

    return report(root, athlete, session, audience)
