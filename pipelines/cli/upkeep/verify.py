"""``midstance verify``: check stored sessions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import HERE, Json
from pipelines.cli.output import say, show, stop, vars_of

if TYPE_CHECKING:
    from pipelines.process.repair import Repair


def verify(
    path: Annotated[
        Path, typer.Argument(help="A store, an athlete's folder or a session file.")
    ] = HERE,
    repair: Annotated[
        bool, typer.Option("--repair", help="First mend what can be made again from what is whole.")
    ] = False,
    remove_copies: Annotated[
        bool, typer.Option("--remove-copies", help="With --repair: exact copies of cloud drives.")
    ] = False,
    json: Json = False,
) -> None:
    """Check stored sessions for damage. Changes nothing, but with --repair.

    Checksums, schema, gaps, clocks and journals are checked. A repair never touches raw files,
    journals or what you wrote, and each one is printed.
    """
    from pipelines.formatting import plural
    from pipelines.store.upkeep.verify import verify as check

    if remove_copies and not repair:
        raise ValueError("--remove-copies goes with --repair; give both, or neither")
    repairs = _repaired(path, remove_copies=remove_copies) if repair else []
    files = check(path)
    bad = [file for file in files if file.problems]
    lines = [f"{f.path}: {'; '.join(f.problems or f.notes) or 'ok'}" for f in files]
    result = {"files": [vars_of(f) for f in files]}
    if repair:
        result["repairs"] = [vars_of(one) for one in repairs]
    show(result, lines, json=json)
    if bad:
        stop(
            f"{len(bad)} of {len(files)} files have problems; mend what is said of each, or "
            "restore it from a copy"
        )
    if failed := sum(one.failed for one in repairs):
        stop(f"{plural(failed, 'repair')} could not be done; do what is said of each, then again")


def _repaired(path: Path, *, remove_copies: bool) -> list[Repair]:
    from pipelines.process.repair import repair

    done = []
    for one in repair(path, remove_copies=remove_copies):
        say(f"{one.path}: {one.what}")
        done.append(one)
    if not done:
        say("nothing to repair")
    return done
