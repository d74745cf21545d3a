"""Who else may look, as it is this moment; and that each look is written down."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextlib import suppress
from pathlib import Path

from pipelines.store.stated.readers import (
    Reader,
    digest_of,
    read_readers,
    readers_path,
    write_down,
)


class Readers:
    """The readers of a store; one who is taken away is out at the next request."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._state: tuple[int, int] | None = None
        self._known: dict[str, Reader] = {}
        self._secret = secrets.token_bytes()  # cookies of readers end with the server

    def _now(self) -> dict[str, Reader]:
        try:
            about = readers_path(self._root).stat()
        except OSError:
            return {}
        if (state := (about.st_mtime_ns, about.st_ino)) != self._state:
            self._known, self._state = {}, state
            with suppress(ValueError):  # then nobody is let in
                self._known = read_readers(self._root)
        return self._known

    def by_token(self, given: str) -> str:
        """Return whose token that is, "" for nobody's."""
        digest = digest_of(given)
        found = [one.name for one in self._now().values() if _same(one.sha256, digest)]
        return found[0] if found else ""

    def by_proof(self, given: str) -> str:
        """Return whose cookie that is, "" for nobody's."""
        reader = self._now().get(given.partition(".")[0])
        return reader.name if reader and _same(self._proof(reader), given) else ""

    def proof_of(self, name: str) -> str:
        """Return what a browser keeps instead of the token."""
        return self._proof(self._now()[name])

    def _proof(self, reader: Reader) -> str:
        signed = hmac.new(self._secret, reader.sha256.encode(), hashlib.sha256).hexdigest()
        return f"{reader.name}.{signed}"

    def write_down(self, reader: str, address: str, method: str, path: str) -> None:
        """Write down what a reader asks for; OSError where that cannot be, and so nothing shown."""
        write_down(self._root, reader, address=address, method=method, path=path)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogateescape"))
