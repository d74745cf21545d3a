"""Hostile files at the command: one sentence each, and nothing is left in the store."""

import io
import os
import zipfile

import numpy as np
import pandas as pd
import pytest

from pipelines import cli

MAPPING = """
rate_hz = 200

[pods.shank_left]
acc = ["aX", "aY", "aZ"]
acc_unit = "m/s2"
"""
STAMPED = MAPPING.replace("rate_hz = 200", 'time = "t"\ntime_unit = "s"\nrate_hz = 200')


@pytest.fixture(scope="module")
def table():
    acc = np.array([1.0, -2.0, 9.5]) + np.random.default_rng(0).normal(scale=5.0, size=(600, 3))
    columns = dict(zip(("aX", "aY", "aZ"), acc.T, strict=True))
    return pd.DataFrame({"t": np.arange(600) * 5_000_000, **columns})


def claims_much() -> bytes:
    out = io.BytesIO()
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}\n"
    with zipfile.ZipFile(out, "w") as archive:
        size = len(header).to_bytes(2, "little")
        archive.writestr("aX.npy", b"\x93NUMPY\x01\x00" + size + header + bytes(80))
    return out.getvalue()


@pytest.fixture
def hostile(table, tmp_path):
    """Write a file and its mapping by their names; return their paths."""
    csv = table.to_csv(index=False).encode()
    frame = io.BytesIO()
    table.to_parquet(frame)
    files = {
        "run.csv": csv,
        "zeros.csv": csv + bytes(999),
        "garbage.csv": np.random.default_rng(1).bytes(5000),
        "twice.csv": csv.replace(b"aY", b"aX", 1),
        "header.csv": csv[:11],
        "empty.csv": b"",
        "claims.npz": claims_much(),
        "cut.parquet": frame.getvalue()[:-99],
        "run.gz": csv,
    }
    mappings = {
        "plain": MAPPING,
        "rate-0": MAPPING.replace("200", "0"),
        "rate-200": MAPPING.replace("200", "-200"),
        "rate-nan": MAPPING.replace("200", "nan"),
        "ns-as-s": STAMPED,
        "edge": "started = 9999-12-31T23:59:59-14:00" + MAPPING,
        "skip": MAPPING + "[csv]\nskip_rows = 50000000\n",
        "nines": MAPPING + f"[csv]\nskip_rows = {'9' * 30}\n",
        "deep": "x = " + "[\n" * 5000 + "]\n" * 5000,
        "same": MAPPING.replace("aY", "aX"),
    }

    def paths(data, mapping):
        if data == "pipe.csv":
            os.mkfifo(tmp_path / data)
        elif data == "folder.csv":
            (tmp_path / data).mkdir()
        else:
            (tmp_path / data).write_bytes(files[data])
        (tmp_path / f"{mapping}.toml").write_text(mappings[mapping])
        return tmp_path / data, tmp_path / f"{mapping}.toml"

    return paths


@pytest.mark.parametrize(
    ("data", "mapping", "words"),
    [
        ("run.csv", "rate-0", "rate_hz is 0; give"),
        ("run.csv", "rate-200", "rate_hz is -200; give"),
        ("run.csv", "rate-nan", "rate_hz is nan; give"),
        ("run.csv", "ns-as-s", "time_unit = 'ns' would fit"),
        ("run.csv", "edge", "far in the future; correct the year"),
        ("run.csv", "skip", "skip_rows is 50000000; give"),
        ("run.csv", "nines", "skip_rows is 999999999999999999999999999999; give"),
        ("run.csv", "deep", "nests values too deeply; write plain keys"),
        ("run.csv", "same", "name each column once"),
        ("zeros.csv", "plain", "export it again, or cut it there"),
        ("garbage.csv", "plain", "export it as CSV in UTF-8"),
        ("twice.csv", "plain", "has two columns 'aX'; give each"),
        ("header.csv", "plain", "holds no rows; export"),
        ("empty.csv", "plain", "is empty; export"),
        ("claims.npz", "plain", "says its shape is (1000000000000,) but holds 80 bytes; export"),
        ("cut.parquet", "plain", "is damaged or no Parquet file"),
        ("run.gz", "plain", "is of an unknown kind; give a file"),
        ("pipe.csv", "plain", "is a pipe or a device; save it"),
        ("folder.csv", "plain", "is a folder; name the file in it"),
    ],
)
def test_one_sentence_no_traceback_and_nothing_stored(
    data, mapping, words, hostile, tmp_path, monkeypatch, capsys
):
    path, meaning = hostile(data, mapping)
    store = tmp_path / "store"
    arguments = ["import", path, "--mapping", meaning, "--athlete", "ana", "--store", store]
    monkeypatch.setattr("sys.argv", ["midstance", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    sentence = end.value.code
    assert isinstance(sentence, str)
    assert sentence.startswith("midstance: ")
    assert words in sentence
    assert sentence.isprintable()
    assert capsys.readouterr() == ("", "")
    assert not store.exists()


def test_a_file_changed_in_no_year_of_ours_asks_when_it_started(
    hostile, tmp_path, monkeypatch, capsys
):
    path, meaning = hostile("run.csv", "plain")
    os.utime(path, (-3e9, -3e9))
    if path.stat().st_mtime > 0:
        pytest.skip("this file system knows no such dates")
    arguments = ["import", path, "--mapping", meaning, "--athlete", "ana"]
    monkeypatch.setattr("sys.argv", ["midstance", *map(str, arguments)])
    with pytest.raises(
        SystemExit, match="cannot be the date of a run; write in the mapping when it started"
    ):
        cli.main()
