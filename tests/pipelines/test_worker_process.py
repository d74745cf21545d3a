"""Workers end with the process that started them, whichever engine they are of."""

import signal
import sys
import time
from pathlib import Path

import pytest
from as_a_user.many_processes import python

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="processes are found by Linux's /proc"
)
LENDS = """
import os, sys, time
from pipelines.batch.engines import Pool, engine

if __name__ == "__main__":
    with Pool(engine(sys.argv[1]), 1) as pool:
        executor = pool.lent().executor
        print(executor.submit(os.getpid).result(), flush=True)
        executor.submit(time.sleep, 600).result()
"""


@pytest.mark.parametrize("engine", ["local", "loky"])
def test_a_worker_ends_with_a_process_that_is_killed(engine, tmp_path):
    (tmp_path / "lends.py").write_text(LENDS, encoding="utf-8")
    lender = python(tmp_path / "lends.py", engine)
    worker = int(lender.stdout.readline())
    lender.send_signal(signal.SIGKILL)
    lender.wait()
    until = time.monotonic() + 30
    while Path(f"/proc/{worker}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    lender.stdout.close()
    lender.stderr.close()
    assert not Path(f"/proc/{worker}").exists()
