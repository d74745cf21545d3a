"""``midstance batch``: many sessions at once, by many processes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import Json
from pipelines.cli.output import say, show, stop, vars_of

if TYPE_CHECKING:
    from datetime import date

    from pipelines.batch.batch import Batched


def batch(
    store: Annotated[str, typer.Argument(help="A store: a folder, or s3://BUCKET/PREFIX.")],
    athlete: Annotated[list[str] | None, typer.Option(help="Only hers; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help="Only from a day on, 2026-10-01.")] = None,
    where: Annotated[
        str, typer.Option(help="SQL over the table of sessions: \"edition < 5 or grade = 'A'\".")
    ] = "",
    executor: Annotated[
        str, typer.Option(help="local, loky, or dask://HOST:PORT of a scheduler.")
    ] = "local",
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many at once; else as many as there are.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder that gets a report of each session, too.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="Another store for what is computed; this one stays.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also what is done already.")] = False,
    json: Json = False,
) -> None:
    """Process many sessions by many processes, or a cluster.

    What this version computed already is skipped, so that a batch which was stopped goes on when it
    is asked again. One session that fails stops no other. --into keeps what an earlier version
    computed beside what this one does.
    """
    from pipelines.batch.batch import Wanted
    from pipelines.batch.batch import batch as batched

    wanted = Wanted(
        athletes=athlete or (),
        since=_day(since),
        where=where,
        executor=executor,
        workers=workers,
        into=into,
        again=again,
        reports=report,
    )
    done = batched(store, wanted, say)
    show(vars_of(done), [*_notes(done), _in_short(done)], json=json)
    if done.failed:
        for words in _table(done):
            say(words)
        stop(f"{len(done.failed)} failed; the same command goes on from here")


def _day(text: str | None) -> date | None:
    from datetime import date

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"since is {text!r}; write a day as 2026-10-01") from None


def _in_short(done: Batched) -> str:
    from pipelines.formatting import duration

    kinds = [one.kind for one in done.sessions]
    running = duration(sum(one.running_s for one in done.sessions))
    words = [f"{kinds.count('done')} sessions processed ({running} of running)"]
    if skipped := kinds.count("skipped"):
        words.append(f"{skipped} were done already")
    if done.reports:
        made = sum(one.kind == "done" for one in done.reports)
        words.append(f"{made} reports written")
    return f"{', '.join(words)}, in {duration(done.took_s)}"


def _notes(done: Batched) -> list[str]:
    return [f"{one.athlete} {one.session}: {one.note}" for one in done.sessions if one.note]


def _table(done: Batched) -> list[str]:
    """Return a line for each failure: whose, which, why."""
    rows = [(one.athlete, one.session or "sessions", one.trouble) for one in done.failed]
    wide = [max(len(row[k]) for row in rows) for k in range(2)]
    return [f"  {a:<{wide[0]}}  {s:<{wide[1]}}  {why}" for a, s, why in rows]
