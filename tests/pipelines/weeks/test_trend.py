"""From a store of runs to what has changed over weeks, in words."""

import json

import numpy as np
import pytest

from pipelines.weeks.trend import trends

ROTATION, LEAN, RATE = (
    "pelvic_rotation_over_leg_deg",
    "shank_lean_deg",
    "shank_internal_rotation_rate_radps",
)
TWICE_A_WEEK = 3.5 * np.arange(26)


def falling(k):
    """The left leg turns over less, by 0.4° a week from the seventh run on."""
    return {ROTATION: (-0.2 * max(k - 6, 0), 0.0)}


@pytest.fixture(scope="module")
def falls(keep_runs, tmp_path_factory):
    root = tmp_path_factory.mktemp("falls")
    keep_runs(root, TWICE_A_WEEK, falling)
    return root


@pytest.fixture(scope="module")
def steps(keep_runs, tmp_path_factory):
    """The right leg turns over more by 4° from run 20 on, 30 runs in all."""
    root = tmp_path_factory.mktemp("steps")
    names = keep_runs(root, 3.0 * np.arange(30), lambda k: {ROTATION: (0.0, 4.0 * (k >= 20))})
    return root, names


def pick(said, question, metric, side):
    return next(
        one for one in said.told if (one.question, one.metric, one.side) == (question, metric, side)
    )


def test_a_drift_is_said_with_its_leg_and_slope(falls, command):
    code, out, err = command("trend", "ana", "--store", falls)
    assert (code, err) == (0, "")
    line = next(one for one in out.splitlines() if "a week (95 % interval" in one)
    assert line.startswith("  left, pelvis turned over the stance leg: falls by 0.")
    assert line.endswith("over 12 weeks, 25 runs")
    mine = pick(trends(falls, "ana"), "trend", ROTATION, "left")
    assert mine.low <= -0.3 <= mine.high < 0
    assert "right, pelvis turned over the stance leg:" not in out
    changed = [line for line in out.splitlines() if line.startswith("Changed: ")]
    assert set(changed) <= {"Changed: pelvic rotation", "Changed: pattern"}


def test_the_other_leg_is_shown_and_not_named(falls, command):
    code, out, _ = command("trend", "ana", "--store", falls, "--json")
    assert code == 0
    told = json.loads(out)["told"]
    other = [o for o in told if o["metric"] == ROTATION and o["side"] == "right"]
    assert len(other) == 3
    assert not any(one["named"] for one in other)
    assert all(one["low"] < 0 < one["high"] for one in other)


def test_what_is_named_has_an_interval_without_no_change(falls, steps):
    for root in (falls, steps[0]):
        for one in trends(root, "ana").told:
            assert not one.named or one.low * one.high > 0
            assert not one.named or one.low <= one.size <= one.high


def test_a_step_is_dated_on_the_run_that_shows_it_first(steps):
    root, names = steps
    shift = pick(trends(root, "ana"), "shift", ROTATION, "right")
    assert shift.named
    assert abs(names.index(shift.day + "-run") - 20) <= 1
    assert shift.low < 4.0 < shift.high
    assert f"since {shift.day} higher by" in shift.words
    assert "20 runs before, 10 since" in shift.words


def test_a_lasting_change_is_held_against_the_reference(steps):
    said = trends(steps[0], "ana")
    mine = pick(said, "lasting", ROTATION, "right")
    assert mine.named
    assert mine.low < 4.0 < mine.high
    assert "the last 6 runs lie" in mine.words
    assert mine.words.endswith("above the reference")
    assert said.reference.startswith("the first 12 runs that count, 2026-03-01 to")


def test_a_single_metric_is_shown_as_it_was_judged_with_all(falls):
    whole = pick(trends(falls, "ana"), "trend", LEAN, "left")
    alone = trends(falls, "ana", metrics=[LEAN])
    assert {one.metric for one in alone.told} == {LEAN}
    assert pick(alone, "trend", LEAN, "left") == whole
    assert "pelvic rotation" in alone.also_changed


def test_rates_are_shown_in_degrees(falls, command):
    _, out, _ = command("trend", "ana", "--store", falls, "--metric", RATE)
    row = next(line for line in out.splitlines() if line.startswith("left, shank internal rot"))
    assert "°/s" in row
    assert "nan" not in out


def test_too_few_runs_for_a_question_is_said(falls, command):
    code, out, _ = command("trend", "ana", "--store", falls, "--since", "2026-05-20")
    assert code == 0
    assert "Too few runs: a trend takes 5 runs, there are 3." in out
    assert "Too few runs: a level shift takes 8 runs, there are 3." in out


def test_nothing_changed_says_so(keep_runs, tmp_path, command):
    keep_runs(tmp_path, TWICE_A_WEEK[:20], seed=3)
    code, out, _ = command("trend", "ana", "--store", tmp_path)
    assert code == 0
    assert "Nothing has changed that could be told from the noise between runs." in out
    assert "*" not in out.split("With 95 %")[0]


def test_runs_that_do_not_count_are_left_out_and_named(keep_runs, tmp_path):
    keep_runs(tmp_path, TWICE_A_WEEK[:12])
    keep_runs(tmp_path, [50.0], lambda k: {ROTATION: (40.0, 0.0)}, grade="D", seed=9)
    said = trends(tmp_path, "ana")
    assert not any(one.named for one in said.told)
    assert said.asked.startswith("12 runs that count")
    assert any("2026-04-20-run does not count: graded D" in words for words in said.cautions)


def test_runs_of_another_edition_are_named(keep_runs, tmp_path):
    keep_runs(tmp_path, TWICE_A_WEEK[:5], edition=1)
    keep_runs(tmp_path, TWICE_A_WEEK[5:12], seed=1)
    cautions = " ".join(trends(tmp_path, "ana").cautions)
    assert "5 of 12 runs were computed by another version" in cautions


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nobody"], "no athlete nobody in"),
        (["ana", "--metric", "contact_time_s"], "'contact_time_s' is not compared over weeks"),
        (["ana", "--since", "spring"], "'spring' is no day; write it as 2026-03-01"),
        (["ana", "--since", "2030-01-01"], "no run of ana since 2030-01-01 counts; the last is"),
    ],
)
def test_bad_input_is_one_sentence(falls, command, words, sentence):
    code, out, err = command("trend", *words, "--store", falls)
    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_three_runs_are_too_few_for_anything(keep_runs, tmp_path, command):
    keep_runs(tmp_path, [0.0, 3.0, 6.0])
    code, _, err = command("trend", "ana", "--store", tmp_path)
    assert code == 1
    assert "ana has too few runs: a trend takes 5 runs, there are 3; a level shift takes 8" in err


def test_runs_of_which_none_counts_are_one_sentence(keep_runs, tmp_path, command):
    keep_runs(tmp_path, [0.0, 3.0, 6.0, 9.0, 12.0, 15.0], grade="D")
    for words in (("trend", "ana"), ("reference", "ana")):
        code, out, err = command(*words, "--store", tmp_path)
        assert (code, out) == (1, "")
        assert "ana has no run that counts" in err
        assert "that counts; record or import one" in err


def test_a_metric_that_was_never_measured_is_not_known(keep_runs, tmp_path, command):
    keep_runs(tmp_path, TWICE_A_WEEK[:20], lambda k: {LEAN: (np.nan, 0.0)}, seed=4)
    said = trends(tmp_path, "ana")
    mine = pick(said, "trend", LEAN, "left")
    assert mine.words.endswith("not known")
    assert np.isnan([mine.size, mine.low, mine.high]).all()
    assert not mine.named
    assert np.isfinite(pick(said, "trend", LEAN, "right").size)
    code, out, _ = command("trend", "ana", "--store", tmp_path, "--metric", LEAN, "--json")
    assert code == 0
    assert "NaN" not in out


@pytest.mark.parametrize("seed", range(3))
def test_an_unchanged_runner_who_goes_faster_is_not_named(keep_runs, tmp_path, seed):
    """A runner whose impact grows with her pace, as runners' does, trains from 2.6 to 3.3 m/s."""
    peak, rng = "peak_tibial_resultant_mps2", np.random.default_rng(seed)
    speed = np.linspace(2.6, 3.3, 24) + 0.2 * rng.normal(size=24)
    for k in range(24):
        keep_runs(
            tmp_path,
            [3.5 * k],
            lambda _, k=k: {peak: 2 * (20.0 * (speed[k] - 3.0),)},
            seed=100 * seed + k,
            speed_mps=speed[k],
        )
    impact = [one for one in trends(tmp_path, "ana").told if one.metric == peak]
    assert impact
    assert not any(one.named for one in impact)


def test_the_recent_average_says_since_when_it_lies_beyond_its_limits(steps, command):
    root, names = steps
    level = next(
        one for one in trends(root, "ana").levels if (one.metric, one.side) == (ROTATION, "right")
    )
    assert level.outside
    assert level.size == pytest.approx(4.0, abs=1.0)
    assert abs(level.size) > level.limit
    assert names[20][:10] <= level.since <= names[24][:10]
    code, out, _ = command("trend", "ana", "--store", root)
    assert code == 0
    row = next(line for line in out.splitlines() if line.startswith("right, pelvis turned over"))
    assert row.endswith(f"since {level.since}")
    assert "above zero the left is the larger" in out
    said = json.loads(command("trend", "ana", "--store", root, "--json")[1])
    mine = next(
        one for one in said["levels"] if (one["metric"], one["side"]) == (ROTATION, "right")
    )
    assert mine["since"] == level.since
