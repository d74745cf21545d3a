import pytest
from store_files import ALL
from virtual_days import SESSION, a_day, keep_true
from watch_of_run import PACES

from imu.simulation import Run, Stand
from pipelines.demo.live import quiet, record_day
from pipelines.process.session import process_raw
from pipelines.store.files import session_files


@pytest.fixture(scope="module")
def day():
    return a_day(Stand(15.0), Run(35.0, speed_mps=3.0), Stand(3.0))


@pytest.fixture(scope="module")
def recorded(day, tmp_path_factory):
    """A journal of three virtual pods, recorded once over the virtual radio."""
    root = tmp_path_factory.mktemp("recorded")
    return record_day(day, root, athlete="ana", session=SESSION, on_health=quiet)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A processed session in which the pace changes."""
    root = tmp_path_factory.mktemp("store")
    script = [Run(s, speed_mps=v) if v else Stand(s) for s, v in PACES]
    process_raw(keep_true(a_day(*script), root).raw)
    return root


@pytest.fixture
def files(made, tmp_path):
    """A copy of that session."""
    old, new = (session_files(root, "ana", SESSION) for root in (made, tmp_path))
    for kind in ALL:
        new.table(kind).parent.mkdir(parents=True)
        new.table(kind).write_bytes(old.table(kind).read_bytes())
    return new
