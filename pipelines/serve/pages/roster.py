"""The first page: every runner, who wants a look first."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from pipelines.serve.computed.roster import groups
from pipelines.serve.folder import PATIENCE_S
from pipelines.serve.pages.served import may_change, served, shown
from pipelines.store.layout import store_folder


async def roster(request: Request) -> Response:
    """Show all runners; the same page is handed out until a row of it changes."""
    of = served(request)
    await of.folder.soon(store_folder, PATIENCE_S, of.root)  # which may be gone by now, or another
    found = await of.roster()
    key = ("roster", may_change(request))
    made = f"{found.version} {found.to_do} {found.strange}"
    if (known := of.kept.get(key)) is None or known[0] != made:
        answer = shown(request, "roster.html.j2", roster=found, groups=groups(found.rows), parts=())
        of.kept[key] = known = made, bytes(answer.body)
    return HTMLResponse(known[1])


routes = (Route("/", roster, methods=["GET"]),)
