"""Reading a stored file leaves no thread behind, which could abort a process at its end."""

import subprocess
import sys
from pathlib import Path

import pytest

COUNTED = """
import os, sys
from pathlib import Path
import numpy, pandas, pyarrow.parquet, scipy.signal
from pipelines.store.parquet.checked_file import read
from pipelines.store.tables.raw_file import read_raw
from pipelines.store.tables.stance_file import stance_layout

def named():
    tasks = Path("/proc/self/task").iterdir()
    return sorted(name for t in tasks if "jemalloc" not in (name := (t / "comm").read_text()))

folder = Path(sys.argv[1])
before = named()
read_raw(next(folder.rglob("*.raw.parquet")))
read(next(folder.rglob("*.stances.parquet")), stance_layout())
assert named() == before, (before, named())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_reading_starts_no_thread(save, tmp_path):
    save(count=200_000)
    done = subprocess.run(
        [sys.executable, "-c", COUNTED, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[4],
    )
    assert done.returncode == 0, done.stderr
