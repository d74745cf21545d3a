"""``midstance verify``: check stored sessions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HERE, Json
from pipelines.cli.output import show, stop, vars_of


def verify(
    path: Annotated[
        Path, typer.Argument(help="A store, an athlete's folder or a session file.")
    ] = HERE,
    json: Json = False,
) -> None:
    """Check stored sessions for damage. Changes nothing.

    Checksums, schema, gaps, clocks and journals are checked.
    """
    from pipelines.store.upkeep.verify import verify as check

    files = check(path)
    bad = [file for file in files if file.problems]
    lines = [f"{f.path}: {'; '.join(f.problems or f.notes) or 'ok'}" for f in files]
    show({"files": [vars_of(f) for f in files]}, lines, json=json)
    if bad:
        stop(f"{len(bad)} of {len(files)} files have problems; restore them from a copy")
