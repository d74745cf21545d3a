"""Run the demo: past runs, today's run live, the report; one line of progress per step."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipelines.demo import live, scenario
from pipelines.demo.cases import SIX
from pipelines.demo.past import keep_run
from pipelines.demo.scenario import ATHLETE, planned_past
from pipelines.process.from_journal.journal import process_journal
from pipelines.process.session import Processed
from pipelines.report import Report, write_report
from pipelines.store.files import session_name

Say = Callable[[str], None]
REPORT: Final = "report.html"


@dataclass(frozen=True)
class Demonstration:
    """What the demo left behind and found."""

    store: Path
    journal: Path
    today: Processed
    report: Report


def demonstrate(
    folder: Path,
    *,
    today: str,
    say: Say,
    executor: Executor | None = None,
) -> Demonstration:
    """Fill a store in `folder` with six past runs and today's, and write today's report.

    `today` is a case of `pipelines.demo.cases.OF_A_DAY`; `folder` must not exist yet. Past runs go
    through `executor` when there is one.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    store = folder / "store"
    store.mkdir(parents=True)
    say(f"Simulating and processing {len(SIX.runs)} past runs of {ATHLETE} …")
    for past in _past_runs(store, now, executor):
        say(f"  {past.session}: {past.stances} stances, grade {past.grade}")
    day = scenario.this_day(today, now)
    session = session_name(day.started, day.word)
    say("Recording today's run live, from three virtual pods over the virtual radio …")
    journal = live.record_day(day, store, athlete=ATHLETE, session=session)
    say("Processing today's journal …")
    processed = process_journal(journal, store)
    say("Comparing today with the past runs …")
    report = write_report(store, ATHLETE, session, folder / REPORT)
    return Demonstration(store, journal, processed, report)


def _past_runs(store: Path, now: datetime, executor: Executor | None) -> Iterator[Processed]:
    plans = [planned_past(number, now) for number in range(len(SIX.runs))]
    if executor is None:
        yield from (keep_run(store, plan) for plan in plans)
        return
    # Not `map`, which cancels what has not begun: an executor of Python 3.11 whose workers are
    # ended stumbles over what is cancelled.
    futures = [executor.submit(keep_run, store, plan) for plan in plans]
    yield from (future.result() for future in futures)


def fresh_folder(wanted: Path) -> Path:
    """Return `wanted`, or the first of ``wanted-2``, ``wanted-3`` … that does not exist yet."""
    if wanted.name in ("", ".."):
        raise ValueError("the demo wants a folder of its own; name one, like midstance-demo")
    number, folder = 1, wanted
    while folder.exists():
        number += 1
        folder = wanted.with_name(f"{wanted.name}-{number}")
    return folder
