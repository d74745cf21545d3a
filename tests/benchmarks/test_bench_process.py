"""From a stored raw file to the stored stances."""

from datetime import UTC, datetime

import pytest

from pipelines.demo.past import raw_session
from pipelines.demo.scenario import Day
from pipelines.process.session import process_raw
from pipelines.store.files import session_files
from pipelines.store.tables.raw_file import write_raw

MOST_TO_PROCESS = 36.0
STARTED = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ALONE = """
import sys
from pathlib import Path
from pipelines.process import process_raw
process_raw(Path(sys.argv[1]))
"""


def test_process_raw(run, tmp_path, cost, tell_memory, timed):
    files = session_files(tmp_path, "ana", "2026-11-22-a1b2")
    write_raw(files, raw_session(Day(STARTED, "a1b2", run)))
    done, ratio = cost(lambda: process_raw(files.raw))
    assert done.stances == pytest.approx(len(run.truth.side), rel=0.02)
    assert not timed or ratio < MOST_TO_PROCESS
    tell_memory("process_raw in a process of its own", ALONE, files.raw)
