"""Hang up on a client that does not get its question out, or does not take its answer.

A few hundred of them would fill the door.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import h11
from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.h11_impl import H11Protocol

from pipelines.serve.door.guard import HEADERS

HEADER_S: Final = 10.0
"""Within which the header of a request must be there."""
TAKEN_S: Final = 30.0
"""Within which some 50 kB of an answer must be taken, as the last of it."""

FULL: Final = "Too many ask at once; load the page again in a little while."


class Punctual(H11Protocol):
    """HTTP as uvicorn speaks it, with a time within which each request must begin and be read.

    What it answers by itself has the headers of all other answers.
    """

    _late: asyncio.TimerHandle | None = None
    _untaken: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, **more: Any) -> None:
        """Answer in our own words where too many ask at once."""
        super().__init__(*args, **more)
        self._most, self.limit_concurrency = self.limit_concurrency, None
        self._answer, self.app = self.app, self._unless_full

    async def _unless_full(self, scope: Any, receive: Any, send: Any) -> None:
        most = self._most
        if most is not None and max(len(self.connections), len(self.tasks)) > most:
            await PlainTextResponse(FULL, 503, HEADERS)(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, and hang up."""
        about = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close", **HEADERS}
        headers = [(name.encode(), value.encode()) for name, value in about.items()]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=msg.encode("ascii", "replace")),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event))
        self.transport.close()

    def connection_made(self, transport: Any) -> None:
        """Expect the first header."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Expect the rest of a header that is not complete."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._done()
        elif self._late is None and self.conn.trailing_data[0]:
            self._expect()

    def pause_writing(self) -> None:
        """Expect the client to take what waits for it."""
        super().pause_writing()
        self._untaken = self.loop.call_later(TAKEN_S, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: it was taken."""
        super().resume_writing()
        self._taken()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that is not used; what it still has to take, it must take soon."""
        super().timeout_keep_alive_handler()
        self._taken()
        self._untaken = self.loop.call_later(TAKEN_S, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._done()
        self._taken()
        super().connection_lost(exc)

    def _expect(self) -> None:
        self._late = self.loop.call_later(HEADER_S, self.transport.close)

    def _taken(self) -> None:
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None

    def _done(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
