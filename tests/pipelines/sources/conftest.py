"""A pod's worth of numbers and ways to write them down as other systems do."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from runs.virtual_table import a_shank, imported

from pipelines.sources import read_source


def signals(count: int = 600, rate_hz: float = 200.0, seed: int = 0):
    """Return time (n,), acceleration (n, 3) with gravity and angular rate (n, 3), SI."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(count) / rate_hz
    acc = np.array([1.0, -2.0, 9.5]) + rng.normal(scale=5.0, size=(count, 3))
    gyr = rng.normal(scale=3.0, size=(count, 3))
    return time_s, acc, gyr


def table(acc, gyr=None, **more) -> pd.DataFrame:
    columns = dict(zip(("aX", "aY", "aZ"), acc.T, strict=True))
    if gyr is not None:
        columns |= dict(zip(("gX", "gY", "gZ"), gyr.T, strict=True))
    return pd.DataFrame({**more, **columns})


MAPPING = """
rate_hz = 200

[pods.shank_left]
acc = ["aX", "aY", "aZ"]
acc_unit = "m/s2"
gyr = ["gX", "gY", "gZ"]
gyr_unit = "rad/s"
"""


@pytest.fixture
def read(tmp_path):
    """Write a data frame (or arrays) and a mapping, and read them as `read_source` does."""

    def write_and_read(data, mapping: str = MAPPING, suffix: str = ".csv", **how):
        path = tmp_path / f"data{suffix}"
        write(path, data, how)
        (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
        return read_source(tmp_path / "mapping.toml", path)

    return write_and_read


def write(path: Path, data, how) -> None:
    if isinstance(data, bytes):
        path.write_bytes(data)
    elif path.suffix == ".npz":
        np.savez(path, **data)
    elif path.suffix == ".parquet":
        data.to_parquet(path, **how)
    else:
        data.to_csv(path, index=False, **how)


@pytest.fixture
def mapping_of(tmp_path):
    """Read a mapping from its text."""
    from pipelines.sources.mapping import read_mapping

    def read_text(text: str):
        path = tmp_path / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return read_mapping(path)

    return read_text


@pytest.fixture
def make_signals():
    return signals


@pytest.fixture
def make_table():
    return table


@pytest.fixture
def plain_mapping():
    return MAPPING


@pytest.fixture
def data(make_signals, make_table):
    _, acc, gyr = make_signals()
    return make_table(acc, gyr, t=np.arange(600) * 5)


@pytest.fixture(scope="module")
def shank():
    """One shank of a virtual runner, as columns."""
    return a_shank()


@pytest.fixture
def take(tmp_path):
    """Import a text as a file with a mapping, each time into a store of its own."""
    count = iter(range(99))

    def run(text, mapping, **how):
        return imported(tmp_path / str(next(count)), {"run.csv": text}, mapping, **how)

    return run
