"""From stored sessions to the page."""

from datetime import UTC, datetime, timedelta

import pytest

from imu import simulation
from pipelines.demo.past import raw_session
from pipelines.demo.scenario import Day
from pipelines.process.session import process_raw
from pipelines.report import write_report
from pipelines.store.files import session_files, session_name
from pipelines.store.raw_file import write_raw

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
PAST_RUNS = 4
MOST_TO_REPORT = 25.0
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
