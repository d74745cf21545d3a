"""Process the sessions of a store anew, tabulate them, report on them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Final

from pipelines.batch.choose import chosen
from pipelines.batch.engines import Pool, engine
from pipelines.batch.jobs import Job, MakeReport, Outcome, Process, Tabulate
from pipelines.batch.progress import Progress
from pipelines.batch.run import run
from pipelines.store.layout import check_layout
from pipelines.store.s3.bucket import is_on_s3

ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # one letter is a drive of Windows
OF_STORE: Final = re.compile(r"s3://[^/]+(/[^/]+)*/?")


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a batch: see `pipelines.batch.choose.chosen` for the first three.

    `executor` is local, loky or dask:// and an address; `workers` is how many, None for all there
    are. `into` is another store that gets what is computed; `again` does what is done already;
    `reports` is a folder that gets a report of each session.
    """

    athletes: Sequence[str] = ()
    since: date | None = None
    where: str = ""
    executor: str = "local"
    workers: int | None = None
    into: Path | None = None
    again: bool = False
    reports: Path | None = None


@dataclass(frozen=True)
class Batched:
    """What a batch came to: an outcome for each session, table and report, in order of names."""

    sessions: tuple[Outcome, ...]
    tables: tuple[Outcome, ...]
    reports: tuple[Outcome, ...]
    took_s: float

    @property
    def failed(self) -> list[Outcome]:
        """All that failed."""
        every = (*self.sessions, *self.tables, *self.reports)
        return [one for one in every if one.kind == "failed"]


def batch(store: str, wanted: Wanted, say: Callable[[str], None]) -> Batched:
    """Do what is wanted with the sessions of a store.

    Nothing that fails stops the rest. OSError or ValueError with one sentence where nothing can be
    done, or workers went away; what was finished is kept, and the same call goes on from there.
    """
    began = monotonic()
    lend = engine(wanted.executor)
    _check_address(store, wanted)
    root = store if is_on_s3(store) else os.path.abspath(store)  # noqa: PTH100  (may be a link)
    sessions = chosen(root, athletes=wanted.athletes, since=wanted.since, where=wanted.where)
    into = os.path.abspath(wanted.into) if wanted.into else ""  # noqa: PTH100
    _check_folders(root, into, wanted.reports)
    jobs = [
        Process(root, one.athlete, one.session, one.size, into=into, again=wanted.again)
        for one in sessions
    ]
    with Pool(lend, wanted.workers) as pool:
        processed = run(jobs, pool, Progress(len(jobs), sum(job.size for job in jobs), say))
        whose = dict.fromkeys(one.athlete for one in sessions)
        tables = run([Tabulate(into or root, athlete) for athlete in whose], pool, _nothing)
        reports = run(_reports(into or root, processed, wanted.reports, say), pool, _nothing)
    took_s = monotonic() - began
    return Batched(_in_order(processed), _in_order(tables), _in_order(reports), took_s)


def _check_address(store: str, wanted: Wanted) -> None:
    """Raise ValueError for an address where a folder is meant, or which is none of a store."""
    for folder in (wanted.into, wanted.reports):
        if folder and ADDRESS.match(str(folder)):
            raise ValueError(f"{folder} is an address; name a folder, as --into and --report take")
    if not store:
        raise ValueError("no store is named; name a folder, or s3://BUCKET/PREFIX")
    if ADDRESS.match(store) and not OF_STORE.fullmatch(store):
        raise ValueError(f"{store} is not the address of a store; write s3://BUCKET/PREFIX")
    if is_on_s3(store) and wanted.into:
        raise ValueError(f"--into takes a store in a folder; copy {store} to one first")


def _check_folders(root: str, into: str, reports: Path | None) -> None:
    """Raise OSError or ValueError where what is made cannot lie, before anything is."""
    for folder in [Path(one) for one in (into, reports) if one]:
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(f"{folder} is a file; name a folder")
    if not into:
        return
    check_layout(Path(into))
    here, there = os.path.realpath(root), os.path.realpath(into)
    if not is_on_s3(root) and os.path.commonpath([here, there]) in (here, there):
        raise ValueError(
            f"{into} and {root} lie in each other; name a folder outside for what is computed"
        )


def _reports(
    root: str, processed: Iterable[Outcome], folder: Path | None, say: Callable[[str], None]
) -> list[Job]:
    """Return a job for the report of each session that has stances."""
    if folder is None:
        return []
    there = os.path.abspath(folder)  # noqa: PTH100
    sound = [one for one in processed if one.kind != "failed"]
    say(f"{len(sound)} reports …")
    return [MakeReport(root, one.athlete, one.session, folder=there) for one in sound]


def _nothing(job: Job, outcome: Outcome) -> None:
    """Say nothing of what takes no time."""


def _in_order(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    return tuple(sorted(outcomes, key=lambda one: (one.athlete, one.session)))
