"""Find the session that a person means by its name or by ``last``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.output import say

if TYPE_CHECKING:
    from pipelines.store.files import SessionFiles

Session = Annotated[str, typer.Argument(help="Session, or 'last'.")]


def chosen_session(store: Path, athlete: str, session: str) -> SessionFiles:
    """Return the files of a session of an athlete, of her latest run for ``last``."""
    from pipelines import store as stored
    from pipelines.store.files import session_files
    from pipelines.store.stated.context_file import require_session

    if session == "last":
        sessions = stored.open(store).sessions(athlete)
        if not len(sessions):
            raise ValueError(f"{athlete} has no sessions in {store}; record or import one")
        for reasons in sessions["reasons"][sessions["started_utc"].isna()]:
            say(f"midstance: left out: {reasons}")  # it may be the last one
        session = str(sessions["session"].iloc[-1])
    files = session_files(store, athlete, session)
    require_session(files)
    return files
