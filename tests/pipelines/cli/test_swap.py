"""`midstance swap`, `check` and `pods` as a person meets them."""

import json
from functools import partial

import pytest
from as_a_user.typed import typed
from runs.virtual_days import SESSION, a_day, keep_true

from imu.simulation import Run, Stand
from pipelines.process.session import process_raw
from pipelines.store.stated.rig import RigPod, read_rig, write_rig


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    root = tmp_path_factory.mktemp("store")
    files = keep_true(a_day(Stand(6.0), Run(20.0)), root)
    process_raw(files.raw)
    return root


@pytest.fixture
def run(monkeypatch, capsys):
    return partial(typed, monkeypatch, capsys)


def test_a_session_is_swapped_by_its_name_its_raw_file_and_with_the_rig(kept, run):
    left, right = (RigPod("orp_v1", name=name) for name in "ab")
    write_rig(kept, {"shank_left": left, "shank_right": right})
    code, out, err = run("swap", SESSION, "left", "right", "--store", kept, "--json")
    done = json.loads(out)
    assert (code, done["grade"]) == (1, "D")  # they were where they belong
    assert "exchange them with midstance swap SESSION left right" in err
    assert read_rig(kept)["shank_left"] == left
    code, out, _ = run("swap", done["raw_path"], "right", "left", "--rig")
    assert code == 0
    assert "grade D" not in out
    assert read_rig(kept)["shank_left"] == right


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("swap", "2026-01-01-none", "left", "right"), "there is no session 2026-01-01-none in"),
        (("swap", SESSION, "left", "arm"), "'arm' is no placement; use left, right or pelvis"),
        (("pods", "pelvis=A"), "pelvis=A: put --assign before it"),
        (("pods", "--assign"), "say which pod is worn where, for example --assign pelvis=SERIAL"),
        (("pods", "--seconds", 0), "seconds is 0; give a number above 0"),
        (("check", "Ana"), "'Ana' cannot be an athlete id"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(words, sentence, kept, run):
    code, out, err = run(*words, "--store", kept)
    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_session_of_two_athletes_is_named_by_its_file(kept, tmp_path, run):
    day = a_day(Stand(6.0), Run(20.0))
    for athlete in ("ana", "eva"):
        keep_true(day, tmp_path, athlete=athlete)
    code, _, err = run("swap", SESSION, "left", "right", "--store", tmp_path)
    assert code == 1
    assert f"ana and eva both have a session {SESSION}; name the raw file of one" in err
