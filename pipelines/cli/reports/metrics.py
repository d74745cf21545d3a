"""``midstance metrics``: print the data dictionary."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from pipelines.cli.options import Json
from pipelines.cli.output import show

YES_OR_NO: Final = {True: "yes", False: "no"}


def metrics(
    name: Annotated[str | None, typer.Argument(help="One metric, for its full definition.")] = None,
    json: Json = False,
) -> None:
    """Print the data dictionary: what every column means."""
    from pipelines.cli.reports.dictionary import entries, full, lines

    if name is None:
        show({"metrics": entries()}, lines(), json=json)
    else:
        known = full(name)
        text = "\n".join(f"{key}: {YES_OR_NO.get(value, value)}" for key, value in known.items())
        show(known, text.split("\n"), json=json)
