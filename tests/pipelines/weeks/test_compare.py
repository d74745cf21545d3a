"""Two periods of a store, chosen by days or by name."""

import json

import numpy as np
import pytest

from pipelines.store.files import session_files
from pipelines.store.stated.context_file import change_context
from pipelines.weeks.compare import _described, compared
from pipelines.weeks.families import by_family
from pipelines.weeks.periods import period
from pipelines.weeks.runs import runs_of

ROTATION, DROP = "pelvic_rotation_over_leg_deg", "pelvic_drop_deg"
FIRST, SECOND = "2026-03-01..2026-03-31", "2026-05-01..2026-05-31"


@pytest.fixture(scope="module")
def strength(keep_runs, tmp_path_factory):
    """Ten runs in March; ten in May in which both legs drop less by 3°."""
    root = tmp_path_factory.mktemp("strength")
    days = np.concatenate([3.0 * np.arange(10), 61 + 3.0 * np.arange(10)])
    names = keep_runs(root, days, lambda k: {DROP: (-3.0 * (k >= 10), -3.0 * (k >= 10))}, seed=2)
    return root, names


def test_a_change_between_periods_is_found_on_both_legs(strength):
    said = compared(strength[0], "ana", FIRST, SECOND)
    found = by_family(said.differences)
    assert list(found) == ["pelvic drop"]
    drop = {one.side: one for one in found["pelvic drop"] if one.metric == DROP}
    assert set(drop) == {"left", "right"}
    for one in drop.values():
        assert one.low < -3.0 < one.high < 0
        assert "lower in the second period by" in one.words


def test_sessions_by_name_are_a_period(strength):
    root, names = strength
    by_days = compared(root, "ana", FIRST, SECOND)
    by_name = compared(root, "ana", ",".join(names[:10]), ", ".join(names[10:]))
    assert by_name.differences == by_days.differences


def test_an_open_end_takes_all_runs_on_that_side(strength):
    root, _ = strength
    open_ended = compared(root, "ana", "..2026-03-31", "2026-05-01..")
    assert open_ended.differences == compared(root, "ana", FIRST, SECOND).differences


def test_the_other_way_round_changes_every_sign(strength):
    root, _ = strength
    there, back = compared(root, "ana", FIRST, SECOND), compared(root, "ana", SECOND, FIRST)
    for one, other in zip(there.differences, back.differences, strict=True):
        assert one.size == pytest.approx(-other.size, abs=1e-6)
        assert one.named == other.named


def test_printed_and_as_json(strength, command):
    root, _ = strength
    words = ("compare", "ana", "--from", FIRST, "--with", SECOND, "--store", root)
    code, out, err = command(*words)
    assert (code, err) == (0, "")
    assert "first: 10 runs, 2026-03-01 to 2026-03-28, 3.00 m/s on average" in out
    assert "Different: pelvic drop" in out
    code, out, _ = command(*words, "--metric", ROTATION, "--json")
    assert code == 0
    assert {one["metric"] for one in json.loads(out)["differences"]} == {ROTATION}


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("2026-03-31..2026-03-01", SECOND, "2026-03-31..2026-03-01 ends before it starts"),
        (FIRST, "2026-03-20..2026-05-31", "overlap: 3 runs, 2026-03-22 to 2026-03-28, lie in both"),
        (FIRST, "2027-01-01..2027-02-01", "no run of ana lies in 2027-01-01..2027-02-01"),
        ("last week", SECOND, "'last week' is no period; give two days"),
        (FIRST, "2026-05-01-nope", "ana has no session 2026-05-01-nope that can be read"),
        ("2026-02-30..2026-03-31", SECOND, "'2026-02-30' is no day"),
        ("2026-03-01..2026-03-01", "2026-03-04..2026-03-07", "hold 3 runs that count between"),
    ],
)
def test_bad_periods_are_one_sentence(strength, command, first, second, sentence):
    code, out, err = command(
        "compare", "ana", "--from", first, "--with", second, "--store", strength[0]
    )
    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_lonely_run_is_a_caution(strength):
    root, names = strength
    said = compared(root, "ana", FIRST, names[-1])
    assert any("Only 1 run in" in words for words in said.cautions)


@pytest.fixture(scope="module")
def block(keep_runs, tmp_path_factory):
    """Eight runs before a strength block of four, eight after it with 3° less drop; one excluded,
    one of grade D, shoes in turn."""
    root = tmp_path_factory.mktemp("block")
    names = keep_runs(root, 3.0 * np.arange(20), lambda k: {DROP: 2 * (-3.0 * (k >= 12),)}, seed=3)
    for k, name in enumerate(names):
        stated = {"shoes": ("blue pair", "red, old")[k % 2]}
        stated |= {"tags": ["healthy"]} if k < 6 else {}
        stated |= {"plan_phase": "strength block"} if 8 <= k < 12 else {}
        stated |= {"excluded": "belt slipped"} if k == 1 else {}
        change_context(session_files(root, "ana", name), stated)
    names += keep_runs(root, [60.0], grade="D")
    return root, names


def of_runs(root, first, second):
    said = compared(root, "ana", first, second)
    return said.first, said.second, {d.family for d in said.differences if d.named}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("tag:healthy", "5 runs, 2026-03-01 to 2026-03-16, 3.00 m/s on average; 1 more do"),
        ("last:6", "6 runs, 2026-04-12 to 2026-04-27"),
        ("last:99", "19 runs, 2026-03-01 to 2026-04-27"),
        ("shoes:blue pair", "10 runs, 2026-03-01 to 2026-04-24"),
        ('shoes: "red, old"', "9 runs, 2026-03-10 to 2026-04-27, 3.00 m/s on average; 1 more do"),
        ("plan:strength block", "4 runs, 2026-03-25 to 2026-04-03"),
        ("before:plan:strength block", "7 runs, 2026-03-01 to 2026-03-22"),
        ("after:plan:'strength block'", "8 runs, 2026-04-06 to 2026-04-27"),
        ("before:2026-03-10", "2 runs, 2026-03-01 to 2026-03-07"),
        ("after:2026-04-21", "2 runs, 2026-04-24 to 2026-04-27"),
        ("after:tag:healthy", "14 runs, 2026-03-19 to 2026-04-27"),
    ],
)
def test_runs_are_chosen_by_what_was_stated_of_them(block, text, days):
    runs = runs_of(block[0], "ana")
    assert _described(runs, period(runs, text)).startswith(days)


def test_a_strength_block_is_asked_for_as_one_says_it(block):
    first, _, found = of_runs(block[0], "before:plan:strength block", "after:plan:strength block")
    assert found == {"pelvic drop"} or found == {DROP}
    assert first.startswith("7 runs, 2026-03-01 to 2026-03-22")
    assert of_runs(block[0], "tag:healthy", "last:6")[2] == found
    _, _, by_shoes = of_runs(block[0], "shoes:blue pair", "shoes:red, old")
    assert by_shoes == set()


def test_runs_that_do_not_count_are_left_out_and_named(block):
    said = compared(block[0], "ana", "tag:healthy", "after:plan:strength block")
    assert said.first.endswith("; 1 more do not count")
    assert said.second.endswith("; 1 more do not count")
    notes = " ".join(said.cautions)
    assert f"{block[1][1]} does not count: excluded, so it does not count: belt slipped" in notes
    assert f"{block[1][-1]} does not count: graded D" in notes


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("tag:healthy", "last:16", "tag:healthy and last:16 overlap: 2 runs, 2026-03-13 to 2026-0"),
        ("tag:helthy", "last:6", "no run of ana is stated as tag:helthy; she has healthy"),
        ("shoes:green", "last:6", "as shoes:green; she has blue pair and red, old"),
        ("surface:road", "last:6", "as surface:road; midstance note states it"),
        ("last:0", "tag:healthy", "last:0 says no number of runs; write it as last:6"),
        ("last:six", "tag:healthy", "last:six says no number of runs"),
        ("mood:good", "tag:healthy", "'mood:good' is no period; give two days"),
        ("before:2026-03-01", "last:6", "no run of ana lies in before:2026-03-01"),
        ("before:tag:x", "last:6", "no run of ana is stated as tag:x"),
        ("before:2026-02-31", "last:6", "'2026-02-31' is no day"),
        ("after:2027-01-01..2027-02-01", "last:6", "no run of ana lies in 2027-01-01..2027-02-01"),
        ("before:", "last:6", "'' is no period"),
    ],
)
def test_a_choice_that_means_no_runs_is_one_sentence(block, command, first, second, sentence):
    code, out, err = command(
        "compare", "ana", "--from", first, "--with", second, "--store", block[0]
    )
    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1
