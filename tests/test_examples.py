"""The worked examples run, without a warning, and find what was done to the virtual runner."""

import re
import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("examples")


@pytest.fixture
def example(folder, monkeypatch, capsys):
    """Return a function that runs one, looks whether it drew, and returns what it printed."""

    def run(name):
        monkeypatch.setattr(sys, "argv", [name, str(folder)])
        monkeypatch.syspath_prepend(str(EXAMPLES))
        monkeypatch.delitem(sys.modules, "virtual_store", raising=False)
        runpy.run_path(str(EXAMPLES / f"{name}.py"))
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        return capsys.readouterr().out

    return run


def numbers(text):
    return [float(word) for word in re.findall(r"[+-]?\d+\.\d+", text)]


def test_a_runner_who_tires_is_seen_to(example):
    rows = example("fatigue").splitlines()[1:]
    assert len(rows) == 4
    for row in rows:
        change, low, high = numbers(row)
        # 3° and 2.5° are added from 40 % on, little by little: in the last third 72 % of it.
        assert low < change < high
        assert low > 1.0
        assert change == pytest.approx(2.2 if "tilt" in row else 1.8, abs=0.6)


def test_a_leg_that_goes_its_own_way_is_seen_to(example):
    usual, late, change = example("left_right").splitlines()
    _, low, high = numbers(usual)
    assert low < 0.7 < high  # how these two legs differ in her
    assert "4 of 4 runs lie beyond that" in late
    of_it, least, most = numbers(change)
    assert 1.0 < least < of_it < most


def test_the_pair_in_which_the_shank_turns_more_is_found(example):
    pytest.importorskip("statsmodels", reason="statsmodels is not installed")
    count, effect, ratio, narrow = example("shoes").splitlines()
    assert count.startswith("16 sessions")
    found, low, high = numbers(effect)
    assert low < 2.5 < high  # what was added
    assert 0.5 < low < found
    assert numbers(ratio)[0] > 3.84
    assert numbers(narrow)[0] > 2
