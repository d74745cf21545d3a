"""Pods that were worn on each other's leg, exchanged after the run."""

import pytest
from runs.store_files import ALL, kinds_of
from runs.virtual_days import SESSION, STARTED, a_day

from imu.simulation import Run, Stand
from pipelines.demo.past import true_pods
from pipelines.process import swap as swapping
from pipelines.process.from_journal.journal import process_journal
from pipelines.process.session import process_raw
from pipelines.process.swap import swap, two_placements
from pipelines.store.files import session_files
from pipelines.store.tables.raw_file import RawSession, read_raw_header, write_raw
from pipelines.store.tables.stance_file import read_stances

LEGS = ("shank_left", "shank_right")


@pytest.fixture(scope="module")
def right():
    return true_pods(a_day(Stand(8.0), Run(40.0), seed=3).simulation)


def stored(root, pods):
    files = session_files(root, "ana", SESSION)
    source = {"kind": "simulation", "name": "x", "sha256": "00"}
    write_raw(files, RawSession(STARTED.isoformat(), pods, source))
    return files, process_raw(files.raw)


@pytest.fixture
def crossed(right, tmp_path):
    """A session whose shank pods sat on each other's leg, processed."""
    left, other = (right[leg] for leg in LEGS)
    return stored(tmp_path, {"pelvis": right["pelvis"], LEGS[0]: other, LEGS[1]: left})


def test_a_session_of_grade_d_becomes_what_it_would_have_been(right, crossed, tmp_path):
    files, before = crossed
    assert before.grade == "D"
    assert "exchange them with midstance swap SESSION left right" in before.blocking_problem
    after = swap(files, *LEGS)
    meant, as_meant = stored(tmp_path / "meant", right)
    assert (after.grade, after.blocking_problem) == (as_meant.grade, "")
    assert after.grade == "A"
    frame, wanted = (read_stances(f.stances).frame for f in (files, meant))
    assert frame.drop(columns="session").equals(wanted.drop(columns="session"))


def test_who_was_where_stands_in_both_files_and_among_the_reasons(crossed):
    files, _ = crossed
    after = swap(files, *LEGS)
    recorded_as = {"shank_left": "shank_right", "shank_right": "shank_left"}
    assert read_raw_header(files.raw)["recorded_as"] == recorded_as
    assert read_stances(files.stances).header["recorded_as"] == recorded_as
    said = [reason for reason in after.reasons if "midstance swap" in reason]
    assert said == [
        "shank left: recorded as shank right, exchanged afterwards (midstance swap)",
        "shank right: recorded as shank left, exchanged afterwards (midstance swap)",
    ]


def test_the_same_command_takes_it_back_to_the_byte(crossed):
    files, before = crossed
    raw = files.raw.read_bytes()
    swap(files, *LEGS)
    assert files.raw.read_bytes() != raw
    assert swap(files, *reversed(LEGS)) == before
    assert files.raw.read_bytes() == raw


def test_a_pod_may_go_round_all_three_places(crossed):
    files, _ = crossed
    raw = files.raw.read_bytes()
    swap(files, "pelvis", "shank_left")
    swap(files, "shank_left", "shank_right")
    assert read_raw_header(files.raw)["recorded_as"] == {
        "pelvis": "shank_left",
        "shank_left": "shank_right",
        "shank_right": "pelvis",
    }
    swap(files, "shank_left", "shank_right")
    swap(files, "pelvis", "shank_left")
    assert files.raw.read_bytes() == raw


def test_killed_before_the_stances_the_same_command_goes_on(crossed, monkeypatch):
    files, _ = crossed

    def killed(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(swapping, "process_raw", killed)
        with pytest.raises(KeyboardInterrupt):
            swap(files, *LEGS)
    half = files.raw.read_bytes()
    assert swap(files, *LEGS).grade == "A"
    assert files.raw.read_bytes() == half


def test_a_raw_file_that_cannot_be_written_stays_as_it_was(crossed, monkeypatch):
    files, _ = crossed
    kept = [path.read_bytes() for path in (files.raw, files.stances)]

    def full(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr("pipelines.store.parquet.changed_bytes.write_digests", full)
    with pytest.raises(OSError, match="no space left"):
        swap(files, *LEGS)
    assert [path.read_bytes() for path in (files.raw, files.stances)] == kept
    assert kinds_of(files) == ALL


def test_an_empty_place_is_exchanged_as_well_and_two_empty_ones_are_not(right, tmp_path):
    files, _ = stored(tmp_path, {"shank_left": right["shank_left"]})
    swap(files, "shank_left", "pelvis")
    assert list(read_raw_header(files.raw)["pods"]) == ["pelvis"]
    assert read_raw_header(files.raw)["recorded_as"] == {"pelvis": "shank_left"}
    with pytest.raises(ValueError, match="no pod as shank_left and none as shank_right"):
        swap(files, *LEGS)


def test_a_journal_that_is_not_processed_yet_is_with_its_places_exchanged(recorded, tmp_path):
    root = recorded.parents[2]
    kept = recorded.read_bytes()
    (tmp_path / "journal" / "ana").mkdir(parents=True)
    copy = tmp_path / "journal" / "ana" / recorded.name
    copy.write_bytes(kept)
    files = session_files(tmp_path, "ana", SESSION)
    done = swap(files, *LEGS)
    assert done.grade == "D"  # the pods were where they belong
    assert copy.read_bytes() == kept
    assert not session_files(root, "ana", SESSION).raw.exists()
    assert swap(files, *LEGS).grade == process_journal(recorded, tmp_path / "other").grade


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("left", "hip"), "'hip' is no placement; use left, right or pelvis"),
        (("left", "shank_left"), "left and shank_left are the same placement; name two"),
    ],
)
def test_words_that_are_no_two_placements_are_refused(words, sentence):
    with pytest.raises(ValueError, match=sentence):
        two_placements(*words)


def test_placements_have_short_names():
    assert two_placements("left", "right") == LEGS
    assert two_placements("pelvis", "shank_right") == ("pelvis", "shank_right")
