"""The numbers of a file are held once, whatever its rows are like, and read as they stand."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from pipelines.sources import read
from pipelines.sources.formats.table import Table
from pipelines.sources.formats.text.gathered import Gathered
from pipelines.sources.formats.text.lines import Stream
from pipelines.sources.limits import LIMITS
from pipelines.sources.read_table import read_table

MOST = 4.0
"""So many times what comes out of it an import may take."""
PODS = ("pelvis", "shank_left", "shank_right")
AXES = ("ax", "ay", "az", "gx", "gy", "gz")


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_blocks_are_read_as_one_file(size):
    rng = np.random.default_rng(size)
    blocks = [bytes(rng.integers(0, 256, n, dtype=np.uint8)) for n in (0, 5, 63, 64, 65, 0, 300, 0)]
    read_by, filled, room = Stream(blocks), Stream(blocks), bytearray(size)
    parts = list(iter(lambda: read_by.read(size), b""))
    assert b"".join(parts) == b"".join(blocks) == Stream(blocks).read()
    assert max(map(len, parts)) <= size
    count = iter(lambda: filled.readinto(room), 0)
    assert b"".join(bytes(room[:n]) for n in count) == b"".join(blocks)


@pytest.mark.parametrize("likely", [0, 40, 90, 100, 5000])
def test_columns_grow_beyond_what_was_likely(likely):
    gathered, values = Gathered(("a", "b", "c")), np.arange(300.0).reshape(3, 100)
    for first in range(0, 100, 9):
        gathered.add(list(values[:, first : first + 9]), likely=likely)
    np.testing.assert_array_equal(gathered.values, values)


def test_columns_that_follow_each_other_are_not_copied():
    block = np.arange(40.0).reshape(4, 10)
    names = ("a", "b", "c", "d")
    table = Table(names, dict(zip(names, block, strict=True)), gathered=names, block=block)
    assert np.shares_memory(table.beside(("b", "c", "d")), block)
    np.testing.assert_array_equal(table.beside(("b", "c", "d")), block[1:].T)
    for apart in (("a", "c", "d"), ("c", "b", "a"), ("c", "d", "e"), (0.0, "a", "b")):
        assert table.beside(apart) is None
    assert Table(names, table.arrays).beside(("a", "b", "c")) is None


@pytest.mark.parametrize("longer", ["first", "last"])
def test_rows_of_unequal_length_are_all_read(longer, tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.sources.formats.text.csv_text.BLOCK_BYTES", 1 << 10)
    values = np.random.default_rng(0).integers(0, 10, (2000, 3)).astype(np.float64)
    values[:1000] += 0.123456789012
    frame = pd.DataFrame(values if longer == "first" else values[::-1], columns=list("xyz"))
    frame.to_csv(tmp_path / "rows.csv", index=False)
    table = read_table(tmp_path / "rows.csv", {}, ("z", "x"), LIMITS)
    for name in ("x", "z"):
        np.testing.assert_array_equal(table.arrays[name], frame[name])


def test_missing_values_are_filled_where_the_mapping_says_so(tmp_path):
    (tmp_path / "rows.csv").write_text("t,x\n1,5\n,6\n3,\n,8\n")
    table = read_table(tmp_path / "rows.csv", {"fill": ["t"]}, ("t", "x"), LIMITS)
    np.testing.assert_array_equal(table.beside(("t", "x"))[:, 0], [1, 1, 3, 3])
    np.testing.assert_array_equal(table.arrays["x"], [5, 6, np.nan, 8])


def test_an_import_takes_little_more_room_than_its_numbers(tmp_path):
    rng, count = np.random.default_rng(0), 12_000
    columns = {"t": np.arange(count) * 5}
    described = 'time = "t"\ntime_unit = "ms"\n'
    for pod in PODS:
        sway = np.cumsum(rng.normal(scale=0.3, size=(count, 6)), axis=0)
        sway -= np.linspace(0, 1, count)[:, None] * sway[-1]
        sway = sway / 20 + rng.normal(scale=0.4, size=(count, 6)) + [0, 0, 9.81, 0, 0, 0]
        own = [f"{pod}_{axis}" for axis in AXES]
        columns |= dict(zip(own, np.round(sway.T, 4), strict=True))
        described += f'[pods.{pod}]\nacc = {own[:3]}\nacc_unit = "m/s2"\n'
        described += f'gyr = {own[3:]}\ngyr_unit = "rad/s"\n'
    pd.DataFrame(columns).to_csv(tmp_path / "run.csv", index=False)
    (tmp_path / "run.toml").write_text(described)
    once = read(tmp_path / "run.csv", tmp_path / "run.toml")  # what is loaded once is no matter
    numbers = sum(x.acc_mps2.nbytes + x.gyr_radps.nbytes for x in once.pods.values())
    del once
    tracemalloc.start()
    try:
        kept = read(tmp_path / "run.csv", tmp_path / "run.toml")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert {len(pod.time_s) for pod in kept.pods.values()} == {count}
    assert peak < MOST * numbers
