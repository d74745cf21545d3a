"""Put the pages of one store together behind its door, or those of several behind one door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount

from pipelines.serve.door.address import Address
from pipelines.serve.door.entrance import Entrance
from pipelines.serve.door.guard import Guard
from pipelines.serve.door.keys import Keys
from pipelines.serve.door.readers import Readers
from pipelines.serve.folder import Folder
from pipelines.serve.opened import Opened
from pipelines.serve.pages import all_stores, athlete, enter, explore, live, roster, session
from pipelines.serve.pages.all_stores import AllStores
from pipelines.serve.pages.served import Served, failed, refused
from pipelines.serve.roster.standings import Asked, Standings
from pipelines.serve.store_names import NO_ADDRESS, named
from pipelines.serve.turns import Turns
from pipelines.serve.worker import Limits, Worker

QUESTIONS: Final = Limits(most_mb=1024, most_s=20.0, idle_s=10.0)
"""Of the process that answers questions in SQL: DuckDB does not count all that it takes, and looks
at the clock only between two steps of its own."""
DRAWINGS: Final = Limits(most_s=60.0, idle_s=3.0)
"""Of the process that draws charts: it is needed for some reports, and takes 100 MB."""
OF_A_STORE: Final = (
    *roster.routes,
    *athlete.routes,
    *session.routes,
    *live.routes,
    *explore.routes,
)
"""Of all its pages; a further kind of page is a module in `pages` and its routes here."""


def application(
    root: Path,
    at: Address,
    *,
    executor: Executor | None = None,
    ending: Callable[[], bool] = lambda: False,
) -> Guard:
    """Return the application that serves the store in `root` under an address.

    Work is done by a process of its own unless an `executor` is given. What is sent without an end
    comes to one once `ending` says so.
    """
    worker = Worker(executor)
    asking, drawing = Worker(executor, QUESTIONS), Worker(executor, DRAWINGS)
    folder = Folder(root)
    standings = Standings(folder, worker, Asked())
    of = Served(folder, at, worker, standings, asking, drawing, ending)
    app = _pages([*OF_A_STORE, *enter.routes], [of], [worker, asking, drawing], served=of)
    return Guard(Entrance(app, Keys(at, {"": Readers(folder)}), ("",)), at)


def application_of_many(
    roots: Sequence[Path],
    at: Address,
    *,
    opened: Mapping[Path, str] = NO_ADDRESS,
    executor: Executor | None = None,
    ending: Callable[[], bool] = lambda: False,
) -> Guard:
    """Return the application that serves several stores; ValueError for one named twice.

    `opened` has the addresses of those that are copies, which may be looked at only.
    The pages of each are below ``/s/NAME``, all runners of all stores at ``/``.
    """
    turns, asked = Turns(executor), Asked()
    asking, fetching = Turns(executor, QUESTIONS), Turns(executor)
    drawing = Worker(executor, DRAWINGS)
    stores: dict[str, Served] = {}
    for one in named(roots, opened):
        folder = Folder(one.root)
        standings = Standings(folder, turns.of(one.name, urgent=False), asked)
        workers = turns.of(one.name), asking.of(one.name), drawing
        copy = None
        if one.root in opened:
            copy = Opened(opened[one.root], one.root, fetching.of(one.name), asked)
        stores[one.name] = Served(
            folder, at, workers[0], standings, *workers[1:], ending, one.name, one.label, copy
        )
    keys = Keys(at, {name: Readers(of.folder) for name, of in stores.items()})
    copies = {name: of.opened for name, of in stores.items() if of.opened}
    below: list[BaseRoute] = [
        Mount(of.base, Entrance(_pages(OF_A_STORE, served=of), keys, (name,), copies))
        for name, of in stores.items()
    ]
    joint = _pages([*all_stores.routes, *enter.routes], all_stores=AllStores(stores))
    below.append(Mount("", Entrance(joint, keys, tuple(stores), copies)))
    return Guard(_pages(below, stores.values(), [turns, asking, fetching, drawing]), at)


def _pages(
    routes: Iterable[BaseRoute],
    kept: Iterable[Served] = (),
    workers: Iterable[Worker | Turns] = (),
    **state: Any,
) -> Starlette:
    """Return an application of some pages, which keeps some stores as they are while it runs."""
    stores, to_end = list(kept), list(workers)

    @asynccontextmanager
    async def while_it_runs(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as ends:
            for worker in to_end:
                ends.push_async_callback(asyncio.to_thread, worker.close)
            for of in stores:
                ends.callback(of.folder.close)
            for of in stores:
                ends.push_async_callback(_ended, asyncio.create_task(of.keep()))
            yield

    app = Starlette(
        routes=list(routes),
        lifespan=while_it_runs,
        exception_handlers={
            HTTPException: refused,
            ValueError: refused,
            OSError: refused,
            Exception: failed,
        },
    )
    for name, value in state.items():
        setattr(app.state, name, value)
    return app


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
