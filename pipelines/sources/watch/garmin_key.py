"""The runner's own key to the Garmin Connect Personal API, and where that service is.

Both stand where Garmin's own client looks for them, so that one key serves both. Without a key
nothing is ever asked of Garmin.
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

KEY: Final = "GARMIN_PERSONAL_API_KEY"
KEY_FILE: Final = Path("~/.config/garmin/connect-personal-api-key")
BASE_URL: Final = "GARMIN_PERSONAL_API_BASE_URL"
GARMIN: Final = "https://personal.connectapi.garmin.com"
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
PRINTABLE: Final = re.compile(r"[!-~]{8,4096}")
"""What a key or a token can be: what stands in a header must have no blanks or line ends."""
LARGEST_BYTES: Final = 10_000
HOW: Final = (
    f"create one in the settings of Garmin Connect (Personal API) and write it into {KEY_FILE}, "
    f"or set {KEY}"
)


@dataclass(frozen=True, slots=True)
class Service:
    """Where Garmin Connect answers, and with which key; the key is never shown."""

    base_url: str
    key: str = field(repr=False)

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, as in tests."""
        return urlsplit(self.base_url).hostname in LOOPBACK


def configured(environment: Mapping[str, str] | None = None) -> Service:
    """Return the service as it is configured; ValueError or OSError where it is not.

    The key is in the variable `KEY`, else in `KEY_FILE`, which nobody else may be able to read.
    """
    known = os.environ if environment is None else environment
    key, where = known.get(KEY, ""), KEY
    if not key.strip():
        path = Path(known.get("HOME", "~")).joinpath(*KEY_FILE.parts[1:]).expanduser()
        key, where = _from_file(path), str(path)
    if not PRINTABLE.fullmatch(key.strip()):
        raise ValueError(f"the key in {where} is no key of Garmin Connect; {HOW}")
    return Service(_checked(known.get(BASE_URL) or GARMIN), key.strip())


def _from_file(path: Path) -> str:
    if not path.exists():
        raise ValueError(f"there is no key to Garmin Connect; {HOW}")
    if os.name != "nt" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError(f"others can read the key in {path}; run chmod 600 on it")
    with path.open("rb") as file:
        return file.read(LARGEST_BYTES).decode("utf-8", errors="replace")


def _checked(url: str) -> str:
    """Return the address without its last slash; a key goes over https only, or nowhere."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or local) or not parts.hostname or parts.username:
        raise ValueError(f"{BASE_URL} is no https address; unset it to use Garmin's own")
    return url.rstrip("/")
