"""``midstance serve``: the pages of a store in a browser."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HERE, Json
from pipelines.cli.output import say, show


def serve(
    stores: Annotated[
        list[Path] | None,
        typer.Argument(help="Folder that holds the sessions, or several.", metavar="STORE..."),
    ] = None,
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

    On this computer alone, unless --host says otherwise, which takes a token. The runners of
    several stores stand on one page, each with her store. Ctrl-C ends it.
    """
    from pipelines.serve.door.address import address
    from pipelines.serve.server import listening, need_server
    from pipelines.serve.server import serve as answer
    from pipelines.serve.store_names import named
    from pipelines.store.layout import store_folder

    need_server()
    address(host, port, token)  # before anything is opened
    roots = [store_folder(one).resolve() for one in stores or [HERE]]
    known = named(roots) if len(roots) > 1 else []
    taken = listening(host, port)
    at = address(host, taken.getsockname()[1], token)
    say(f"{at.url}  (Ctrl-C ends it)")
    pages = {one.label: f"{at.url}s/{one.name}/" for one in known}
    for label, url in pages.items():
        say(f"  {label}: {url}")
    if json:
        show({"url": at.url} | ({"stores": pages} if pages else {}), [], json=True)
    with suppress(KeyboardInterrupt):  # which is how it ends
        answer(roots, at, taken)
