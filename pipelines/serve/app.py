"""Put the pages of one store together behind its door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from pipelines.serve.door.address import Address
from pipelines.serve.door.guard import Guard
from pipelines.serve.door.readers import Readers
from pipelines.serve.pages import athlete, enter, explore, live, roster, session
from pipelines.serve.pages.served import Served, failed, refused
from pipelines.serve.standings import Standings
from pipelines.serve.worker import Worker

MOST_MB_OF_QUESTIONS: Final = 1024
"""Of the process that answers questions in SQL: DuckDB does not count all that it takes."""
ROUTES: Final = (
    *roster.routes,
    *athlete.routes,
    *session.routes,
    *live.routes,
    *explore.routes,
    *enter.routes,
)
"""Of all pages; a further kind of page is a module in `pages` and its routes here."""


def application(
    root: Path,
    at: Address,
    *,
    executor: Executor | None = None,
    ending: Callable[[], bool] = lambda: False,
) -> ASGIApp:
    """Return the application that serves the store in `root` under an address.

    Work is done by a process of its own unless an `executor` is given. What is sent without an end
    comes to one once `ending` says so.
    """
    worker = Worker(executor)
    readers = Readers(root)
    asking = Worker(executor, most_mb=MOST_MB_OF_QUESTIONS)
    of = Served(root, at, worker, Standings(root, worker), readers, asking, ending)

    @asynccontextmanager
    async def while_it_runs(_: Starlette) -> AsyncIterator[None]:
        keeping = asyncio.create_task(of.standings.keep())
        yield
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await asyncio.to_thread(worker.close)
        await asyncio.to_thread(asking.close)

    app = Starlette(
        routes=list(ROUTES),
        lifespan=while_it_runs,
        exception_handlers={
            HTTPException: refused,
            ValueError: refused,
            OSError: refused,
            Exception: failed,
        },
    )
    app.state.served = of
    return Guard(app, at, readers)
