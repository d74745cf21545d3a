"""Hang up on a client that does not get its question out, or does not take its answer.

A few hundred of them would fill the door.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_S: Final = 10.0
"""Within which the header of a request must be there."""
TAKEN_S: Final = 30.0
"""Within which some 50 kB of an answer must be taken, as the last of it."""


class Punctual(H11Protocol):
    """HTTP as uvicorn speaks it, with a time within which each request must begin and be read."""

    _late: asyncio.TimerHandle | None = None
    _untaken: asyncio.TimerHandle | None = None

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
