"""``midstance export``: write a session in a format that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HERE, Athlete, Json, StorePath
from pipelines.cli.output import show, vars_of
from pipelines.cli.session_choice import Session, chosen_session
from pipelines.export.kinds import KINDS, Wanted, chosen

TO = "; ".join(f"{kind.name}: {kind.what}" for kind in KINDS.values())


def export(
    athlete: Athlete,
    to: Annotated[str, typer.Option("--to", help=f"{TO}.", metavar="KIND")],
    session: Session = "last",
    out: Annotated[Path | None, typer.Option(help="File or folder to write.")] = None,
    into: Annotated[
        Path | None, typer.Option(help="FIT of a watch: our fields go into a copy of it.")
    ] = None,
    activity: Annotated[
        str, typer.Option(help="Activity of intervals.icu that gets the streams.", metavar="ID")
    ] = "",
    store: StorePath = HERE,
    json: Json = False,
) -> None:
    """Write a session in a format that other programs read.

    Nothing that exists is written over. What the signs mean is printed, and stands in the files.
    """
    from pipelines.export.kinds import export as write

    kind = chosen(to)
    files = chosen_session(store, athlete, session)
    path = out or Path(f"{files.athlete}-{files.session}{kind.ending}")
    done = write(Wanted(files, path, into, activity), to)
    lines = [
        f"{files.athlete} {files.session}: {done.rows} {done.rows_of}",
        *(f"  {words}" for words in done.words),
        f"  {done.path}",
    ]
    who = {"athlete": files.athlete, "session": files.session, "to": to}
    show({**who, **vars_of(done)}, lines, json=json)
