"""Choose sessions by a condition in SQL over the table of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from pipelines.store.many_sessions.sql import ask

if TYPE_CHECKING:
    import pandas as pd

QUERY = """
select c.athlete, c.session from candidates c
left join known using (athlete, session)
where ({})"""

WRONG: Final = (
    "{!r} cannot be asked ({}); write a condition of SQL on columns of the table of sessions, with "
    "texts in single quotes, such as \"grade = 'A' and day > '2026-10-01'\""
)


def that_satisfy(
    known: pd.DataFrame, sessions: Sequence[tuple[str, str]], where: str
) -> set[tuple[str, str]]:
    """Return those of `sessions`, athlete and name, of which the condition is true.

    It may name the columns of `known`, the rows of the tables of sessions, and ``day``, the date in
    a session's name. Of a session without a row, all but ``athlete``, ``session`` and ``day`` are
    NULL. ValueError where it cannot be asked.
    """
    import pandas as pd

    rows = {
        "athlete": [athlete for athlete, _ in sessions],
        "session": [session for _, session in sessions],
        "day": [date.fromisoformat(session[:10]) for _, session in sessions],
    }
    try:
        found = ask(QUERY.format(where), candidates=pd.DataFrame(rows), known=known)
    except ValueError as error:
        raise ValueError(WRONG.format(where, str(error).rstrip("!?."))) from None
    return set(zip(found["athlete"], found["session"], strict=True))
