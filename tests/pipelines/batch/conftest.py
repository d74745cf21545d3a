"""A store of short virtual runs that nothing was computed of yet."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from as_a_user.many_processes import contents
from runs.virtual_days import a_day, keep_true

from imu.simulation import Run, Stand
from pipelines.batch import batch as batches
from pipelines.batch.batch import Wanted, batch
from pipelines.batch.engines import Lent

RUNS = 3
WHOSE = ("ana", "ben")


@contextmanager
def here(workers):
    """Lend a thread of this process: as an engine, but nothing has to start."""
    with ThreadPoolExecutor(1) as executor:
        yield Lent(executor, 1)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """Six runs of two people, raw files only."""
    root = tmp_path_factory.mktemp("recorded")
    for k in range(RUNS):
        day = a_day(Stand(6.0), Run(18.0, speed_mps=2.8 + 0.2 * k), seed=5 + k)
        for athlete in WHOSE:
            keep_true(day, root, athlete, f"2026-11-{10 + k}-a1b2")
    return root


@pytest.fixture
def unprocessed(recorded, tmp_path):
    return shutil.copytree(recorded, tmp_path / "store")


@pytest.fixture(scope="session")
def processed(recorded, tmp_path_factory):
    """That store as a batch leaves it that nothing disturbs."""
    root = shutil.copytree(recorded, tmp_path_factory.mktemp("processed") / "store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "engine", lambda name: here)
        assert not batch(str(root), Wanted(), lambda line: None).failed
    return root


@pytest.fixture
def store(processed, tmp_path):
    """A copy of it."""
    return shutil.copytree(processed, tmp_path / "store")


@pytest.fixture(scope="session")
def computed(processed):
    """The bytes of all its files."""
    return contents(processed)


@pytest.fixture
def batch_here(monkeypatch):
    """Return a function that does a batch in this process."""
    monkeypatch.setattr(batches, "engine", lambda name: here)

    def done(root, say=lambda line: None, **wanted):
        return batch(str(root), Wanted(**wanted), say)

    return done
