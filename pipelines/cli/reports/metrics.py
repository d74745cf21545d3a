"""``midstance metrics``: print the data dictionary."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.options import Json
from pipelines.cli.output import show


def metrics(
    name: Annotated[str | None, typer.Argument(help="One metric, for its full definition.")] = None,
    json: Json = False,
) -> None:
    """Print the data dictionary: what every column means."""
    from pipelines.cli.reports.dictionary import entries, full, lines

    if name is None:
        show({"metrics": entries()}, lines(), json=json)
    else:
        text = "\n".join(f"{key}: {value}" for key, value in full(name).items())
        show(full(name), text.split("\n"), json=json)
