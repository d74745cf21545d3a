"""Gather what is stated of an athlete's sessions, for the table of them: contexts, time zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.store.files import files_of
from pipelines.store.listing import stored_contexts
from pipelines.store.stated.athlete import read_athlete
from pipelines.store.stated.context import RunContext, as_columns
from pipelines.store.stated.context_file import read_context
from pipelines.time_zone import first_known

UNREAD = "its context cannot be read"


@dataclass(frozen=True)
class Stated:
    """The contexts of the sessions of one athlete, and the zone in which she wants to see them.

    `problems` has a sentence for each file that cannot be used. A session whose context is among
    them counts as excluded: that may be what it says.
    """

    contexts: Mapping[str, RunContext]
    timezone: str
    problems: tuple[str, ...]

    def columns(self, session: str, started_utc: str | None, recorded_in: Any) -> dict[str, Any]:
        """Return the columns of a session: its start by the runner's clock, and its context.

        The zone is that of the run, else the athlete's, else that of the recording machine.
        """
        context = self.contexts.get(session, RunContext())
        zone = first_known((context.timezone, self.timezone, recorded_in))
        began = started_utc and datetime.fromisoformat(started_utc).astimezone(zone)
        local = began.isoformat(timespec="seconds") if began else None
        return {"timezone": zone.key, "started_local": local, **as_columns(context)}


def read_stated(root: Path, athlete: str) -> Stated:
    """Read what is stated of an athlete; one file that is wrong costs itself."""
    found = stored_contexts(root, athlete)
    contexts, problems = _contexts(found.paths)
    timezone = ""
    try:
        timezone = read_athlete(root, athlete).timezone
    except (OSError, ValueError) as error:
        problems.append(str(error))
    return Stated(contexts, timezone, (*found.strange, *problems))


def _contexts(paths: Iterable[Path]) -> tuple[dict[str, RunContext], list[str]]:
    contexts, problems = {}, []
    for path in paths:
        files = files_of(path)
        try:
            contexts[files.session] = read_context(files)
        except (OSError, ValueError) as error:
            contexts[files.session] = RunContext(excluded=UNREAD)
            problems.append(str(error))
    return contexts, problems
