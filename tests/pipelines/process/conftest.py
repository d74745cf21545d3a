import pytest
from runs.store_files import ALL
from runs.virtual_days import SESSION, a_day
from watches.watch_of_run import of_paces

from imu.simulation import Run, Stand
from pipelines.demo.live import record_day
from pipelines.store.files import session_files


@pytest.fixture(scope="package")
def day():
    return a_day(Stand(15.0), Run(35.0, speed_mps=3.0), Stand(3.0))


@pytest.fixture(scope="package")
def recorded(day, tmp_path_factory):
    """A journal of three virtual pods, recorded once over the virtual radio."""
    root = tmp_path_factory.mktemp("recorded")
    return record_day(day, root, athlete="ana", session=SESSION)


@pytest.fixture(scope="package")
def made(tmp_path_factory):
    """A processed session in which the pace changes."""
    return of_paces(tmp_path_factory.mktemp("store"))


@pytest.fixture
def files(made, tmp_path):
    """A copy of that session."""
    old, new = (session_files(root, "ana", SESSION) for root in (made, tmp_path))
    for kind in ALL:
        new.table(kind).parent.mkdir(parents=True)
        new.table(kind).write_bytes(old.table(kind).read_bytes())
    return new
