import shutil
from dataclasses import replace

import pytest
from runs.virtual_days import SESSION
from watches.watch_of_run import of_paces

from pipelines.export.kinds import KINDS, Wanted, export
from pipelines.process.session import process_raw
from pipelines.store.files import session_files
from pipelines.store.tables.raw_file import read_raw, write_raw


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A processed session in which the pace changes."""
    return of_paces(tmp_path_factory.mktemp("store"))


@pytest.fixture
def files(made, tmp_path):
    """A copy of that session."""
    old, new = (session_files(root, "ana", SESSION) for root in (made, tmp_path / "store"))
    shutil.copytree(old.root, new.root)
    return new


@pytest.fixture
def gappy(files):
    """The session with a second of the left shank lost, and no gyroscope on the right one."""
    raw = read_raw(files.raw)
    left, right = raw.pods["shank_left"], raw.pods["shank_right"]
    keep = (left.time_us < 60_000_000) | (left.time_us > 61_000_000)
    left = replace(left, samples=left.samples[keep], time_us=left.time_us[keep])
    right = replace(right, scale=replace(right.scale, gyr_radps=None, gyr_range_radps=None))
    pods = {**raw.pods, "shank_left": left, "shank_right": right}
    write_raw(files, replace(raw, pods=pods), replace=True)
    process_raw(files.raw)
    return files


@pytest.fixture
def exported(files, tmp_path):
    """Export that session; returns what was written."""

    def write(kind, session=files, **how):
        path = tmp_path / f"out{KINDS[kind].ending}"
        return export(Wanted(session, path, **how), kind)

    return write
