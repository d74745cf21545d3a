"""Ask who comes to the pages of a store, or of several, and let each see what is theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.serve.door.guesses import TOO_MANY
from pipelines.serve.door.keys import Keys, Visitor, token_in
from pipelines.serve.opened import Opened

ENTER: Final = "/enter"
STATIC: Final = "/static/"
NOT_WRITTEN: Final = "It cannot be written down who looks here; try later."
A_COPY: Final = "This is a copy to look at; change the store it is of."
ONLY_LOOK: Final = "You may look at this store and change nothing."


@dataclass(frozen=True)
class Entrance:
    """The pages of some stores; who may see none of them must give a token first.

    In its state each request has the visitors by store, which stores are copies, and those that
    cannot be shown now, with the sentence why. Of `opened` stores there are copies only.
    """

    app: ASGIApp
    keys: Keys
    stores: Sequence[str]
    opened: Mapping[str, Opened] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it in one sentence."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = await self._refused(scope) or self.app
        await answer(scope, receive, send)

    async def _refused(self, scope: MutableMapping[str, Any]) -> Response | None:
        """Return the refusal of a request, None for one that may come in."""
        headers, path = Headers(scope=scope), scope["path"]
        changes = scope["method"] == "POST"
        address, given = (scope.get("client") or ("",))[0], token_in(headers)
        guesses = self.keys.guesses
        if (given or (path == ENTER and changes)) and guesses.too_many(address):
            return PlainTextResponse(TOO_MANY, 429)
        known = await self.keys.visitors(headers)
        visitors = {one: who for one, who in known.items() if one in self.stores}
        state = {"visitors": visitors, "copies": self.opened.keys(), "unshown": {}}
        scope.setdefault("state", {}).update(state, keys=self.keys, address=address)
        if path == ENTER or path.startswith(STATIC):
            return None
        if not visitors:
            if given and not known:
                self.keys.wrong(address)
            if known and changes:
                return PlainTextResponse(ONLY_LOOK, 403)
            return stranger(headers, changes=changes)
        return await self._readers(visitors, scope) or self._copies(visitors, scope)

    def _copies(
        self, visitors: Mapping[str, Visitor], scope: MutableMapping[str, Any]
    ) -> Response | None:
        """Let nobody change the copy of a store, nor see that of one that is closed by now."""
        copies = {one: self.opened[one] for one in visitors if one in self.opened}
        closed = {one: copy.closed for one, copy in copies.items() if copy.closed}
        for one in closed:
            copies[one].asked.now()  # so that it is found out when it is open again
        scope["state"]["unshown"] |= closed
        if len(self.stores) > 1 or not copies:
            return None
        if closed:
            return PlainTextResponse(f"{closed[self.stores[0]]}.", 503)
        return PlainTextResponse(A_COPY, 403) if scope["method"] == "POST" else None

    async def _readers(
        self, visitors: Mapping[str, Visitor], scope: MutableMapping[str, Any]
    ) -> Response | None:
        """Write down what one asks for who may only look; refuse to change anything."""
        readers = {one: who.name for one, who in visitors.items() if not who.may_change}
        written = await asyncio.gather(*(self._written(*of, scope) for of in readers.items()))
        not_written = [one for one, done in zip(readers, written, strict=True) if not done]
        scope["state"]["unshown"] = dict.fromkeys(not_written, NOT_WRITTEN)
        if len(not_written) == len(visitors):
            return PlainTextResponse(NOT_WRITTEN, 503)
        if readers and scope["method"] == "POST":
            return PlainTextResponse(ONLY_LOOK, 403)
        return None

    async def _written(self, store: str, name: str, scope: Mapping[str, Any]) -> bool:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        address = scope["state"]["address"]
        try:
            await self.keys.readers[store].write_down(name, address, scope["method"], path)
        except OSError:
            return False
        return True


def stranger(headers: Headers, *, changes: bool = False) -> Response:
    """Return the answer to one who must give a token first."""
    if changes or "text/html" not in headers.get("accept", ""):
        return PlainTextResponse("Give the token first.", 401)
    return RedirectResponse(ENTER, 303)
