"""Let in what may come in, and give every answer the headers that keep browsers strict."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.serve.door.address import Address

LARGEST_BODY: Final = 128 * 1024
"""Bytes: notes have at most 10 000 characters, each of up to 12 bytes in a form."""
BODY_S: Final = 10.0
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # With no-referrer browsers hide the origin of our own forms as well, by which we know them.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Guard:
    """The application behind a door: asks for host, origin and size before anything."""

    app: ASGIApp
    at: Address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it in one sentence."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no web sockets: nobody has asked for one

        async def strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                _harden(message)
            await send(message)

        if (refused := self._refused(scope)) is not None:
            await refused(scope, receive, strict)
        else:
            await self.app(scope, _bounded(receive), strict)

    def _refused(self, scope: MutableMapping[str, Any]) -> Response | None:
        """Return the refusal of a request, None for one that may come in."""
        headers, method = Headers(scope=scope), scope["method"]
        if method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Only GET and POST are answered here.", 405)
        if wrong := self._wrong_place(headers, changes=method == "POST"):
            return PlainTextResponse(wrong, 403)
        if not headers.get("content-length", "0").isdecimal():
            return PlainTextResponse("The length of the request is no number.", 400)
        if int(headers.get("content-length", "0")) > LARGEST_BODY:
            return PlainTextResponse(_too_large(), 413)
        return None

    def _wrong_place(self, headers: Headers, *, changes: bool) -> str:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self.at.is_ours(hosts[0]):
            return f"This server is not called that; open {self.at.url}"
        origins = headers.getlist("origin")
        if origins != [f"http://{hosts[0]}"] and (origins or changes):
            return f"Asked by a page that is not this server's; open {self.at.url}"
        return ""


def _harden(message: Message) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


def _bounded(receive: Receive) -> Receive:
    """Return a `receive` that ends a body which is too large, or too slow."""
    known = 0
    until: float | None = None

    async def bounded() -> Message:
        nonlocal known, until
        if until is not None and until < 0:  # the body is complete: what comes is a disconnect
            return await receive()
        now = asyncio.get_running_loop().time()
        until = now + BODY_S if until is None else until
        try:
            message = await asyncio.wait_for(receive(), until - now)
        except TimeoutError:
            raise HTTPException(408, "the request did not come to an end") from None
        known += len(message.get("body", b""))
        if known > LARGEST_BODY:
            raise HTTPException(413, _too_large())
        if not message.get("more_body"):
            until = -1.0
        return message

    return bounded


def _too_large() -> str:
    return f"The request is larger than {LARGEST_BODY // 1024} kB, and nothing here needs that."
