"""``midstance mcp``: what assistants may ask of a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HERE


def mcp(
    store: Annotated[Path, typer.Argument(help="Folder that holds the sessions.")] = HERE,
) -> None:
    """Hand verdicts, definitions and series to an assistant to read.

    It speaks the Model Context Protocol over its input and output: name this command in the
    assistant's settings. Verdicts are those of the report; none is made for the assistant.
    """
    from pipelines.serve.mcp_tools import server
    from pipelines.store.layout import store_folder

    server(store_folder(store).resolve()).run()
