"""The page of what is being recorded now, and the stream that keeps it so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pipelines.serve.pages.served import Served, served, shown
from pipelines.serve.pages.templates import page
from pipelines.serve.recording_now import live_files, mark_of, recordings

LOOKS_A_SECOND: Final = 10
SAY_EVERY_S: Final = 10
"""Something is sent at least so often, by which it is noticed that nobody listens any more."""
MOST_LISTENERS: Final = 20


async def live(request: Request) -> Response:
    """Show what is being recorded."""
    files = await asyncio.to_thread(live_files, served(request).root)
    now = await asyncio.to_thread(recordings, files)
    return shown(request, "live.html.j2", now=now)


async def events(request: Request) -> Response:
    """Send the same again whenever it changes, as server-sent events, until the browser leaves."""
    of = served(request)
    if of.listeners >= MOST_LISTENERS:
        raise HTTPException(503, "too many look at the recording already; close another page")
    return StreamingResponse(changes(of), media_type="text/event-stream")


async def changes(of: Served) -> AsyncIterator[str]:
    """Yield an event for each change; a reader who is slow gets the newest only."""
    of.listeners += 1
    try:
        known: dict[Path, int] | None = None
        files: list[Path] = []
        look = 0
        while not of.ending():
            if look % LOOKS_A_SECOND == 0:
                files = await asyncio.to_thread(live_files, of.root)
            if (now := mark_of(files)) != known:
                known = now
                text = page("live_now.html.j2", now=await asyncio.to_thread(recordings, files))
                yield f"data: {json.dumps(text)}\n\n"
            elif look % (SAY_EVERY_S * LOOKS_A_SECOND) == 0:
                yield ": nothing new\n\n"
            await asyncio.sleep(1 / LOOKS_A_SECOND)
            look += 1
    finally:
        of.listeners -= 1


routes = (
    Route("/live", live, methods=["GET"]),
    Route("/live/events", events, methods=["GET"]),
)
