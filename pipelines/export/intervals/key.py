"""The runner's own key to intervals.icu, and where that service is.

Without a key nothing is ever asked of it. The key is never shown.
"""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pipelines.sources.watch.garmin_key import LARGEST_BYTES, LOOPBACK, PRINTABLE, Service

KEY: Final = "INTERVALS_ICU_API_KEY"
KEY_FILE: Final = Path("~/.config/intervals.icu/api-key")
BASE_URL: Final = "INTERVALS_ICU_BASE_URL"
INTERVALS: Final = "https://intervals.icu"
HOW: Final = (
    f"create one at the end of the settings of intervals.icu and write it into {KEY_FILE}, or set "
    f"{KEY}"
)


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
        raise ValueError(f"the key in {where} is no key of intervals.icu; {HOW}")
    return Service(_checked(known.get(BASE_URL) or INTERVALS), key.strip())


def authorization(service: Service) -> str:
    """Return the header that carries the key, as the service asks for it."""
    return "Basic " + b64encode(f"API_KEY:{service.key}".encode()).decode()


def _from_file(path: Path) -> str:
    if not path.exists():
        raise ValueError(f"there is no key to intervals.icu; {HOW}")
    if os.name != "nt" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError(f"others can read the key in {path}; run chmod 600 on it")
    with path.open("rb") as file:
        return file.read(LARGEST_BYTES).decode("utf-8", errors="replace")


def _checked(url: str) -> str:
    """Return the address without its last slash; a key goes over https only, or nowhere."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or local) or not parts.hostname or parts.username:
        raise ValueError(f"{BASE_URL} is no https address; unset it to use intervals.icu's own")
    return url.rstrip("/")
