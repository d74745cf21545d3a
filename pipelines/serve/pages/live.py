"""The page of what is being recorded now, and the stream that keeps it so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pipelines.serve.pages.served import Served, served, shown
from pipelines.serve.pages.templates import page
from pipelines.serve.recording_now import LOOKS_A_SECOND, Watch

SAY_EVERY_S: Final = 10
"""Something is sent at least so often, by which it is noticed that nobody listens any more."""
MOST_LISTENERS: Final = 20
FIRST_WITHIN_S: Final = 2.0
"""A store whose folder does not answer sooner holds up no other."""
Looks = dict[int, "asyncio.Task[bool]"]
"""The looks that are under way, by the place of their store among those of a page."""


async def live(request: Request) -> Response:
    """Show what is being recorded."""
    return await shown_live(request, [served(request)])


async def events(request: Request) -> Response:
    """Send the same again whenever it changes, as server-sent events, until the browser leaves."""
    return stream([served(request)])


async def shown_live(request: Request, stores: Sequence[Served]) -> Response:
    """Show what is being recorded into some stores."""
    watches = [Watch(one.root) for one in stores]
    looks: Looks = {}
    try:
        await _news(stores, watches, looks, FIRST_WITHIN_S)
    finally:
        _leave(looks)
    return shown(request, "live.html.j2", **_told(stores, watches))


def stream(stores: Sequence[Served]) -> Response:
    """Send what is being recorded into some stores as it comes."""
    if any(one.listeners >= MOST_LISTENERS for one in stores):
        raise HTTPException(503, "too many look at the recording already; close another page")
    return StreamingResponse(changes(stores), media_type="text/event-stream")


async def changes(stores: Sequence[Served]) -> AsyncIterator[str]:
    """Yield an event for each change; a reader who is slow gets the newest only."""
    for one in stores:
        one.listeners += 1
    looks: Looks = {}
    try:
        watches = [Watch(one.root) for one in stores]
        within_s, quiet = FIRST_WITHIN_S, 0
        while not any(one.ending() for one in stores):
            quiet += 1
            if await _news(stores, watches, looks, within_s) or within_s == FIRST_WITHIN_S:
                quiet = 0
                text = page("live_now.html.j2", stores[0].base, **_told(stores, watches))
                yield f"data: {json.dumps(text)}\n\n"
            elif quiet % (SAY_EVERY_S * LOOKS_A_SECOND) == 0:
                yield ": nothing new\n\n"
            within_s = 1 / LOOKS_A_SECOND
            await asyncio.sleep(within_s)
    finally:
        _leave(looks)
        for one in stores:
            one.listeners -= 1


async def _news(
    stores: Sequence[Served], watches: Sequence[Watch], looks: Looks, within_s: float
) -> bool:
    """Look whether anything is new; a look that takes longer is left to go on in `looks`."""
    for k, one in enumerate(stores):
        if k not in looks:
            looks[k] = asyncio.create_task(one.folder.look(watches[k].new))
    await asyncio.wait(looks.values(), timeout=within_s)
    done = [looks.pop(k) for k, look in list(looks.items()) if look.done()]
    news = False
    for look in done:
        with suppress(OSError):  # of a folder that cannot be read: nothing is seen there
            news |= look.result()
    return news


def _leave(looks: Looks) -> None:
    for look in looks.values():
        look.cancel()


def _told(stores: Sequence[Served], watches: Sequence[Watch]) -> Mapping[str, Any]:
    """Return what is being recorded, each with where its store's pages are and what it is called.

    One store needs not be called anything.
    """
    several = len(stores) > 1
    return {
        "now": [
            (one.base, one.label if several else "", run)
            for one, watch in zip(stores, watches, strict=True)
            for run in watch.now
        ]
    }


routes = (
    Route("/live", live, methods=["GET"]),
    Route("/live/events", events, methods=["GET"]),
)
