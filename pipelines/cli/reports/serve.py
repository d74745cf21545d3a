"""``midstance serve``: the pages of stores in a browser; ``open``: of stores on S3."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import HERE, Json
from pipelines.cli.output import say, show

Port = Annotated[int, typer.Option(help="Port; 0 takes a free one.", max=65535, min=0)]
Host = Annotated[str, typer.Option(help="Address to listen on; others can reach any but this.")]
Token = Annotated[
    str,
    typer.Option(
        help="What a browser must know, 16 characters or more; others see it in --token, and not "
        "in MIDSTANCE_TOKEN.",
        envvar="MIDSTANCE_TOKEN",
    ),
]


def serve(
    stores: Annotated[
        list[str] | None,
        typer.Argument(
            help="Folder that holds the sessions, or several; s3://BUCKET/PREFIX to look only.",
            metavar="STORE",
        ),
    ] = None,
    port: Port = 8321,
    host: Host = "127.0.0.1",
    token: Token = "",
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

    need_server()
    address(host, port, token)  # before anything is opened
    roots, opened = _folders(stores or [str(HERE)])
    known = named(roots, opened) if len(roots) > 1 or opened else []
    taken = listening(host, port)
    at = address(host, taken.getsockname()[1], token)
    say(f"{at.url}  (Ctrl-C ends it)")
    pages = {one.label: f"{at.url}s/{one.name}/" for one in known}
    for label, url in pages.items():
        say(f"  {label}: {url}")
    if json:
        show({"url": at.url} | ({"stores": pages} if pages else {}), [], json=True)
    with suppress(KeyboardInterrupt):  # which is how it ends
        answer(roots, at, taken, opened)


def open_(
    stores: Annotated[list[str], typer.Argument(help="s3://BUCKET/PREFIX.", metavar="STORE")],
    port: Port = 8321,
    host: Host = "127.0.0.1",
    token: Token = "",
    json: Json = False,
) -> None:
    """Show a store on S3 in a browser, to look only.

    What there is to look at is copied into ~/.cache/midstance/opened, and again once a minute while
    somebody looks; nothing is put into the store. midstance serve shows it beside others.
    """
    from pipelines.store.s3.bucket import is_on_s3

    if here := [one for one in stores if not is_on_s3(one)]:
        raise ValueError(f"{here[0]} is not on S3; midstance serve {here[0]} shows it")
    serve(stores, port, host, token, json)


def _folders(stores: Sequence[str]) -> tuple[list[Path], dict[Path, str]]:
    """Return the folders of stores, and the addresses of those that were copied there just now."""
    from pipelines.serve.opened import fetch
    from pipelines.store.layout import store_folder
    from pipelines.store.s3.bucket import is_on_s3
    from pipelines.store.s3.opened import folder_of

    roots: list[Path] = []
    opened: dict[Path, str] = {}
    for one in stores:
        if is_on_s3(one):
            say(f"copying what there is to look at of {one} into {folder_of(one)} …")
            try:
                fetch(one)
            except (ConnectionError, TimeoutError) as error:
                if not folder_of(one).is_dir():
                    raise
                say(f"midstance: {error}; what was copied before is shown")
            opened[folder_of(one).resolve()] = one
        roots.append(store_folder(folder_of(one) if is_on_s3(one) else one).resolve())
    return roots, opened
