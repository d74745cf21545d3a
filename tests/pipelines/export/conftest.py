import pytest
from virtual_days import SESSION, a_day, keep_true
from watch_of_run import PACES

from imu.simulation import Run, Stand
from pipelines.export.kinds import KINDS, Wanted, export
from pipelines.process.session import process_raw
from pipelines.store.files import session_files


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A processed session in which the pace changes."""
    root = tmp_path_factory.mktemp("store")
    script = [Run(s, speed_mps=v) if v else Stand(s) for s, v in PACES]
    process_raw(keep_true(a_day(*script), root).raw)
    return root


@pytest.fixture
def files(made, tmp_path):
    """A copy of that session."""
    old, new = (session_files(root, "ana", SESSION) for root in (made, tmp_path / "store"))
    new.folder.mkdir(parents=True)
    for name in ("raw", "stances"):
        getattr(new, name).write_bytes(getattr(old, name).read_bytes())
    return new


@pytest.fixture
def exported(files, tmp_path):
    """Export that session; returns what was written."""

    def write(kind, session=files, **how):
        path = tmp_path / f"out{KINDS[kind].ending}"
        return export(Wanted(session, path, **how), kind)

    return write
