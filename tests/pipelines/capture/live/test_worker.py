"""The process of the live view: it looks, it leaves Ctrl-C alone, and it is never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path

import pytest

from pipelines.capture.live.feed import Live
from pipelines.capture.live.view import View
from pipelines.capture.live.worker import live_process, look
from pipelines.store.journal.format import Pod

ROOT = Path(__file__).resolve().parents[4]


def pids():
    return [child.pid for child in active_children()]


def test_it_looks_in_a_process_of_its_own_and_is_gone_afterwards():
    before = set(pids())  # others of this run of tests may still be about to end
    with live_process(()) as executor:
        view = executor.submit(look, {}).result()
        assert isinstance(view, View)
        assert view.stances == (0, 0)
        assert executor.submit(os.getpid).result() != os.getpid()
        children = [child for child in active_children() if child.pid not in before]
        assert len(children) == 1
    for child in children:
        child.join(30)
    assert set(pids()) <= before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_ctrl_c_is_for_the_recorder_alone():
    with live_process(()) as executor:
        pid = executor.submit(os.getpid).result()
        os.kill(pid, signal.SIGINT)
        assert executor.submit(os.getpid).result() == pid


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_process_that_dies_is_said_and_the_recording_goes_on():
    async def main(executor):
        said, views = [], []
        live = Live(executor, look, views.append)
        pod = Pod("pelvis", "C0:00:00:00:00:10", "ORP-PEL", "orp_v1")
        running = asyncio.create_task(live.run(said.append))
        os.kill(executor.submit(os.getpid).result(), signal.SIGKILL)
        live.opened(1, pod, [])
        while not said:
            await asyncio.sleep(0.01)
        assert not running.done()
        running.cancel()
        return said, views

    with live_process(()) as executor:
        said, views = asyncio.run(main(executor))
    (words,) = said
    assert words.startswith("the live numbers ended (BrokenProcessPool")
    assert views == [None]


ORPHAN = """
import os
from pipelines.capture.live.worker import live_process
if __name__ == "__main__":
    with live_process(()) as executor:
        print(executor.submit(os.getpid).result(), flush=True)
        os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_it_ends_with_a_recorder_that_is_killed(tmp_path):
    script = tmp_path / "killed.py"
    script.write_text(ORPHAN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout)
    deadline = time.monotonic() + 60.0
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not runs(pid)


def runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:  # one that has ended and that nobody has asked for counts as gone
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


def test_look_is_refused_outside_of_it():
    with pytest.raises(RuntimeError, match="look is for the process that live_process starts"):
        look({})
