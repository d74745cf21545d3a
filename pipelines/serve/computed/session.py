"""What the page of one run shows beside its report: how good the recording is, and of which pods."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pipelines.serve.computed.calendar import Run

NOT_PROCESSED: Final = "Its stances have not been found yet: find them below."


@dataclass(frozen=True, slots=True)
class SessionPage:
    """One run. `run` is its row of the calendar, None before its stances were found.

    `pods` has a row for each, as in the report; `raw` says whether its samples are kept, so that it
    can be processed again; `movement` are start and stop in s of the movement that was declared.
    `before` and `after` are the neighbours by time, empty at an end.
    """

    athlete: str
    session: str
    run: Run | None
    grade_words: str
    reasons: tuple[str, ...]
    pods: tuple[dict[str, str], ...]
    raw: bool
    movement: tuple[float, float] | None
    before: str
    after: str
    problem: str = ""


def session_page(root: Path, athlete: str, session: str) -> SessionPage:
    """Return what is shown of a session; FileNotFoundError without it."""
    from pipelines.process.session import declared_before
    from pipelines.serve.computed.calendar import calendar_of
    from pipelines.store.files import session_files
    from pipelines.store.many_sessions.sessions import session_table
    from pipelines.store.stated.context_file import is_session

    files = session_files(root, athlete, session)
    if not is_session(files):
        raise FileNotFoundError(f"{athlete} has no run {session}; it may have been deleted")
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
    from pipelines.formatting import placed
    from pipelines.report.parts.tables import pods
    from pipelines.report.words.grades import GRADES, NOT_GRADED
    from pipelines.store.tables.stance_file import read_header

    try:
        header = read_header(stances)
    except (OSError, ValueError) as error:
        return {"problem": f"It cannot be read: {error}."}
    return {
        "grade_words": GRADES.get(str(header.get("grade")), NOT_GRADED)[1],
        "reasons": tuple(placed(reason) for reason in header.get("reasons") or ()),
        "pods": tuple(pods(header.get("pods") or {})),
    }


def report_page(root: Path, athlete: str, session: str, audience: str) -> str:
    """Return the report of a session as `midstance report` writes it."""
    from pipelines.report.compared import compare
    from pipelines.report.data import collect
    from pipelines.report.page import render

    compared = compare(collect(root, athlete, session))
    return render(compared, "runner" if audience == "runner" else "coach")
