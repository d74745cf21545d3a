"""The page of one run: how good the recording is, of which pods; and its report."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pipelines.formatting import placed
from pipelines.process.session import declared_before
from pipelines.report.charts.drawn import drawn_later
from pipelines.report.charts.figure import Undrawn
from pipelines.report.compared import compare
from pipelines.report.data import collect
from pipelines.report.page import render
from pipelines.report.parts.tables import pods
from pipelines.report.words.grades import GRADES, NOT_GRADED
from pipelines.serve.computed.calendar import calendar_of
from pipelines.serve.computed.known import known_run
from pipelines.serve.computed.records import SessionPage
from pipelines.serve.sentences import of_error
from pipelines.store.files import files_of
from pipelines.store.many_sessions.sessions import session_table
from pipelines.store.tables.stance_file import read_header

NOT_PROCESSED: Final = "Its stances have not been found yet: find them below."


def made(root: Path, athlete: str, session: str) -> SessionPage:
    """Return what is shown of a session; FileNotFoundError without it."""
    files = known_run(root, athlete, session)
    runs = [run for week in calendar_of(session_table(root, athlete)) for run in week.runs]
    at = next((k for k, run in enumerate(runs) if run.session == session), None)
    about = _quality(files.stances) if at is not None else {"problem": NOT_PROCESSED}
    return SessionPage(
        athlete=athlete,
        session=session,
        run=None if at is None else runs[at],
        raw=files.raw.exists() or files.journal.exists(),
        movement=declared_before(files),
        before="" if at is None or at + 1 == len(runs) else runs[at + 1].session,
        after="" if not at else runs[at - 1].session,
        **{"grade_words": "", "reasons": (), "pods": (), **about},
    )


def _quality(stances: Path) -> dict[str, Any]:
    try:
        header = read_header(stances)
    except (OSError, ValueError) as error:
        return {"problem": f"It cannot be read: {of_error(error, files_of(stances).root)}."}
    return {
        "grade_words": GRADES.get(str(header.get("grade")), NOT_GRADED)[1],
        "reasons": tuple(placed(reason) for reason in header.get("reasons") or ()),
        "pods": tuple(pods(header.get("pods") or {})),
    }


def report(root: Path, athlete: str, session: str, audience: str) -> Undrawn:
    """Return the report of a session as `midstance report` writes it, its charts to be drawn."""
    compared = compare(collect(root, athlete, session))
    with drawn_later() as charts:
        html = render(compared, "runner" if audience == "runner" else "coach")
    return Undrawn(html, tuple(charts))
