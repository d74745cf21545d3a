"""``midstance migrate``, ``bundle`` and ``forget``: care for a store and what it holds of one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HERE, Athlete, Json, StorePath
from pipelines.cli.output import say, show, vars_of


def migrate(
    store: Annotated[Path, typer.Argument(help="The store.")] = HERE, json: Json = False
) -> None:
    """Move a store of an earlier version to today's folders.

    Nothing is lost, no number changes, and stopped at any moment it goes on when asked again.
    """
    from pipelines.store.upkeep.migrate import migrate as migrated

    done = migrated(store)
    for note in done.notes:
        say(f"midstance: {note}")
    whose = ", ".join(done.athletes)
    line = f"{store}: {done.sessions} sessions of {whose} moved" if whose else "nothing to move"
    show(vars_of(done), [line], json=json)


def forget(
    athlete: Athlete,
    store: StorePath = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Delete all that a store holds of an athlete.

    That is recordings, tables, journals and what was written of her by hand. Reports that were
    written elsewhere are not touched, nor are other athletes.
    """
    from pipelines.store.upkeep.of_athlete import everything_of
    from pipelines.store.upkeep.of_athlete import forget as forgotten

    files = everything_of(store, athlete)
    if not yes:
        say(f"{len(files)} files of {athlete} in {store}, of all her runs; a copy is made by")
        say(f"  midstance bundle {athlete} --store {store}")
        _let_confirm(athlete)
    gone = forgotten(store, athlete)
    show({"athlete": athlete, "deleted": gone}, [f"{len(gone)} files deleted"], json=json)


def _let_confirm(athlete: str) -> None:
    """Ask for her id; ValueError where the answer is another, or there is none."""
    try:
        answer = typer.prompt("To delete them, type her id again", err=True)
    except typer.Abort:  # Ctrl-C, or nobody there to answer
        say("")
        raise ValueError(
            "no id was typed and nothing was deleted; --yes deletes without asking"
        ) from None
    if answer != athlete:
        raise ValueError("that is another id; nothing was deleted")


def bundle(
    athlete: Athlete,
    store: StorePath = HERE,
    out: Annotated[Path | None, typer.Option(help="File to write, .zip.")] = None,
    json: Json = False,
) -> None:
    """Put all that a store holds of an athlete into one file.

    Unpacked into an empty folder, it is a store of her runs.
    """
    from pipelines.store.upkeep.of_athlete import bundle as bundled

    path = bundled(store, athlete, out or Path(f"{athlete}.zip"))
    show({"athlete": athlete, "bundle": path}, [f"{path}"], json=json)
