"""A run imported from each system's files has the stances of the same run imported as it is."""

from importlib.util import find_spec

import numpy as np
import pytest
from foreign_exports import NAMES, WRITERS, pods_of
from runs.virtual_days import a_day

from imu.simulation import Run, Stand
from pipelines.process.imported import import_file
from pipelines.store.tables.stance_file import read_header, read_stances

RATE_HZ = 200.0
NO_GYR = {"actigraph", "geneactiv"}
NOT_JOINED = "not joined"


@pytest.fixture(scope="module")
def run():
    return pods_of(a_day(Stand(12.0), Run(18.0, speed_mps=2.7), Stand(3.0)).simulation.recording())


def direct(pods, folder, *, gyr=True):
    """Import the same samples as plain arrays, as the core has them."""
    arrays = {f"acc_{place}": acc for place, (acc, _) in pods.items()}
    arrays |= {f"gyr_{place}": turns for place, (_, turns) in pods.items()} if gyr else {}
    np.savez(folder / "run.npz", **arrays)
    mapping = f"rate_hz = {RATE_HZ:g}\nstarted = 2026-11-22T08:30:00Z\n"
    for place in pods:
        mapping += f'[pods.{place}]\nacc = "acc_{place}"\nacc_unit = "m/s2"\n'
        mapping += f'gyr = "gyr_{place}"\ngyr_unit = "rad/s"\n' if gyr else ""
    (folder / "run.toml").write_text(mapping)
    return import_file(folder / "run.npz", folder / "run.toml", folder / "store", athlete="ana")


@pytest.fixture(scope="module")
def known(run, tmp_path_factory):
    """The stances of the direct path, with and without angular rate."""
    done = {}
    for gyr in (True, False):
        folder = tmp_path_factory.mktemp("direct")
        done[gyr] = read_stances(direct(run, folder, gyr=gyr).stances_path).frame
    return done


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_the_stances_are_those_of_the_direct_path(name, run, known, tmp_path):
    if name == "actigraph" and find_spec("pygt3x") is None:
        pytest.skip("pygt3x, the reader of .gt3x, is not installed")
    folder = tmp_path / "files"
    folder.mkdir()
    WRITERS[name](folder, run, RATE_HZ)
    files = sorted(folder.iterdir())
    done = import_file(files, name, tmp_path / "store", athlete="ana", pods=NAMES)
    frame, true = read_stances(done.stances_path).frame, known[name not in NO_GYR]
    assert len(true) > 40
    assert len(frame) == len(true)
    assert list(frame["side"]) == list(true["side"])
    assert (frame["initial_contact_s"] - true["initial_contact_s"]).abs().max() < 6e-3
    header = read_header(done.stances_path)
    assert header["source"]["mapping"].startswith("# ")
    assert f"as the preset {name} reads it" in header["source"]["mapping"]
