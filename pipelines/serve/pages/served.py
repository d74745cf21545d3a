"""What all pages are made from: the store, the worker, the rows; and how a page is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeVar, cast
from urllib.parse import parse_qsl

from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipelines.errors import in_words
from pipelines.serve.door.address import Address
from pipelines.serve.door.keys import Visitor
from pipelines.serve.folder import PATIENCE_S, Folder, NoAnswerError
from pipelines.serve.opened import Opened
from pipelines.serve.pages.templates import page
from pipelines.serve.roster.changed_files import state_of_athlete
from pipelines.serve.roster.standings import Roster, Standings
from pipelines.serve.sentences import bounded, of_error
from pipelines.serve.words import REFUSED
from pipelines.serve.worker import EndedError, Worker
from pipelines.store.files import check_athlete, check_session

T = TypeVar("T")
KEPT: Final = 24
"""Pages of runners and reports that are kept, until the files they are made from are others."""
MOST_FIELDS: Final = 200
CHECKS: Final = {"athlete": check_athlete, "session": check_session}


@dataclass
class Served:
    """One store as it is served; `ending` says whether the server is about to end.

    `asking` is a worker of its own, so that a long question holds no page up, and `drawing` one
    whose end gives the memory back that drawing takes. `listeners` are the pages that see what is
    being recorded as it comes. One of several has a `name`, by which its addresses begin, and a
    `label` that is shown; one on S3 is a copy that was `opened`.
    """

    folder: Folder
    at: Address
    worker: Worker
    standings: Standings
    asking: Worker
    drawing: Worker
    ending: Callable[[], bool] = lambda: False
    name: str = ""
    label: str = ""
    opened: Opened | None = None
    listeners: int = 0
    kept: dict[tuple[Any, ...], tuple[str, Any]] = field(default_factory=dict)
    jobs: dict[tuple[str, ...], asyncio.Task[Any]] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """Return where the store lies."""
        return self.folder.root

    @property
    def base(self) -> str:
        """Return what the addresses of its pages begin with."""
        return f"/s/{self.name}" if self.name else ""

    async def keep(self) -> None:
        """Keep the rows as the store is, and a copy as what it is of, until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self.standings.keep())
            if self.opened:
                both.create_task(self.opened.keep())

    async def roster(self) -> Roster:
        """Return the rows; that those of a copy may be old is among what is strange."""
        found = await self.standings.roster()
        if self.opened and self.opened.trouble:
            return replace(found, strange=(*found.strange, self.opened.trouble))
        return found

    async def computed(self, function: Callable[..., T], athlete: str, *more: str) -> T:
        """Return what `function` of the worker says of an athlete, kept while her files stay."""
        make = partial(self.worker.run, function, self.root, athlete, *more)
        return await self.made((function.__name__, athlete, *more), make, athlete)

    async def made(
        self, key: tuple[str, ...], make: Callable[[], Coroutine[Any, Any, T]], athlete: str
    ) -> T:
        """Return what is made of an athlete under a key, kept while her files stay."""
        self.standings.asked()
        state = await self.folder.soon(state_of_athlete, PATIENCE_S, self.root, athlete)
        if (known := self.kept.pop(key, None)) is None or known[0] != state:
            known = state, await self._once((state, *key), make)
        self.kept[key] = known  # as the last one
        while len(self.kept) > KEPT:
            del self.kept[next(iter(self.kept))]
        return cast("T", known[1])

    async def _once(self, key: tuple[str, ...], make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Let all who ask for the same at once wait for one job, also where some hang up."""
        if (job := self.jobs.get(key)) is None:
            job = asyncio.create_task(make())
            job.add_done_callback(lambda _: self.jobs.pop(key))
            self.jobs[key] = job
        return cast("T", await asyncio.shield(job))


def served(request: Request) -> Served:
    """Return the store that is served."""
    return cast("Served", cast("State", request.app.state).served)


def athlete_in(request: Request) -> str:
    """Return the athlete that a path names; a name that cannot be one is not found."""
    return _checked(check_athlete, request.path_params["athlete"])


def session_in(request: Request) -> str:
    """Return the session that a path names; a name that cannot be one is not found."""
    return _checked(check_session, request.path_params["session"])


def _checked(check: Callable[[str], str], name: str) -> str:
    try:
        return check(name)
    except ValueError as error:
        raise HTTPException(404, str(error)) from None


async def form_in(request: Request) -> dict[str, str]:
    """Return the fields of a form, as browsers send them; their number is limited."""
    body = await request.body()
    try:
        fields = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError:
        raise HTTPException(400, "This is no form of these pages; load the page again.") from None
    return {name: value.replace("\r\n", "\n").strip() for name, value in fields}


def visitors(request: Request) -> Mapping[str, Visitor]:
    """Return who asks, by the stores whose pages these are and that they may see."""
    return cast("Mapping[str, Visitor]", getattr(request.state, "visitors", {}))


def may_change(request: Request) -> bool:
    """Say whether who asks may change what a page is about."""
    copies = getattr(request.state, "copies", ())
    known = visitors(request).items()
    return any(who.may_change for store, who in known if store not in copies)


def shown(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """Return a page."""
    of = getattr(request.app.state, "served", None)
    about = {"base": of.base if of else "", "store": of.label if of else ""}
    return HTMLResponse(page(template, may_change=may_change(request), **about, **values), status)


def then(request: Request, path: str) -> Response:
    """Return the answer to a form that was stored: the page that shows it."""
    return RedirectResponse(f"{served(request).base}{path}", 303)


async def refused(request: Request, error: Exception) -> Response:
    """Return the page for what cannot be shown or done, with the sentence that says why."""
    status = _status(error)
    of = getattr(request.app.state, "served", None)
    words = of_error(error, of.root) if of else in_words(error)
    if isinstance(error, HTTPException):
        phrase = error.detail == HTTPStatus(status).phrase  # of the framework, for no one page
        words = REFUSED[status] if phrase else bounded(error.detail)
    return _refused(request, status, words)


async def failed(request: Request, _: Exception) -> Response:
    """Return the page for an error of the program; what it was stands where the server runs."""
    return _refused(request, 500, REFUSED[500])


def _refused(request: Request, status: int, words: str) -> Response:
    """Return a page that says why, with the way back to what its path names."""
    here = {kind: _known(request, kind, check) for kind, check in CHECKS.items()}
    return shown(request, "refused.html.j2", status, words=words, path=request.url.path, **here)


def _status(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.status_code
    kinds = ((EndedError, 503), (NoAnswerError, 503), (FileNotFoundError, 404), (OSError, 500))
    return next((status for kind, status in kinds if isinstance(error, kind)), 400)


def _known(request: Request, kind: str, check: Callable[[str], str]) -> str:
    """Return the athlete or session that a path names, "" where it names none."""
    try:
        return check(request.path_params.get(kind, ""))
    except ValueError:
        return ""
