"""From stored sessions to the page."""

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

import imu
from imu import simulation
from pipelines.demo.past import raw_session
from pipelines.demo.scenario import Day
from pipelines.process.session import process_raw
from pipelines.report import write_report
from pipelines.store.files import session_files, session_name
from pipelines.store.tables.raw_file import write_raw
from pipelines.store.tables.stance_file import write_stances

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
PAST_RUNS = 4
MOST_TO_REPORT = 25.0
MOST_FOR_PAST = 3.0
"""A report over a long past, in reports over a short one, in one run of this."""
HOUR_S = 3600.0


def keep(store, day):
    files = session_files(store, "ana", session_name(day.started, day.word))
    write_raw(files, raw_session(day))
    process_raw(files.raw)
    return files.session


@pytest.fixture(scope="module")
def store(run, tmp_path_factory):
    """A store with some short past runs and the long one of today."""
    root = tmp_path_factory.mktemp("store")
    for number in range(PAST_RUNS):
        past = simulation.simulate(
            simulation.another_day(simulation.Runner(), seed=number),
            (simulation.Stand(8.0), simulation.Run(30.0)),
            seed=number,
            pods=simulation.realistic(number),
            rate_hz=200.0,
        )
        keep(root, Day(NOW - timedelta(days=20 - 4 * number), f"past{number}", past))
    return root, keep(root, Day(NOW, "today", run))


def test_report(store, run, tmp_path, cost, timed):
    root, session = store
    page = tmp_path / "report.html"
    written, ratio = cost(lambda: write_report(root, "ana", session, page))
    assert written.path == page
    assert "<svg" in page.read_text(encoding="utf-8")
    # A page takes as long for a short run as for a long one: the yardstick is that of an hour.
    assert not timed or ratio * run.duration_s / HOUR_S < MOST_TO_REPORT


@pytest.fixture(scope="module")
def pasts(timed, tmp_path_factory):
    """Stores with few and with many past runs, every other day: one run under many names."""
    script = (simulation.Stand(8.0), simulation.Run(60.0))
    run = simulation.simulate(
        simulation.Runner(), script, seed=3, pods=simulation.realistic(3), rate_hz=200.0
    )
    analysis, stores = imu.analyse(run.recording()), {}
    for runs in (20, 400) if timed else (6, 14):
        stores[runs] = tmp_path_factory.mktemp(f"past{runs}")
        for number in range(runs + 1):
            started = NOW - timedelta(days=2 * (runs - number))
            files = session_files(stores[runs], "ana", session_name(started, "run"))
            about = {"started_utc": started.isoformat(), "duration_s": 68.0, "pods": {}}
            write_stances(files, analysis, about)
    return stores


def test_a_long_past_costs_little_more_than_a_short_one(pasts, tmp_path, timed, capsys):
    seconds = {}
    for runs, root in pasts.items():
        page = tmp_path / f"{runs}.html"

        def once(root=root, page=page):
            begin = process_time()
            write_report(root, "ana", session_name(NOW, "run"), page)
            return process_time() - begin

        seconds[runs] = min(once() for _ in range(4 if timed else 1))
        assert f"{runs} runs" in page.read_text(encoding="utf-8")
    short, long = seconds.values()
    if timed:
        with capsys.disabled():
            print(f"\n  report, past runs: CPU s {seconds}, ratio {long / short:.2f}")
        assert long < MOST_FOR_PAST * short
