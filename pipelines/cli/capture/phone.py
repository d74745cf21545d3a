"""``midstance phone``: the page that records pods on a phone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import Json
from pipelines.cli.output import say, show


def phone(
    out: Annotated[
        Path | None, typer.Option(help="Write the page into this new folder, for an https host.")
    ] = None,
    port: Annotated[
        int, typer.Option(help="Serve it here on this port; 0 takes a free one.", max=65535, min=0)
    ] = 0,
    json: Json = False,
) -> None:
    """Hand out the page that records pods on a phone.

    Phones want it from an https address, so put the files on any static host. Without --out it
    is served on this computer's own address, to be tried in Chrome until Ctrl-C.
    """
    from pipelines.phone.files import server, write_page

    if out is not None:
        files = write_page(out)
        words = [f"{len(files)} files in {out}; put them on an https host and open index.html"]
        show({"folder": str(out), "files": [file.name for file in files]}, words, json=json)
        return
    with server(port) as running, suppress(KeyboardInterrupt):  # which is how it ends
        host, taken = running.server_address[:2]
        say(f"http://{host!s}:{taken}/index.html  (Ctrl-C ends it)")
        running.serve_forever()
