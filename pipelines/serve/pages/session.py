"""The page of one run: its report, what was stated of it, and what can be done to it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from pipelines.serve.computed.changes import export, intact, keep_fresh, process, swap
from pipelines.serve.computed.jobs import report_page, session_page, with_charts
from pipelines.serve.door.styles import policy_of
from pipelines.serve.pages.note import Form, form_of, store, unreadable
from pipelines.serve.pages.served import (
    athlete_in,
    form_in,
    served,
    session_in,
    shown,
    then,
)
from pipelines.serve.sentences import of_error
from pipelines.store.files import SessionFiles, session_files
from pipelines.store.stated.context_file import change_context, read_context

PARQUET: Final = "application/vnd.apache.parquet"
DOWNLOADS: Final = ("csv", "fit")
LONGEST_S: Final = 86_400.0


def files_in(request: Request) -> SessionFiles:
    """Return the files of the session that a path names."""
    return session_files(served(request).root, athlete_in(request), session_in(request))


async def session(request: Request) -> Response:
    """Show one run."""
    return await _with_form(request, await run_in_threadpool(_form, files_in(request)))


async def _with_form(request: Request, form: Form, status: int = 200) -> Response:
    """Show one run with a form as it is, or as it was filled in."""
    of = await served(request).computed(session_page, athlete_in(request), session_in(request))
    stored = status == 200 and "stored" in request.query_params
    return shown(request, "session.html.j2", status, of=of, form=form, stored=stored)


def _form(files: SessionFiles) -> Form:
    try:
        return form_of(read_context(files))
    except (OSError, ValueError) as error:
        return unreadable(of_error(error, files.root))


async def report(request: Request) -> Response:
    """Hand out the report; it is complete in itself, and only its own styles are let in."""
    audience = "runner" if request.query_params.get("for") == "runner" else "coach"
    who, name = athlete_in(request), session_in(request)
    of = served(request)

    async def drawn() -> str:
        page = await of.worker.run(report_page, of.root, who, name, audience)
        return await of.drawing.run(with_charts, page)

    html = await of.made(("report", who, name, audience), drawn, who)
    return HTMLResponse(html, headers={"Content-Security-Policy": policy_of(html)})


async def note(request: Request) -> Response:
    """State what is known of a run, as `midstance note` does."""
    files, given = files_in(request), await form_in(request)
    if (again := await run_in_threadpool(store, files, given)) is not None:
        return await _with_form(request, again, 409)
    return await _stored(request)


async def exclude(request: Request) -> Response:
    """Keep a run out of what is usual, or let it count again."""
    files, given = files_in(request), await form_in(request)
    reason = given.get("reason", "")
    if not reason and given.get("how") != "include":
        raise ValueError("say why the run does not count as usual")
    new, clear = ({"excluded": reason}, []) if reason else ({}, ["excluded"])
    await run_in_threadpool(change_context, files, new, clear=clear)
    return await _stored(request)


async def _stored(request: Request) -> Response:
    of, files = served(request), files_in(request)
    await of.worker.run(keep_fresh, of.root, files.athlete)
    return then(request, f"{path_of(files)}?stored")


async def swapped(request: Request) -> Response:
    """Exchange two pods and find the stances again."""
    given = await form_in(request)
    return await _done(request, swap, given.get("one", ""), given.get("other", ""))


async def processed(request: Request) -> Response:
    """Find the stances again, with a movement where one is given."""
    given = await form_in(request)
    return await _done(request, process, _movement(given))


async def _done(request: Request, work: Callable[..., None], *how: Any) -> Response:
    """Show the run once work is done to it; what is wrong with it by then stands on its page."""
    of, files = served(request), files_in(request)
    try:
        await of.worker.run(work, of.root, files.athlete, files.session, *how)
    finally:
        of.worker.rest()  # the memory that a recording takes is given back by its end
    return then(request, f"{path_of(files)}?stored")


def _movement(given: Mapping[str, str]) -> tuple[float, float] | None:
    ends = [given.get("start", ""), given.get("stop", "")]
    if not any(ends):
        return None
    try:
        start_s, stop_s = (float(end.replace(",", ".")) for end in ends)
    except ValueError:
        raise ValueError("give start and stop of the movement as numbers, in s") from None
    if not 0 <= start_s <= stop_s < LONGEST_S:
        raise ValueError("give a start of the movement that comes before its stop, in s")
    return start_s, stop_s


async def download(request: Request) -> Response:
    """Hand out a run in a format that other programs read."""
    of, files, kind = served(request), files_in(request), request.path_params["kind"]
    if kind == "parquet":
        data = await of.worker.run(intact, of.root, files.athlete, files.session)
        named = f'attachment; filename="{files.athlete}-{files.stances.name}"'
        return Response(data, media_type=PARQUET, headers={"Content-Disposition": named})
    if kind not in DOWNLOADS:
        raise HTTPException(404, f"a run is handed out as {', '.join(DOWNLOADS)} or parquet")
    folder = tempfile.TemporaryDirectory(prefix="midstance-")
    try:
        path = await of.worker.run(
            export, of.root, files.athlete, files.session, kind, Path(folder.name)
        )
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(path, filename=path.name, background=BackgroundTask(folder.cleanup))


def path_of(files: SessionFiles) -> str:
    """Return where the page of a session is, among those of its store."""
    return f"/athletes/{files.athlete}/runs/{files.session}"


ONE = "/athletes/{athlete}/runs/{session}"
routes = (
    Route(ONE, session, methods=["GET"]),
    Route(f"{ONE}/report", report, methods=["GET"]),
    Route(f"{ONE}/note", note, methods=["POST"]),
    Route(f"{ONE}/exclude", exclude, methods=["POST"]),
    Route(f"{ONE}/swap", swapped, methods=["POST"]),
    Route(f"{ONE}/process", processed, methods=["POST"]),
    Route(f"{ONE}/download/{{kind}}", download, methods=["GET"]),
)
