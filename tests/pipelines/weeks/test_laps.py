"""Laps in turn within one stored run: as they are written, and what differs."""

import json

import numpy as np
import pytest

from pipelines.weeks.laps import Lap, blocks_of, laps_of, read_laps

ROTATION = "pelvic_rotation_over_leg_deg"
BLOCKS = "a:10-130,b:130-250,a:250-370,b:370-490,a:490-610,b:610-730"


@pytest.fixture(scope="module")
def in_turn(one_run, tmp_path_factory):
    """Twelve minutes; in laps b the left leg turns over less by 2°."""
    root = tmp_path_factory.mktemp("laps")

    def lower(time_s):
        second = ((time_s - 10) // 120).astype(int) % 2 == 1
        return np.stack([-2.0 * second, 0.0 * second], axis=-1)

    return root, one_run(root, {ROTATION: lower}, count=2000)


def test_a_change_under_the_second_condition_is_found_on_its_leg(in_turn, command):
    root, session = in_turn
    code, out, err = command("laps", "ana", session, "--blocks", BLOCKS, "--store", root)
    assert (code, err) == (0, "")
    named = [line for line in out.splitlines() if "than under a by" in line]
    assert len(named) == 1
    assert named[0].startswith("  left, pelvis turned over the stance leg: lower under b than")
    code, out, _ = command("laps", "ana", session, "--blocks", BLOCKS, "--store", root, "--json")
    found = [one for one in json.loads(out)["differences"] if one["named"]]
    assert [(one["metric"], one["side"]) for one in found] == [(ROTATION, "left")]
    assert found[0]["low"] < -2.0 < found[0]["high"] < 0


def test_a_file_says_the_same_as_the_option(in_turn, command, tmp_path):
    root, session = in_turn
    file = tmp_path / "laps.csv"
    lines = [part.replace(":", ",").replace("-", ",") for part in BLOCKS.split(",")]
    file.write_text("# shoes\n" + "\n".join(lines) + "\n")
    assert read_laps(file) == laps_of(BLOCKS)
    by_file = command("laps", "ana", session, "--file", file, "--store", root)
    for one in (session, "last"):
        assert by_file == command("laps", "ana", one, "--blocks", BLOCKS, "--store", root)


def test_minutes_are_read():
    assert laps_of("old:0:30-2:00, new:2:00-4:00.5") == (
        Lap("old", 30.0, 120.0),
        Lap("new", 120.0, 240.5),
    )


def test_the_condition_that_comes_first_is_the_first():
    names, blocks = blocks_of(laps_of("b:200-300,a:0-100,b:100-200,a:300-400"))
    assert names == ("a", "b")
    assert blocks.second.tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("blocks", "sentence"),
    [
        ("a:0-120", "laps of 1 condition; two are compared"),
        ("a:0-120,b:120-240,c:240-360", "laps of 3 conditions"),
        ("a:0-120,b:120-240,a:240-360", "each condition needs 2 laps in turn"),
        ("a:0-120,b:100-240,a:240-360,b:360-480", "a:0-120 and b:100-240 overlap"),
        ("a:120-0,b:120-240", "the lap a:120-0 ends before it starts"),
        ("first lap", "'first lap' is no lap; write laps as"),
        ("a:0-1..2,b:120-240", "'1..2' is no time"),
        ("a:0-20,b:20-40,a:40-60,b:60-80", "too few stances: each takes 25 of a leg"),
        ("a:9000-9100,b:9100-9200,a:9200-9300,b:9300-9400", "no running stances in these laps"),
    ],
)
def test_bad_laps_are_one_sentence(in_turn, command, blocks, sentence):
    root, session = in_turn
    code, out, err = command("laps", "ana", session, "--blocks", blocks, "--store", root)
    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_laps_must_be_somewhere(in_turn, command):
    root, session = in_turn
    code, _, err = command("laps", "ana", session, "--store", root)
    assert code == 1
    assert "say where they are: --blocks a:0-120,b:120-240 or --file FILE" in err
