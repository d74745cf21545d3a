"""``midstance share``: who else may look at the pages of a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HERE, Json
from pipelines.cli.output import say, show


def share(
    store: Annotated[Path, typer.Argument(help="Folder that holds the sessions.")] = HERE,
    name: Annotated[str | None, typer.Option(help="Who may look from now on, as coach.")] = None,
    revoke: Annotated[str | None, typer.Option(help="Who may look no longer.")] = None,
    json: Json = False,
) -> None:
    """Let others look at a store by a token, or no longer.

    They see all pages of midstance serve and can change nothing; each look is written down in
    team/access.log of the store. Without --name and --revoke those who may look are listed.
    """
    from pipelines.store.layout import store_folder
    from pipelines.store.stated.readers import add_reader, read_readers, remove_reader

    root = store_folder(store)
    if revoke is not None:
        remove_reader(root, revoke)
        say(f"{revoke} may look no longer, from this moment.")
    if name is not None:
        token = add_reader(root, name)
        say(f"Give this token to {name}; it is shown this once.")
        show({"name": name, "token": token}, [token], json=json)
        return
    known = read_readers(root).values()
    lines = [f"{one.name}  since {one.made}" for one in known] or ["nobody else may look"]
    named = [{"name": one.name, "made": one.made} for one in known]
    show({"readers": named}, lines, json=json)
