"""Make the gallery: a report for each case, from runs that are stored and processed like any."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pipelines.demo.cases import Case, Past
from pipelines.demo.index_page import INDEX, write_index
from pipelines.demo.past import keep_run
from pipelines.demo.run import Say
from pipelines.demo.scenario import ATHLETE, TODAY_SEED, Plan, past_seed, past_word
from pipelines.demo.shown import Shown
from pipelines.demo.weeks import asked
from pipelines.process.session import Processed
from pipelines.report import write_report
from pipelines.store.files import session_files
from pipelines.store.stated.context_file import change_context

PACE_MPS: Final = 2.8
USUAL_SHOES: Final = "blue pair"
STORES: Final = "stores"


@dataclass(frozen=True)
class Gallery:
    """Where the gallery is, and what each of its pages says."""

    index: Path
    shown: tuple[Shown, ...]


def make_gallery(folder: Path, *, cases: Sequence[Case], say: Say, executor: Executor) -> Gallery:
    """Write a report for each of `cases` into `folder`, which must not exist, and an index.

    A past that several cases name is simulated once. The index is written when all else is.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    folder.mkdir(parents=True)
    reports: dict[str, Future[Shown]] = {}
    for past in dict.fromkeys(case.past for case in cases):
        of_past = [case for case in cases if case.past is past]
        stores = [folder / STORES / case.name for case in of_past]
        titles = "; ".join(case.title for case in of_past)
        say(f"Simulating and processing {len(past.runs)} past runs of {ATHLETE}: {titles} …")
        runs = [executor.submit(keep_stated_run, stores[0], plan) for plan in plans(past, now)]
        sessions = [run.result().session for run in runs]
        for store in stores[1:]:
            share(stores[0], store)
        for case, store in zip(of_past, stores, strict=True):
            job = executor.submit(show_case, case, store, folder, now, sessions)
            reports[case.name] = job
    shown = []
    for case in cases:
        shown.append(reports[case.name].result())
        say(f"  {case.title}: {shown[-1].headline}")
    return Gallery(write_index(folder / INDEX, shown), tuple(shown))


def plans(past: Past, now: datetime) -> list[Plan]:
    """Return the runs before today's, oldest first."""
    return [
        Plan(
            now - timedelta(days=run.days_ago),
            past_word(number),
            past_seed(number),
            past.run_s,
            PACE_MPS,
            run.change,
        )
        for number, run in enumerate(past.runs)
    ]


def keep_stated_run(store: Path, plan: Plan) -> Processed:
    """Simulate, store and process a run, and state its shoes."""
    done = keep_run(store, plan)
    files = session_files(store, done.athlete, done.session)
    change_context(files, {"shoes": plan.change.shoes or USUAL_SHOES})
    return done


def share(there: Path, here: Path) -> None:
    """Give the store `here` the runs of the store `there`: as links, which take no room.

    Whatever changes a stored file puts a new one in its place, so the other store keeps its own.
    """
    shutil.copytree(there, here, copy_function=_link_or_copy, dirs_exist_ok=True)


def _link_or_copy(there: str, here: str) -> None:
    try:
        os.link(there, here)
    except OSError:  # a file system without links
        shutil.copy2(there, here)


def show_case(
    case: Case, store: Path, folder: Path, now: datetime, past_sessions: Sequence[str]
) -> Shown:
    """Live today's run of a case, and write its report."""
    plan = Plan(now, "today", TODAY_SEED, case.past.run_s, PACE_MPS, case.today)
    done = keep_stated_run(store, plan)
    page = folder / f"{case.name}.html"
    report = write_report(store, ATHLETE, done.session, page)
    return Shown(
        case,
        page=page.name,
        store=f"{STORES}/{store.name}",
        headline=report.headline,
        over_time=tuple(filter(None, (report.over_run, report.over_weeks))),
        next_step=report.next_step,
        grade=done.grade,
        past_runs=len(past_sessions),
        over_weeks=asked(case, store, (*past_sessions, done.session)),
    )
