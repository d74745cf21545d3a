"""The processes beside the server: what each loads, takes and is given, and how each ends."""

import asyncio
import os
import sys
import time

import pytest
from services.served import HERE, PORT, dies
from starlette.testclient import TestClient

from pipelines.serve import app
from pipelines.serve.door.address import Address
from pipelines.serve.pages import session
from pipelines.serve.worker import Limits, Worker

REPORT = "/athletes/ana/runs/2026-04-09-run/report"
LOADED = "sorted(__import__('sys').modules)"
"""What `eval` of it says of the process it is done in."""


@pytest.fixture
def begun():
    """The workers that applications begin: for pages, for questions, for drawings."""
    made = []

    class Known(Worker):
        def __init__(self, *args, **more):
            super().__init__(*args, **more)
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "Worker", Known)
        yield made


def test_a_report_is_computed_in_one_process_and_drawn_in_another(made_pair, begun, monkeypatch):
    pages = app.application(made_pair, Address("127.0.0.1", PORT))
    with TestClient(pages, base_url=HERE, headers={"origin": HERE}) as browser:
        monkeypatch.setattr(session, "with_charts", dies)
        lost = browser.get(REPORT)
        assert lost.status_code == 503
        assert "ended by this machine; load the page again" in lost.text
        monkeypatch.undo()
        drawn = browser.get(REPORT)
        assert drawn.status_code == 200
        assert drawn.text.count("<svg") > 5
        assert "data-chart" not in drawn.text
        assert browser.get("/explore", params={"sql": "select 1 as one"}).status_code == 200
        loaded = [set(browser.portal.call(of.run, eval, LOADED)) for of in begun]
    computes, asks, draws = loaded
    assert {"pandas", "pyarrow", "imu"} <= computes
    assert not {"vl_convert", "duckdb", "scipy.signal", "numba"} & computes
    assert "vl_convert" in draws
    assert not {"numpy", "pandas", "pyarrow", "imu", "duckdb"} & draws
    assert "duckdb" in asks
    assert not {"pandas", "pyarrow", "scipy", "vl_convert"} & asks


@pytest.mark.skipif(sys.platform == "win32", reason="a job's time is not limited on Windows")
def test_a_job_that_takes_too_long_is_ended_and_the_next_is_done():
    async def asked():
        worker = Worker(limits=Limits(most_s=0.2))
        with pytest.raises(OSError, match=r"longer than 0\.2 s, and was ended; ask for less"):
            await worker.run(time.sleep, 60)
        number = await worker.run(os.getpid)
        worker.close()
        return number

    assert asyncio.run(asked()) != os.getpid()


def test_a_process_without_work_ends_and_one_with_work_does_not():
    async def asked():
        worker = Worker(limits=Limits(idle_s=0.05))
        first = await worker.run(os.getpid)
        working = asyncio.ensure_future(worker.run(time.sleep, 0.2))
        again = await worker.run(os.getpid)
        await working
        while worker.begun:
            await asyncio.sleep(0.01)
        last = await worker.run(os.getpid)
        worker.close()
        return first, again, last

    first, again, last = asyncio.run(asked())
    assert first == again != last
