"""The page of one runner: weeks, measures, reference; and two groups of her runs compared."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.serve.computed.changes import choose_reference
from pipelines.serve.computed.jobs import athlete_page, comparison
from pipelines.serve.pages.served import athlete_in, form_in, served, shown, then


async def athlete(request: Request) -> Response:
    """Show one runner."""
    who = athlete_in(request)
    of = await served(request).computed(athlete_page, who)
    return shown(request, "athlete.html.j2", of=of, stored="stored" in request.query_params)


async def compare(request: Request) -> Response:
    """Show what differs between two groups of runs, chosen in words or one by one."""
    who = athlete_in(request)
    asked = request.query_params
    names = {"first": asked.getlist("a"), "second": asked.getlist("b")}
    given = {one: asked.get(one, "").strip() or ",".join(names[one]) for one in names}
    if not all(given.values()):
        raise ValueError("choose both groups: in words, or by ticking runs of each")
    said = await served(request).computed(comparison, who, given["first"], given["second"])
    return shown(request, "compare.html.j2", athlete=who, given=given, said=said)


async def reference(request: Request) -> Response:
    """Choose the runs that are her usual, or let the rule choose."""
    who = athlete_in(request)
    form = await form_in(request)
    await served(request).worker.run(choose_reference, served(request).root, who, _chosen(form))
    return then(request, f"/athletes/{who}?stored#reference")


def _chosen(form: dict[str, str]) -> str:
    how = form.get("how", "")
    if how == "rule":
        return ""
    if how == "tag":
        return f"tag:{form.get('tag', '')}"
    if how == "days":
        return f"{form.get('from', '')}..{form.get('to', '')}"
    raise ValueError("say how the reference is chosen: by rule, by days or by a tag")


routes = (
    Route("/athletes/{athlete}", athlete, methods=["GET"]),
    Route("/athletes/{athlete}/compare", compare, methods=["GET"]),
    Route("/athletes/{athlete}/reference", reference, methods=["POST"]),
)
