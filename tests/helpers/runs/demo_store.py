"""What the demo makes, with each of its days at a fixed date: six past runs, and today's."""

import shutil
from datetime import UTC, datetime

from pipelines.demo import live, scenario
from pipelines.demo.cases import SIX
from pipelines.demo.past import keep_run
from pipelines.process.from_journal.journal import process_journal
from pipelines.report import write_report
from pipelines.store.files import session_name

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def kept_past(store):
    """Fill a store with the six past runs."""
    store.mkdir()
    for number in range(len(SIX.runs)):
        keep_run(store, scenario.planned_past(number, NOW))
    return store


def lived(past, folder, today):
    """Record, process and report today's run in a copy of the past."""
    store = shutil.copytree(past, folder / "store")
    day = scenario.this_day(today, NOW)
    session = session_name(day.started, day.word)
    journal = live.record_day(day, store, athlete=scenario.ATHLETE, session=session)
    done = process_journal(journal, store)
    report = write_report(store, scenario.ATHLETE, session, folder / "report.html")
    return day, journal, done, report
