"""Jobs that kill their workers, by every engine; clusters that are not, or no longer, there."""

import signal
import time
from subprocess import TimeoutExpired

import pytest
from many_processes import (
    Breaks,
    Ends,
    KillsItsFirstWorker,
    KillsItsWorker,
    batch_process,
    contents,
    started,
)

from pipelines.batch.engines import Pool, engine
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


def test_a_job_that_kills_every_worker_takes_no_other_with_it(tmp_path):
    killer = KillsItsWorker(str(tmp_path), "ida", "2026-11-10-a1b2")
    with Pool(engine("local"), 1) as pool:
        outcomes = run([killer, *jobs_of(tmp_path)[1:]], pool, nothing)
    assert [one.athlete for one in outcomes] == ["eva", *["ana"] * 4, "ida"]
    assert outcomes[-1].trouble == LOST
    assert outcomes[-1].kind == "failed"


class Cluster:
    """A scheduler and two workers, each a process of its own, on the loopback."""

    def __init__(self, folder):
        file = folder / "scheduler.json"
        alone = ("--no-dashboard", "--scheduler-file", file)
        self.scheduler = started(
            "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0, *alone
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
                process.wait(20)
            except TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    one = Cluster(tmp_path_factory.mktemp("dask"))
    yield one
    one.end()


def test_a_cluster_of_processes_computes_the_same_bytes(cluster, unprocessed, computed):
    process = batch_process(unprocessed, "--executor", cluster.address())
    _, said = process.communicate(timeout=240)
    assert process.returncode == 0, said
    assert contents(unprocessed) == computed


def test_a_cluster_that_lost_workers_and_then_goes_away(cluster, tmp_path):
    with Pool(engine(cluster.address()), None) as pool:
        check(run(jobs_of(tmp_path), pool, nothing))
        cluster.scheduler.kill()
        with pytest.raises(OSError, match="the workers went away; what was finished is kept"):
            run(jobs_of(tmp_path), pool, nothing)
    with (
        pytest.raises(OSError, match=r"no cluster answers at 127.0.0.1:1; start one"),
        Pool(engine("dask://127.0.0.1:1"), None) as pool,
    ):
        run(jobs_of(tmp_path), pool, nothing)
