"""The page that asks for the token, and the files that all pages use."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipelines.serve.door.entrance import ENTER
from pipelines.serve.door.keys import Keys
from pipelines.serve.pages.served import form_in, shown

STATIC: Final = Path(__file__).parents[1] / "static"
SCRIPT: Final = "text/javascript; charset=utf-8"
TYPES: Final = {
    "pages.css": "text/css; charset=utf-8",
    "again.js": SCRIPT,
    "live.js": SCRIPT,
}
AFTER_WRONG_S: Final = 1.0
"""A wrong token is answered after so long: who guesses must wait."""


async def enter(request: Request) -> Response:
    """Ask for the token, and let in who knows it."""
    keys: Keys = request.state.keys
    if not keys.at.token:
        return RedirectResponse("/", 303)
    if request.method != "POST":
        return shown(request, "enter.html.j2", wrong=False)
    opened = await keys.opened_by((await form_in(request)).get("token", ""))
    if not opened:
        keys.wrong(request.state.address)
        await asyncio.sleep(AFTER_WRONG_S)
        return shown(request, "enter.html.j2", 401, wrong=True)
    kept = await keys.cookie_of(opened, request.headers)
    return RedirectResponse("/", 303, {"Set-Cookie": kept})


async def static(request: Request) -> Response:
    """Hand out one of the few files that come with the pages."""
    name = request.path_params["name"]
    if name not in TYPES:
        raise HTTPException(404, "there is no such file")
    headers = {"Cache-Control": "max-age=3600", "Content-Type": TYPES[name]}
    return Response((STATIC / name).read_bytes(), headers=headers)


routes = (
    Route(ENTER, enter, methods=["GET", "POST"]),
    Route("/static/{name}", static, methods=["GET"]),
)
