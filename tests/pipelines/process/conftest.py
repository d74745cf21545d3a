import pytest
from virtual_days import SESSION, a_day

from imu.simulation import Run, Stand
from pipelines.demo.live import quiet, record_day


@pytest.fixture(scope="module")
def day():
    return a_day(Stand(15.0), Run(35.0, speed_mps=3.0), Stand(3.0))


@pytest.fixture(scope="module")
def recorded(day, tmp_path_factory):
    """A journal of three virtual pods, recorded once over the virtual radio."""
    root = tmp_path_factory.mktemp("recorded")
    return record_day(day, root, athlete="ana", session=SESSION, on_health=quiet)
