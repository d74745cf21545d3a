"""Hand out the files of the phone page: into a folder, or on this computer's own address."""

from __future__ import annotations

import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from pipelines.errors import cannot_write

PAGE: Final = Path(__file__).parent / "page"
LOOPBACK: Final = "127.0.0.1"
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    "": "application/octet-stream",
}


def write_page(folder: Path) -> list[Path]:
    """Copy the page into a new folder, to be put on any https host; return its files.

    Raises FileExistsError where the folder holds something already, OSError with one sentence where
    it cannot be written; nothing half written is left then.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is not empty; name a new folder for the page")
    written = [folder / page.name for page in sorted(PAGE.iterdir())]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in written:
            shutil.copyfile(PAGE / path.name, path)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise cannot_write(folder, error) from error
    return written


class _Handler(SimpleHTTPRequestHandler):
    """Only the page, with the types that browsers insist on for modules."""

    extensions_map = TYPES

    def log_message(self, *_: Any) -> None:
        """Say nothing of each request."""

    def end_headers(self) -> None:
        """Let a browser ask again each time, so that a new version is seen."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()


def server(port: int = 0) -> ThreadingHTTPServer:
    """Return a server of the page on this computer's own address; port 0 takes a free one.

    Raises OSError with one sentence where the port is taken.
    """
    try:
        return ThreadingHTTPServer((LOOPBACK, port), partial(_Handler, directory=str(PAGE)))
    except OSError as error:
        raise OSError(f"port {port} is not free ({error.strerror}); name another") from error
