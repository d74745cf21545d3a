"""A runner's own key to a service, and where that service is.

Without a key nothing is ever asked of it. The key is never shown.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
PRINTABLE: Final = re.compile(r"[!-~]{8,4096}")
"""What a key or a token can be: what stands in a header must have no blanks or line ends."""
LARGEST_BYTES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Service:
    """A service by its name, where it answers, and with which key; the key is never shown."""

    name: str
    base_url: str
    key: str = field(repr=False)

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, as in tests."""
        return urlsplit(self.base_url).hostname in LOOPBACK


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where the key of a service is looked for: a variable, else a file. `made` says how to get it.

    Another address than `url` may stand in `url_variable`.
    """

    name: str
    variable: str
    file: Path
    url_variable: str
    url: str
    made: str

    @property
    def how(self) -> str:
        """Say how to come by a key and where to put it."""
        return f"{self.made} and write it into {self.file}, or set {self.variable}"

    def configured(self, environment: Mapping[str, str] | None = None) -> Service:
        """Return the service as it is configured; ValueError or OSError where it is not.

        Nobody else may be able to read the file.
        """
        known = os.environ if environment is None else environment
        key, where = known.get(self.variable, ""), self.variable
        if not key.strip():
            path = Path(known.get("HOME", "~")).joinpath(*self.file.parts[1:]).expanduser()
            key, where = self._from_file(path), str(path)
        if not PRINTABLE.fullmatch(key.strip()):
            raise ValueError(f"the key in {where} is no key of {self.name}; {self.how}")
        url = self._checked(known.get(self.url_variable) or self.url)
        return Service(self.name, url, key.strip())

    def _from_file(self, path: Path) -> str:
        if not path.exists():
            raise ValueError(f"there is no key to {self.name}; {self.how}")
        if os.name != "nt" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ValueError(f"others can read the key in {path}; run chmod 600 on it")
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES).decode("utf-8", errors="replace")

    def _checked(self, url: str) -> str:
        """Return the address without its last slash; a key goes over https only, or nowhere."""
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (parts.scheme == "https" or local) or not parts.hostname or parts.username:
            raise ValueError(
                f"{self.url_variable} is no https address; unset it to use that of {self.name}"
            )
        return url.rstrip("/")
