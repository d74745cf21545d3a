"""Say which runs do not say what is usual: excluded ones, and those of grade D."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pipelines.formatting import plural
from pipelines.store.many_sessions.history import POOR

if TYPE_CHECKING:
    import pandas as pd

NAMED: Final = 5


def left_out(earlier: Sequence[str], table: pd.DataFrame) -> list[str]:
    """Return a note on those of the `earlier` sessions that do not count.

    `table` is that of the athlete's sessions.
    """
    excluded = reasons_to_exclude(table)
    grade = table.set_index("session")["grade"]
    stated = [name for name in earlier if name in excluded]
    poor = [name for name in earlier if name not in excluded and grade[name] == POOR]
    notes = []
    if stated:
        said = _named([f"{name} ({excluded[name]})" for name in stated])
        notes.append(f"{_left_out(stated)}, because of what was stated: {said}.")
    if poor:
        notes.append(f"{_left_out(poor)}, because of grade D: {_named(poor)}.")
    return notes


def reasons_to_exclude(table: pd.DataFrame) -> Mapping[str, str]:
    """Return why a session is excluded, for those that are."""
    reasons = table.set_index("session")["context_excluded"].dropna()
    return {str(session): str(why) for session, why in reasons.items()}


def about_today(session: str, grade: str, table: pd.DataFrame) -> list[str]:
    """Say why today's run will not count as usual, if it will not."""
    if reason := reasons_to_exclude(table).get(session):
        return [f"This run is excluded ({reason}): later runs are not compared with it."]
    if grade == POOR:
        return ["Because of its grade D, later runs are not compared with this run."]
    return []


def _left_out(runs: Sequence[str]) -> str:
    verb = "was" if len(runs) == 1 else "were"
    return f"{plural(len(runs), 'past run')} {verb} left out of your usual range"


def _named(words: Sequence[str]) -> str:
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more
