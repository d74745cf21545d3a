"""A run of one shank in a file of another system, and imported into a store."""

import json
import shutil
from contextlib import redirect_stdout
from io import StringIO

import numpy as np
import pytest

from imu import simulation
from pipelines import cli

MAPPING = """
rate_hz = 200.0

[pods.shank_left]
acc = ["ax", "ay", "az"]
acc_unit = "m/s2"
gyr = ["gx", "gy", "gz"]
gyr_unit = "rad/s"
"""


@pytest.fixture(scope="package")
def csv(tmp_path_factory):
    """A minute of running of one shank, as another system would write it."""
    folder = tmp_path_factory.mktemp("csv")
    run_ = simulation.simulate(
        simulation.Runner(), (simulation.Stand(6), simulation.Run(40)), seed=5
    )
    pod = run_.recording().sensors["shank_left"]
    table = np.hstack([pod.acc_mps2, pod.gyr_radps])
    np.savetxt(folder / "run.csv", table, "%.5f", ",", header="ax,ay,az,gx,gy,gz", comments="")
    (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
    return folder


@pytest.fixture(scope="package")
def imported_once(csv, tmp_path_factory):
    """A store with that run in it, not to be changed, and what the command said of it."""
    store = tmp_path_factory.mktemp("imported") / "store"
    words = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", "ana")
    said = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.setattr("sys.argv", ["midstance", *map(str, words), "--store", str(store), "--json"])
        cli.main()
    return store, said.getvalue()


@pytest.fixture
def imported(imported_once, tmp_path):
    """A store of one's own with that run in it."""
    once, said = imported_once
    store = tmp_path / "store"
    shutil.copytree(once, store)
    return store, json.loads(said.replace(str(once), str(store)))
