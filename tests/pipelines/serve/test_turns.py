"""The jobs of many stores in turn, and those of a store at which one stands still."""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Event, Semaphore

import pytest

from pipelines.serve.folder import THREADS, Folder, NoAnswerError
from pipelines.serve.turns import Turns
from pipelines.serve.worker import Worker

SOON_S = 0.05


@asynccontextmanager
async def turns(threads=2):
    with ThreadPoolExecutor(threads) as executor:
        yield Turns(executor)


async def begun(job):
    """Start a job, and let it come to its turn."""
    task = asyncio.ensure_future(job)
    for _ in range(5):
        await asyncio.sleep(0)
    return task


def test_what_a_page_waits_for_goes_before_rows_and_one_job_runs_at_a_time():
    done, gate, at_it, most = [], Event(), Semaphore(1), []

    def job(name):
        most.append(at_it.acquire(blocking=False))
        gate.wait(10)
        done.append(name)
        at_it.release()

    async def all_of_them():
        async with turns() as of:
            rows, pages = of.of("a", urgent=False), of.of("a")
            asked = [await begun(rows.run(job, "first row"))]
            asked += [await begun(of.of("b", urgent=False).run(job, "row of b"))]
            asked += [await begun(pages.run(job, "page")), await begun(of.of("b").run(job, "b"))]
            gate.set()
            await asyncio.gather(*asked)
            of.close()

    asyncio.run(all_of_them())
    assert done == ["first row", "page", "b", "row of b"]
    assert most == [True] * 4


def test_a_job_that_stands_still_holds_up_its_own_store_alone(monkeypatch):
    monkeypatch.setattr("pipelines.serve.turns.LONG_S", SOON_S)
    gate = Event()

    async def asked():
        async with turns() as of:
            still = await begun(of.of("gone").run(gate.wait, 10))
            behind = await begun(of.of("gone").run(str, "behind"))
            assert [await of.of("here").run(str, number) for number in range(3)] == list("012")
            assert not still.done()
            assert not behind.done()
            gate.set()
            assert await still
            assert await behind == "behind"
            assert len(of._idle) == 1
            of.rest()
            of.close()

    asyncio.run(asked())


def test_one_who_hangs_up_while_waiting_leaves_the_turn_to_others():
    gate = Event()

    async def asked():
        async with turns() as of:
            first = await begun(of.of("a").run(gate.wait, 10))
            left = await begun(of.of("b").run(str, "left"))
            next_one = await begun(of.of("c").run(str, "next"))
            left.cancel()
            gate.set()
            assert await first
            assert await next_one == "next"
            told_to_go = await begun(of.of("d").run(str, "d"))
            told_to_go.cancel()
            with pytest.raises(asyncio.CancelledError):
                await told_to_go
            assert await of.of("d").run(str, "again") == "again"

    asyncio.run(asked())


def test_an_error_of_a_job_comes_through_and_the_turn_goes_on():
    async def asked():
        async with turns() as of:
            with pytest.raises(ValueError, match="invalid literal"):
                await of.of("a").run(int, "x")
            assert await of.of("a").run(int, "1") == 1

    asyncio.run(asked())


def test_a_folder_that_does_not_answer_is_said_and_piles_nothing_up(tmp_path):
    gate = Event()
    looked = []

    async def asked():
        folder = Folder(tmp_path)
        for _ in range(6):
            with pytest.raises(NoAnswerError, match="does not answer; look whether its disk"):
                await folder.soon(lambda: (looked.append(1), gate.wait(10)), 0.01)
        assert folder._silent  # so that the next page does not wait as long
        gate.set()
        assert await folder.look(str, "there") == "there"
        assert await folder.soon(str, 10.0, "there") == "there"
        assert not folder._silent
        folder.close()

    asyncio.run(asked())
    assert len(looked) <= THREADS


def test_the_server_ends_also_while_a_drive_does_not_answer():
    words = (
        "import threading; from pipelines.serve import server; server.LEAVE_S = 0.05; "
        "threading.Thread(target=threading.Event().wait).start(); server.leave()"
    )
    assert subprocess.run([sys.executable, "-c", words], timeout=60).returncode == 0


def test_a_job_that_stands_still_keeps_no_server_from_ending(tmp_path):
    """A named pipe waits for ever, as a network drive that is gone does."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    async def reached():
        while True:
            with suppress(OSError):  # until somebody reads it
                return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            await asyncio.sleep(0.01)

    async def ended():
        worker = Worker()
        job = asyncio.create_task(worker.run(Path.read_bytes, pipe))
        answers = await reached()
        closing = asyncio.create_task(asyncio.to_thread(worker.close))
        await asyncio.wait({closing}, timeout=10)
        waited_for = not closing.done()
        os.close(answers)
        assert await job == b""
        return waited_for

    assert not asyncio.run(ended())
