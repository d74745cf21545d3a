"""The first page of several stores: the runners of all of them, and what each store is like."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from pipelines.serve.computed.roster import Row, groups
from pipelines.serve.door.entrance import stranger
from pipelines.serve.door.keys import reader_in
from pipelines.serve.pages.live import shown_live, stream
from pipelines.serve.pages.served import Served, may_change, shown, visitors
from pipelines.serve.roster.standings import Roster
from pipelines.serve.sentences import of_error
from pipelines.serve.words import STORES
from pipelines.store.layout import store_folder

WITHIN_S: Final = 2.0
"""A store that does not answer sooner is shown as one that does not answer."""
NOTHING: Final = Roster((), 0, 0)
MOST_KEPT: Final = 8


@dataclass(frozen=True)
class Part:
    """What there is of one store: its rows, or a sentence that says why there are none."""

    label: str
    base: str
    found: Roster = NOTHING
    problem: str = ""


@dataclass
class AllStores:
    """The stores of a server by name, and the pages that were made of them last."""

    stores: dict[str, Served]
    kept: dict[object, bytes] = field(default_factory=dict)


def all_stores(request: Request) -> AllStores:
    """Return the stores that are served."""
    return cast("AllStores", request.app.state.all_stores)


def some_to_see(request: Request) -> list[Served]:
    """Return the same; HTTPException with the reasons where there are none."""
    if see := to_see(request):
        return see
    raise HTTPException(503, "; ".join(dict.fromkeys(request.state.unshown.values())))


def to_see(request: Request) -> list[Served]:
    """Return the stores that who asks may see, but for those that cannot be shown now."""
    seen = visitors(request).keys() - request.state.unshown.keys()
    return [of for name, of in all_stores(request).stores.items() if name in seen]


async def roster(request: Request) -> Response:
    """Show the runners of all stores; the same page is handed out until a row of it changes."""
    of = all_stores(request)
    see, unshown = to_see(request), request.state.unshown
    parts = await asyncio.gather(*map(_part, see))
    parts += [Part(of.stores[name].label, "", problem=why) for name, why in unshown.items()]
    readers = [reader_in(*one) for one in _readers(request)]
    key = (
        *((part.label, part.base, part.problem) for part in parts),
        *((part.found.version, part.found.to_do, part.found.strange) for part in parts),
        *readers,
    )
    if key not in of.kept:
        while len(of.kept) >= MOST_KEPT:
            del of.kept[next(iter(of.kept))]
        of.kept[key] = bytes(_page(request, parts, readers).body)
    return HTMLResponse(of.kept[key])


def _readers(request: Request) -> list[tuple[str, str]]:
    known = visitors(request).items()
    return [(name, who.name) for name, who in known if not who.may_change]


async def _part(of: Served) -> Part:
    """Return what there is of a store; what is wrong with one is said in its place."""
    part = Part(of.label, of.base)
    try:
        await of.folder.soon(store_folder, WITHIN_S, of.root)
        found = await asyncio.wait_for(of.roster(), WITHIN_S)
    except TimeoutError:
        return replace(part, problem=STORES["not_yet"])
    except (OSError, ValueError) as error:
        return replace(part, problem=of_error(error, of.root))
    return replace(part, found=found)


def _page(request: Request, parts: Sequence[Part], readers: Sequence[str]) -> Response:
    rows = tuple(row for part in parts for row in _rows(part))
    strange = tuple(f"{part.label}: {words}" for part in parts for words in part.found.strange)
    to_do = sum(part.found.to_do for part in parts)
    found = Roster(rows, to_do, 0, strange)
    return shown(
        request, "roster.html.j2", roster=found, groups=groups(rows), parts=parts, readers=readers
    )


def _rows(part: Part) -> list[Row]:
    return [replace(row, store=part.label, base=part.base) for row in part.found.rows]


async def live(request: Request) -> Response:
    """Show what is being recorded into any of the stores."""
    return await shown_live(request, some_to_see(request))


async def events(request: Request) -> Response:
    """Send the same again whenever it changes."""
    return stream(some_to_see(request))


async def nowhere(request: Request) -> Response:
    """Answer for a store that is not there; a reader is told the same of one that is not theirs.

    An address without its last slash is led on to the store.
    """
    if request.path_params["rest"] in visitors(request):
        return RedirectResponse(f"{request.url.path}/", 307)
    if may_change(request):
        raise HTTPException(404, STORES["nowhere"])
    return stranger(request.headers)


routes = (
    Route("/", roster, methods=["GET"]),
    Route("/s/{rest:path}", nowhere, methods=["GET"]),
    Route("/live", live, methods=["GET"]),
    Route("/live/events", events, methods=["GET"]),
)
