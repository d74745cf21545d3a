"""A run of one shank in a file of another system, and imported into a store."""

import json

import numpy as np
import pytest
from as_a_user.typed import typed

from imu import simulation

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


@pytest.fixture
def imported(csv, tmp_path, monkeypatch, capsys):
    """A store with that run in it."""
    store = tmp_path / "store"
    words = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", "ana")
    code, out, err = typed(monkeypatch, capsys, *words, "--store", store, "--json")
    assert code == 0, err
    return store, json.loads(out)
