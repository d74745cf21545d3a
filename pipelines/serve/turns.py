"""Let the jobs of many stores be done one after the other, so that one process is enough."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

from pipelines.serve.worker import UNLIMITED, Limits, Worker

P = ParamSpec("P")
T = TypeVar("T")
LONG_S: Final = 10.0
"""After so long a job is left to its process, and the others go on in another."""


@dataclass(eq=False)
class _Waiting:
    """A job that waits for its turn."""

    store: str
    urgent: bool
    go: asyncio.Future[None]


class Turns:
    """The jobs of all stores: what a page waits for first, and of each store one at a time.

    A store at which a job stands still, as on a drive that does not answer, keeps that one process
    and no more.
    """

    def __init__(self, executor: Executor | None = None, limits: Limits = UNLIMITED) -> None:
        self._new = partial(Worker, executor, limits)
        self._idle: list[Worker] = []
        self._busy: dict[str, Worker] = {}
        self._waiting: list[_Waiting] = []
        self._taken = False

    def of(self, store: str, *, urgent: bool = True) -> Worker:
        """Return what runs the jobs of one store."""
        return _OfStore(self, store, urgent=urgent)

    async def run(self, store: str, job: Callable[[], T], *, urgent: bool) -> T:
        """Return what `job` returns, once it is its turn."""
        worker = await self._turn(store, urgent=urgent)
        doing = asyncio.ensure_future(worker.run(job))
        doing.add_done_callback(partial(self._done, store))
        try:
            await asyncio.wait({doing}, timeout=LONG_S)
        finally:
            self._pass_on()
        return await asyncio.shield(doing)

    async def _turn(self, store: str, *, urgent: bool) -> Worker:
        mine = _Waiting(store, urgent, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        self._next()
        try:
            await mine.go
        except asyncio.CancelledError:
            if mine in self._waiting:
                self._waiting.remove(mine)
            else:  # it was just told to go
                self._idle.append(self._busy.pop(store))
                self._pass_on()
            raise
        return self._busy[store]

    def _next(self) -> None:
        ready = [
            one for one in self._waiting if one.store not in self._busy and not one.go.cancelled()
        ]
        if self._taken or not ready:
            return
        first = next((one for one in ready if one.urgent), ready[0])
        self._waiting.remove(first)
        self._taken = True
        self._busy[first.store] = self._idle.pop() if self._idle else self._new()
        first.go.set_result(None)

    def _pass_on(self) -> None:
        self._taken = False
        self._next()

    def _done(self, store: str, _: asyncio.Future[Any]) -> None:
        worker = self._busy.pop(store)
        if self._idle:  # one is enough, now that none stands still
            worker.rest()
        else:
            self._idle.append(worker)
        self._next()

    def rest(self) -> None:
        """Let the processes end that do nothing."""
        for worker in self._idle:
            worker.rest()

    def close(self) -> None:
        """End the processes that do nothing, and let the others end once they are done."""
        for worker in self._idle:
            worker.close()
        for worker in self._busy.values():
            worker.rest()


class _OfStore(Worker):
    """Runs the jobs of one store in turn with those of others."""

    def __init__(self, turns: Turns, store: str, *, urgent: bool) -> None:
        super().__init__()
        self._turns, self._store, self._urgent = turns, store, urgent

    async def run(self, function: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        job = partial(function, *args, **more)
        return await self._turns.run(self._store, job, urgent=self._urgent)

    def rest(self) -> None:
        self._turns.rest()

    def close(self) -> None:
        self._turns.close()
