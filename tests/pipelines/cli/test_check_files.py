"""``midstance check FILES`` says what is in files, and each advice of it leads on."""

import json

import numpy as np
import pytest
from as_a_user.typed import typed
from foreign_exports import NAMES, WRITERS


def moved(seed=0, count=2_000):
    rng = np.random.default_rng(seed)
    acc = np.array([0.3, -0.4, 9.7]) + rng.normal(scale=2.0, size=(count, 3))
    return acc, rng.normal(scale=2.0, size=(count, 3))


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run midstance in a folder of its own; return its exit code and what it printed."""
    monkeypatch.chdir(tmp_path)

    def midstance(*words):
        code, out, err = typed(monkeypatch, capsys, *words)
        return code, out + err

    return midstance


@pytest.fixture
def files(tmp_path):
    WRITERS["movella-dot"](tmp_path, {place: moved(k) for k, place in enumerate(NAMES)}, 100.0)
    return sorted(one.name for one in tmp_path.iterdir())


def test_files_are_shown_with_a_picture_of_each_pod(run, files, tmp_path):
    code, printed = run("check", *files)
    assert code == 0
    assert "PacketCounter, SampleTimeFine, Acc_X" in printed
    assert "L2B_20261122_093000.csv: 2000 samples, 100 Hz, 20.0 s, no gaps" in printed
    assert printed.count("|acc| up to") == 3
    assert "assumed: L2B_20261122_093000.csv" in printed
    assert "taken as of movella-dot" in printed
    assert "missing: say which pod was worn where" in printed
    assert not (tmp_path / "store").exists()


def test_the_same_for_machines(run, files):
    told = [word for place, part in NAMES.items() for word in ("--pod", f"{place}={part}")]
    code, printed = run("check", *files, "--from", "movella-dot", *told, "--json")
    assert code == 0
    seen = json.loads(printed)
    assert [pod["name"] for pod in seen["pods"]] == ["pelvis", "shank left", "shank right"]
    assert seen["preset"] == "movella-dot"
    assert seen["trouble"] is None
    assert len(seen["pods"][0]["picture"]) == 60


def test_a_gap_is_a_blank_in_the_picture(run, tmp_path):
    WRITERS["movella-dot"](tmp_path, {"pelvis": moved()}, 100.0)
    (file,) = tmp_path.iterdir()
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:800], *lines[1400:]]))
    code, printed = run("check", file.name)
    assert code == 0
    assert "30.0 % lost in 1 gaps, the longest 6.00 s" in printed
    assert " " * 15 in printed.split("|acc|")[0].splitlines()[-1].strip()


def test_the_mapping_can_be_saved_corrected_and_used(run, tmp_path):
    WRITERS["movella-dot"](tmp_path, {"pelvis": moved()}, 100.0)
    (file,) = tmp_path.iterdir()
    table = file.read_text().splitlines(keepends=True)
    rows = [line.split(",") for line in table[12:]]
    # Seven rows a burst, as a radio brings them.
    stamps = [100 + k // 7 * 70_000 + (k // 7) % 3 * 20_000 for k in range(len(rows))]
    body = [",".join([row[0], str(at), *row[2:]]) for row, at in zip(rows, stamps, strict=True)]
    file.write_text("".join([*table[:12], *body]))
    code, printed = run("check", file.name, "--pod", f"pelvis={file.name}")
    assert code != 0
    assert "write rate_hz" in printed
    assert "--save-mapping" in printed
    run("check", file.name, "--pod", f"pelvis={file.name}", "--save-mapping", "own.toml")
    own = tmp_path / "own.toml"
    own.write_text(own.read_text().replace('time_unit = "us"', 'time_unit = "us"\nrate_hz = 100'))
    code, printed = run("check", file.name, "--mapping", "own.toml")
    assert code == 0
    assert "100" in printed


def test_a_saved_mapping_is_never_overwritten(run, files, tmp_path):
    (tmp_path / "own.toml").write_text("mine")
    code, printed = run("check", *files, "--save-mapping", "own.toml")
    assert code == 1
    assert "own.toml exists already" in printed
    assert (tmp_path / "own.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["none.csv"], "there is no file none.csv"),
        (["{0}", "--from", "vicon"], "there is no preset 'vicon'"),
        (["{0}", "--from", "auto", "--mapping", "m.toml"], "leave one of them out"),
        (["{0}", "--pod", "head=1"], "--pod is 'head=1'; write it as --pod shank_left=PART"),
        (["{0}", "--pod", "pelvis=P", "--pod", "pelvis=Q"], "--pod names pelvis twice"),
    ],
)
def test_what_is_wrong_is_one_sentence(run, files, words, sentence):
    code, printed = run("check", *(word.format(*files) for word in words))
    assert code == 1
    assert sentence in printed


def test_a_word_alone_is_a_runner_and_one_that_is_both_is_asked(run, tmp_path):
    code, printed = run("check", "ana")
    assert code != 0
    assert "there is no file" not in printed
    (tmp_path / "ana").write_text("t,x\n1,2\n")
    (tmp_path / "store" / "raw" / "athlete=ana").mkdir(parents=True)
    code, printed = run("check", "ana")
    assert code == 1
    assert "ana is a runner and a file; write ./ana for the file" in printed
    code, printed = run("check", "./ana")
    assert code == 1
    assert "no preset knows ana" in printed


def test_import_needs_one_way_to_read(run, files):
    code, printed = run("import", *files, "--athlete", "ana")
    assert code == 1
    assert "--from with the name of a preset, or --from auto" in printed
    code, printed = run("import", *files, "--athlete", "ana", "--from", "auto")
    assert code == 1
    assert "say which pod was worn where" in printed
