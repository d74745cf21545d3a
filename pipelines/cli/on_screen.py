"""Show a page that was written in the browser of whoever asked for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.output import say

Open = Annotated[bool, typer.Option("--open", help="Show it in your browser.")]


def show_page(path: Path) -> None:
    """Open a page in the browser of this machine; say how to where there is none."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        say(f"no browser was found here; open {path} in one")
