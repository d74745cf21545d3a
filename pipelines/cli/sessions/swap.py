"""``midstance swap``: exchange two placements of a recorded session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import HERE, Json, StorePath
from pipelines.cli.output import show_processed

if TYPE_CHECKING:
    from pipelines.store.files import SessionFiles


def swap(
    session: Annotated[
        str, typer.Argument(help="Session, its raw file or its journal; e.g. 2026-11-22-a1b2.")
    ],
    one: Annotated[str, typer.Argument(help="left, right or pelvis.")],
    other: Annotated[str, typer.Argument(help="left, right or pelvis.")],
    store: StorePath = HERE,
    rig: Annotated[
        bool, typer.Option("--rig", help="Exchange the two in rig.toml as well.")
    ] = False,
    json: Json = False,
) -> None:
    """Exchange the pods of two placements of a session.

    Its stances are found again. What was recorded stays in the journal, and the same command takes
    it back.
    """
    from pipelines.process.swap import swap as swapped
    from pipelines.process.swap import two_placements

    places = two_placements(one, other)
    files = _named(session, store)
    done = swapped(files, *places)
    if rig:
        from pipelines.capture.nearby.assign import exchanged

        exchanged(files.root, *places)
    show_processed(done, json=json)


def _named(session: str, store: Path) -> SessionFiles:
    """Return the session of a raw file, of a journal, or of this name in the store."""
    from pipelines.store.files import files_of, journals, session_files
    from pipelines.store.listing import athlete_of, athletes

    path = Path(session)
    if path.suffix == ".journal":
        return session_files(path.resolve().parents[2], path.resolve().parent.name, path.stem)
    if path.suffix == ".parquet":
        return files_of(path)
    ids = {athlete_of(folder) for folder in athletes(store).paths}
    ids |= {journal.parent.name for journal in journals(store)}
    named = [session_files(store, athlete, session) for athlete in sorted(ids)]
    found = [one for one in named if one.raw.exists() or one.journal.exists()]
    if not found:
        raise FileNotFoundError(f"there is no session {session} in {store}; check its name")
    if len(found) > 1:
        whose = " and ".join(one.athlete for one in found)
        raise ValueError(f"{whose} both have a session {session}; name the raw file of one")
    return found[0]
