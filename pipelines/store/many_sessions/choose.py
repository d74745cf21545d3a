"""Choose sessions by a condition in SQL over the table of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipelines.store.files import SessionFiles
from pipelines.store.many_sessions.sql import ask, session_rows

QUERY = """
select c.athlete, c.session from candidates c
left join known using (athlete, session)
where ({}
)"""


def that_satisfy(root: Path, sessions: Sequence[SessionFiles], where: str) -> list[SessionFiles]:
    """Return those of `sessions` of which the condition is true, in their order.

    It may name the columns of the table of sessions, and ``day``, the date in a session's name. Of
    a session without stances all but ``athlete``, ``session`` and ``day`` are NULL.
    """
    import pandas as pd

    rows = {
        "athlete": [files.athlete for files in sessions],
        "session": [files.session for files in sessions],
        "day": [date.fromisoformat(files.session[:10]) for files in sessions],
    }
    known, _ = session_rows(root)
    found = ask(QUERY.format(where), candidates=pd.DataFrame(rows), known=known)
    wanted = set(zip(found["athlete"], found["session"], strict=True))
    return [files for files in sessions if (files.athlete, files.session) in wanted]
