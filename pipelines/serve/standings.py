"""Keep where every runner stands, made anew for those whose files have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.serve.changed_files import state_of
from pipelines.serve.computed.roster import Row, failed, last_seen
from pipelines.serve.kept_rows import kept_row, made_row
from pipelines.serve.worker import Worker

LOOK_EVERY_S: Final = 1.0
REST_AFTER_S: Final = 60.0
"""Without a question for so long, the store is left alone until the next one."""


@dataclass(frozen=True)
class Roster:
    """All rows, and how many of them are yet `to_do`; `version` is another once a row is."""

    rows: Sequence[Row]
    to_do: int
    version: int


class Standings:
    """The rows of the roster, and the task that keeps them as the store is."""

    def __init__(self, root: Path, worker: Worker) -> None:
        self._root = root
        self._worker = worker
        self._rows: dict[str, Row] = {}
        self._made_from: dict[str, str] = {}
        self._state: dict[str, str] = {}
        self._version = 0
        self._looked_at = self._asked_at = float("-inf")
        self._asked, self._looked = asyncio.Event(), asyncio.Event()

    def asked(self) -> None:
        """Know that somebody looks at a page: a minute after the last one the worker rests."""
        self._asked_at = _now()
        self._asked.set()

    async def roster(self) -> Roster:
        """Return the rows as the store was a second ago; those not made yet say so."""
        self.asked()
        await self._looked.wait()
        return Roster(list(self._rows.values()), len(self._due()), self._version)

    async def keep(self) -> None:
        """Look at the store again and again, and make anew what has changed, for ever."""
        while True:
            if _now() - self._looked_at >= LOOK_EVERY_S:
                await self._look()
            if due := self._due():
                await self._make(max(due, key=lambda one: self._rows[one].day))
            elif _now() - self._asked_at > REST_AFTER_S:
                self._asked.clear()
                self._looked.clear()
                self._worker.rest()
                await self._asked.wait()
            else:
                await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self) -> None:
        state = await asyncio.to_thread(state_of, self._root)
        new = [one for one, mark in state.items() if self._state.get(one) != mark]
        for row in await asyncio.to_thread(_at_once, self._root, {one: state[one] for one in new}):
            self._rows[row.athlete] = row
            if row.made:
                self._made_from[row.athlete] = state[row.athlete]
        for one in self._rows.keys() - state.keys():
            del self._rows[one]
        self._version += state != self._state
        self._state = state
        self._looked_at = _now()
        self._looked.set()

    def _due(self) -> list[str]:
        return [one for one, mark in self._state.items() if self._made_from.get(one) != mark]

    async def _make(self, one: str) -> None:
        """Make the row of one runner anew."""
        mark = self._state[one]
        try:
            row = await self._worker.run(made_row, self._root, one)
        except Exception as error:  # of whatever kind: one runner must not hide the others
            row = failed(self._rows[one], error)
        self._rows[one], self._made_from[one] = row, mark
        self._version += 1


def _at_once(root: Path, state: Mapping[str, str]) -> list[Row]:
    return [kept_row(root, one, mark) or last_seen(root, one) for one, mark in state.items()]


def _now() -> float:
    return asyncio.get_running_loop().time()
