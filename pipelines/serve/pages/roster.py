"""The first page: every runner, who wants a look first."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from pipelines.serve.computed.roster import groups
from pipelines.serve.pages.served import served, shown
from pipelines.store.layout import store_folder


async def roster(request: Request) -> Response:
    """Show all runners; the same page is handed out until a row of it changes."""
    of = served(request)
    await run_in_threadpool(store_folder, of.root)  # which may be gone, or another, by now
    found = await of.standings.roster()
    key = ("roster", bool(request.state.visitor.may_change))
    made = f"{found.version} {found.to_do}"
    if (known := of.kept.get(key)) is None or known[0] != made:
        answer = shown(request, "roster.html.j2", roster=found, groups=groups(found.rows))
        of.kept[key] = known = made, bytes(answer.body)
    return HTMLResponse(known[1])


routes = (Route("/", roster, methods=["GET"]),)
