"""Jobs that kill their workers, by every engine; clusters that are not, or no longer, there."""

import signal
import time
from subprocess import TimeoutExpired

import pytest
from as_a_user.many_processes import (
    Breaks,
    Ends,
    KillsItsFirstWorker,
    KillsItsWorker,
    contents,
    started,
)

from pipelines.batch.engines import Pool, engine
from pipelines.batch.jobs import Process
from pipelines.batch.run import LOST, run

pytestmark = pytest.mark.filterwarnings("default")  # of the engines' own


def nothing(job, outcome):
    pass


def jobs_of(folder):
    names = [f"2026-11-{k:02d}-a1b2" for k in range(10, 14)]
    return [
        KillsItsFirstWorker(str(folder), "ben", names[0]),
        Breaks(str(folder), "eva", names[0]),
        *(Ends(str(folder), "ana", name) for name in names),
    ]


def check(outcomes):
    done = sorted((one.athlete, one.kind) for one in outcomes)
    assert done == [*[("ana", "done")] * 4, ("ben", "done"), ("eva", "failed")]
    (broken,) = [one.trouble for one in outcomes if one.kind == "failed"]
    assert broken == "midstance failed at it (ZeroDivisionError: 2026-11-10-a1b2); report it"


def test_a_lost_worker_costs_no_job_and_a_bug_stops_no_other(tmp_path):
    with Pool(engine("loky"), 1) as pool:
        check(run(jobs_of(tmp_path), pool, nothing))


def test_a_job_that_kills_every_worker_takes_no_other_with_it(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.batch.run.TRIES", 1)
    killer = KillsItsWorker(str(tmp_path), "ida", "2026-11-10-a1b2")
    with Pool(engine("local"), 1) as pool:
        outcomes = run([killer, *jobs_of(tmp_path)[1:]], pool, nothing)
    assert [one.athlete for one in outcomes] == ["eva", *["ana"] * 4, "ida"]
    assert outcomes[-1].trouble == LOST
    assert outcomes[-1].kind == "failed"


class Cluster:
    """A scheduler and two workers, each a process of its own, on the loopback.

    It gives a job up with the first worker that dies of it, and says so (`KilledWorker`).
    """

    def __init__(self, folder):
        file = folder / "scheduler.json"
        alone = ("--no-dashboard", "--scheduler-file", file)
        self.scheduler = started(
            *("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0, *alone),
            DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0",
        )
        workers = ("--nworkers", 2, "--nthreads", 1, "--local-directory", folder)
        self.workers = started("distributed.cli.dask_worker", *alone, *workers)
        self.file = file

    def address(self):
        from distributed import Client

        while not self.file.exists():
            assert self.scheduler.poll() is None
            time.sleep(0.05)
        with Client(scheduler_file=str(self.file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            return "dask" + client.scheduler.address.removeprefix("tcp")

    def end(self):
        for process in (self.workers, self.scheduler):
            process.send_signal(signal.SIGTERM)
        for process in (self.workers, self.scheduler):
            try:
                process.wait(3)
            except TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    one = Cluster(tmp_path_factory.mktemp("dask"))
    yield one
    one.end()


def test_a_cluster_computes_the_same_bytes_loses_workers_and_goes_away(
    cluster, unprocessed, computed, tmp_path
):
    sessions = [Process(str(unprocessed), "ana", f"2026-11-{day}-a1b2") for day in (10, 11)]
    with Pool(engine(cluster.address()), None) as pool:
        found = run([*sessions, *jobs_of(tmp_path)], pool, nothing)
        # On a busy machine a result may not arrive in time: its job runs again, and finds it done.
        check([one for one in found if not one.stances and one.kind != "skipped"])
        stances = [place for place in contents(unprocessed) if place.startswith("stances/")]
        assert len(stances) == 2
        assert all(contents(unprocessed)[place] == computed[place] for place in stances)
        cluster.scheduler.kill()
        with pytest.raises(OSError, match="the workers went away; what was finished is kept"):
            run(jobs_of(tmp_path), pool, nothing)
    with (
        pytest.raises(OSError, match=r"no cluster answers at 127.0.0.1:1; start one"),
        Pool(engine("dask://127.0.0.1:1"), None) as pool,
    ):
        run(jobs_of(tmp_path), pool, nothing)
