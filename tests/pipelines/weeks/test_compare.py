"""Two periods of a store, chosen by days or by name."""

import json

import numpy as np
import pytest

from pipelines.weeks.compare import compared
from pipelines.weeks.families import by_family

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
        (FIRST, "2026-03-20..2026-05-31", "overlap: 2026-03-22 to 2026-03-28 lies in both"),
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
