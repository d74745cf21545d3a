"""The page that asks for the token, and the files that all pages use."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.serve.door.guard import ENTER
from pipelines.serve.door.visitor import cookie_of, of_token
from pipelines.serve.pages.served import form_in, served, shown, then

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
    at, readers = served(request).at, served(request).readers
    if not at.token:
        return then("/")
    if request.method != "POST":
        return shown(request, "enter.html.j2", wrong=False)
    who = of_token(at, readers, (await form_in(request)).get("token", ""))
    if who is None:
        request.state.guesses.wrong(request.state.address)
        await asyncio.sleep(AFTER_WRONG_S)
        return shown(request, "enter.html.j2", 401, wrong=True)
    answer = then("/")
    answer.headers["Set-Cookie"] = cookie_of(at, readers, who)
    return answer


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
