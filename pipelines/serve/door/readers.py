"""Who else may look, as it is this moment; and that each look is written down."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from pipelines.serve.folder import Folder, NoAnswerError
from pipelines.store.stated.readers import (
    Reader,
    digest_of,
    read_readers,
    readers_path,
    write_down,
)

WITHIN_S: Final = 3.0
"""A store that says no sooner who may look lets nobody look."""


class Readers:
    """The readers of a store; one who is taken away is out at the next request.

    `silent` is a store that has not answered who may look, when it was last asked.
    """

    def __init__(self, folder: Folder) -> None:
        self.silent = False
        self._folder = folder
        self._read: tuple[tuple[int, int], dict[str, Reader]] = ((0, 0), {})
        self._secret = secrets.token_bytes()  # cookies of readers end with the server

    async def by_token(self, given: str) -> str:
        """Return whose token that is, "" for nobody's."""
        digest = digest_of(given)
        return await self._found(lambda one: _same(one.sha256, digest))

    async def by_proof(self, given: str) -> str:
        """Return whose cookie that is, "" for nobody's."""
        return await self._found(lambda one: _same(self._proof(one), given))

    async def proof_of(self, name: str) -> str:
        """Return what a browser keeps instead of the token; "" once that is nobody's."""
        known = (await self._known()).get(name)
        return self._proof(known) if known else ""

    async def write_down(self, reader: str, address: str, method: str, path: str) -> None:
        """Write down what a reader asks for; OSError where that cannot be, and so nothing shown."""
        about = {"address": address, "method": method, "path": path}
        await self._folder.soon(write_down, WITHIN_S, self._folder.root, reader, **about)

    async def _found(self, is_it: Callable[[Reader], bool]) -> str:
        found = [one.name for one in (await self._known()).values() if is_it(one)]
        return found[0] if found else ""

    async def _known(self) -> dict[str, Reader]:
        try:
            known = await self._folder.soon(self._now, WITHIN_S)
        except NoAnswerError:
            self.silent = True
            return {}
        self.silent = False
        return known

    def _now(self) -> dict[str, Reader]:
        root = self._folder.root
        try:
            about = readers_path(root).stat()
        except OSError:
            return {}
        state, known = self._read
        if (now := (about.st_mtime_ns, about.st_ino)) != state:
            known = {}
            with suppress(OSError, ValueError):  # then nobody is let in
                known = read_readers(root)
            self._read = now, known
        return known

    def _proof(self, reader: Reader) -> str:
        signed = hmac.new(self._secret, reader.sha256.encode(), hashlib.sha256).hexdigest()
        return f"{reader.name}.{signed}"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogateescape"))
