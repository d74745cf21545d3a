"""Keep where every runner stands, made anew for those whose files have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.serve.computed.roster import Row, failed, last_seen
from pipelines.serve.folder import Folder
from pipelines.serve.roster.changed_files import State, state_of
from pipelines.serve.roster.kept_rows import kept_row, made_row
from pipelines.serve.sentences import of_error, without_place
from pipelines.serve.worker import Worker
from pipelines.store.layout import store_folder

LOOK_EVERY_S: Final = 1.0
REST_AFTER_S: Final = 60.0
"""Without a question for so long, the store is left alone until the next one."""


@dataclass(frozen=True)
class Roster:
    """All rows, and how many of them are yet `to_do`; `version` is another once a row is.

    `strange` are sentences on what is in the store and is not as it should be.
    """

    rows: Sequence[Row]
    to_do: int
    version: int
    strange: tuple[str, ...] = ()


class Asked(asyncio.Event):
    """Set while somebody looks at pages; a minute after the last one all rest."""

    def __init__(self) -> None:
        super().__init__()
        self.at_s = float("-inf")

    def now(self) -> None:
        """Know that somebody looks."""
        self.at_s = _now()
        self.set()


class Standings:
    """The rows of the roster, and the task that keeps them as the store is.

    Several stores rest and wake at once, by the same `asked`.
    """

    def __init__(self, folder: Folder, worker: Worker, asked: Asked) -> None:
        self._folder, self._root = folder, folder.root
        self._worker = worker
        self._rows: dict[str, Row] = {}
        self._made_from: dict[str, str] = {}
        self._failed: set[str] = set()
        self._gone = False
        self._state = State({})
        self._version = 0
        self._looked_at = float("-inf")
        self._asked, self._looked = asked, asyncio.Event()

    def asked(self) -> None:
        """Know that somebody looks at a page: a minute after the last one the worker rests."""
        self._asked.now()

    async def roster(self) -> Roster:
        """Return the rows as the store was a second ago; those not made yet say so."""
        self.asked()
        await self._looked.wait()
        rows = list(self._rows.values())
        strange = tuple(without_place(words, self._root) for words in self._state.strange)
        return Roster(rows, len(self._due()), self._version, strange)

    async def keep(self) -> None:
        """Look at the store again and again, and make anew what has changed, for ever."""
        while True:
            if _now() - self._looked_at >= LOOK_EVERY_S:
                await self._look()
            if due := self._due():
                await self._make(max(due, key=lambda one: self._rows[one].day))
            elif _now() - self._asked.at_s > REST_AFTER_S:
                self._asked.clear()
                self._looked.clear()
                self._worker.rest()
                await self._asked.wait()
            else:
                await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self) -> None:
        state = await self._seen()
        marks, known = state.marks, self._state.marks
        new = {one: mark for one, mark in marks.items() if known.get(one) != mark}
        for row in await self._folder.look(_at_once, self._root, new):
            self._rows[row.athlete] = row
            if row.made:
                self._made_from[row.athlete] = marks[row.athlete]
        for one in self._rows.keys() - marks.keys():
            del self._rows[one]
            self._made_from.pop(one, None)
            self._failed.discard(one)
        self._version += state != self._state
        self._state = state
        self._looked_at = _now()
        self._looked.set()

    async def _seen(self) -> State:
        """Return the state of the store; all rows stay as they are while it cannot be seen."""
        try:
            state = await self._folder.look(_state_of, self._root)
        except (OSError, ValueError) as error:  # as a disk that was unplugged: it may come back
            self._gone = True
            return State(self._state.marks, (of_error(error, self._root),))
        if self._gone:  # which may be why these failed
            for one in self._failed:
                self._made_from.pop(one, None)
            self._gone = False
        return state

    def _due(self) -> list[str]:
        return [one for one, mark in self._state.marks.items() if self._made_from.get(one) != mark]

    async def _make(self, one: str) -> None:
        """Make the row of one runner anew."""
        mark = self._state.marks[one]
        try:
            row = await self._worker.run(made_row, self._root, one)
            self._failed.discard(one)
        except Exception as error:  # of whatever kind: one runner must not hide the others
            row = failed(self._rows[one], of_error(error, self._root))
            self._failed.add(one)
        self._rows[one], self._made_from[one] = row, mark
        self._version += 1


def _state_of(root: Path) -> State:
    return state_of(store_folder(root))


def _at_once(root: Path, state: Mapping[str, str]) -> list[Row]:
    return [kept_row(root, one, mark) or last_seen(root, one) for one, mark in state.items()]


def _now() -> float:
    return asyncio.get_running_loop().time()
