"""``midstance serve``: the pages of a store in a browser."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HERE, Json
from pipelines.cli.output import say, show


def serve(
    store: Annotated[Path, typer.Argument(help="Folder that holds the sessions.")] = HERE,
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", max=65535, min=0)] = 8321,
    host: Annotated[
        str, typer.Option(help="Address to listen on; others can reach any but this.")
    ] = "127.0.0.1",
    token: Annotated[
        str,
        typer.Option(
            help="What a browser must know, 16 characters or more; others see it in --token, and "
            "not in MIDSTANCE_TOKEN.",
            envvar="MIDSTANCE_TOKEN",
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Show all runners, their weeks and runs in a browser.

    On this computer alone, unless --host says otherwise, which takes a token. Ctrl-C ends it.
    """
    from pipelines.serve.door.address import address
    from pipelines.serve.server import listening, need_server
    from pipelines.serve.server import serve as answer
    from pipelines.store.layout import store_folder

    need_server()
    address(host, port, token)  # before anything is opened
    root = store_folder(store).resolve()
    taken = listening(host, port)
    at = address(host, taken.getsockname()[1], token)
    say(f"{at.url}  (Ctrl-C ends it)")
    if json:
        show({"url": at.url}, [], json=True)
    with suppress(KeyboardInterrupt):  # which is how it ends
        answer(root, at, taken)
