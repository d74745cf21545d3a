"""The recording in data/ is what its checksum and its script say; README's examples read it."""

import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
EXAMPLE = "data/example_run.npz"
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def printed(language):
    """Return the one example of README in `language` that reads the recording."""
    blocks = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    (block,) = [text for kind, text in blocks if kind == language and EXAMPLE in text]
    return block


@pytest.fixture
def made_anew():
    spec = importlib.util.spec_from_file_location("make_example", DATA / "make_example.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_file_has_its_checksum():
    lines = (DATA / "checksums.sha256").read_text(encoding="utf-8").splitlines()
    said = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert set(said) == {path.name for path in DATA.glob("*.npz")}
    for name, digest in said.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == digest


def test_the_script_makes_the_recording(made_anew):
    arrays = made_anew.arrays()
    with np.load(DATA / "example_run.npz") as stored:
        assert set(arrays) == set(stored)
        for name, samples in arrays.items():
            np.testing.assert_allclose(samples, stored[name], atol=1e-3)


def test_readme_analyses_it_with_the_core_alone(monkeypatch):
    monkeypatch.chdir(ROOT)
    names = {}
    exec(printed("python"), names)
    stances = names["result"].stances.to_frame()
    assert stances["side"].value_counts().to_dict() == {"left": 30, "right": 30}
    assert stances["contact_time_s"].between(0.2, 0.3).mean() > 0.9
    assert names["result"].quality.grade == "B"  # one gyroscope is left out on purpose
    assert names["result"].quality.reasons


def test_readme_imports_it(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    midstance, *words = shlex.split(printed("sh"))
    assert midstance == "midstance"
    done = subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main()", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert ": 60 stances, grade A" in done.stdout
    assert list(tmp_path.glob("store/stances/athlete=ana/*.stances.parquet"))
