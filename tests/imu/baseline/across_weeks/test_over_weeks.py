"""Trend, level shift and lasting change, judged together."""

import numpy as np
import pytest

from imu.baseline.across_weeks.over_weeks import SHIFT_RUNS, over_weeks
from imu.baseline.conditions import Conditions
from imu.baseline.expected import cells_of, in_errors, stacked

METRICS = {
    "pelvic_tilt_midstance_deg": in_errors(0.9, "pelvic tilt"),
    "pelvic_rotation_over_leg_deg": in_errors(0.9, "pelvic rotation"),
}
CELLS = cells_of(METRICS)
LEFT = CELLS.names.index(("pelvic_rotation_over_leg_deg", "left"))


def under(days):
    nothing = np.zeros(np.shape(days))
    none = np.zeros(np.shape(days), dtype=np.int64)
    return Conditions(np.asarray(days, dtype=float), nothing + 2.8, nothing, none, none)


def made(left, *, seed=0, scale=0.5):
    """Return values (k, ..., c) of runners of whom `left` (k, ...) changes the left leg."""
    rng = np.random.default_rng(seed)
    left = np.asarray(left, dtype=float)
    medians = {n: scale * 0.9 * rng.normal(size=(*left.shape, 2)) for n in METRICS}
    medians["pelvic_rotation_over_leg_deg"][..., 0] += left
    return stacked(medians, METRICS)


def test_several_runners_at_once_are_each_as_alone():
    left = np.stack([np.zeros(26), 0.15 * np.arange(26), 4.0 * (np.arange(26) >= 15)], axis=1)
    y, days = made(left), np.repeat(3.5 * np.arange(26)[:, None], 3, axis=1)
    whole = over_weeks(y, under(days), np.isfinite(y), CELLS)
    for a in range(3):
        alone = over_weeks(y[:, a], under(days[:, a]), np.isfinite(y[:, a]), CELLS)
        for question in ("trend", "shift", "lasting"):
            one, same = getattr(alone, question), getattr(whole, question)
            np.testing.assert_allclose(one.effect.size, same.effect.size[a], atol=1e-9)
            np.testing.assert_array_equal(one.named, same.named[a])
        np.testing.assert_array_equal(alone.at, whole.at[a])


def test_runs_that_do_not_count_might_as_well_not_be_there():
    y, days = made(4.0 * (np.arange(26) >= 15)), 3.5 * np.arange(26)
    plain = over_weeks(y, under(days), np.isfinite(y), CELLS)
    at = np.array([0, 7, 20])
    wild = np.insert(y, at, 50.0, axis=0)
    used = np.insert(np.isfinite(y), at, False, axis=0)
    with_wild = over_weeks(wild, under(np.insert(days, at, days[at] - 1)), used, CELLS)
    for question in ("trend", "shift", "lasting"):
        one, same = getattr(plain, question), getattr(with_wild, question)
        np.testing.assert_allclose(one.effect.size, same.effect.size, atol=1e-9)
        np.testing.assert_allclose(one.effect.p_value, same.effect.p_value, atol=1e-9)
    kept = np.flatnonzero(used.any(axis=-1))
    np.testing.assert_array_equal(with_wild.at, kept[plain.at.astype(int)])


def test_a_step_is_placed_where_it_begins_and_its_interval_holds_it():
    found = []
    for seed in range(30):
        y = made(4.0 * (np.arange(40) >= 25), seed=seed)
        said = over_weeks(y, under(3.0 * np.arange(40)), np.isfinite(y), CELLS)
        assert said.shift.named[LEFT]
        found.append((said.at[LEFT], said.shift.low[LEFT] <= 4.0 <= said.shift.high[LEFT]))
    placed, held = np.array(found).T
    assert np.median(placed) == 25
    assert held.mean() >= 0.9


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_named_whose_interval_holds_no_change(seed):
    left = np.stack([0.03 * s * np.arange(26) for s in range(40)], axis=1)
    y = made(left, seed=seed)
    days = np.repeat(3.5 * np.arange(26)[:, None], 40, axis=1)
    said = over_weeks(y, under(days), np.isfinite(y), CELLS)
    for question in (said.trend, said.shift, said.lasting):
        assert question.named.any()
        assert np.all((question.low * question.high > 0)[question.named])


def test_what_was_long_ago_is_no_trend():
    """It fell for ten weeks, and has been level for the last twelve."""
    k = np.arange(50)
    y = made(np.minimum(k, 20) * -0.2)
    said = over_weeks(y, under(3.5 * k), np.isfinite(y), CELLS)
    assert not said.trend.named[LEFT]
    assert said.lasting.named[LEFT]
    assert said.trend.runs.sum() == 25
    whole = over_weeks(y, under(3.5 * k), np.isfinite(y), CELLS, since=np.ones(50, dtype=bool))
    assert whole.trend.named[LEFT]


def test_a_chosen_reference_is_what_is_usual():
    k = np.arange(40)
    y = made(4.0 * (k >= 14))
    by_rule = over_weeks(y, under(3.0 * k), np.isfinite(y), CELLS)
    adopted = over_weeks(y, under(3.0 * k), np.isfinite(y), CELLS, reference=(k >= 14) & (k < 30))
    assert by_rule.lasting.named[LEFT]
    assert not adopted.lasting.named[LEFT]


def test_a_long_history_is_searched_from_its_end():
    k = np.arange(SHIFT_RUNS + 30)
    y = made(4.0 * (k >= 10))
    said = over_weeks(y, under(1.0 * k), np.isfinite(y), CELLS)
    assert said.shift.runs.sum() == SHIFT_RUNS
    assert np.nanmin(said.at) >= 30


def test_too_few_runs_are_not_known():
    y = made(np.arange(4.0))
    said = over_weeks(y, under(3.0 * np.arange(4)), np.isfinite(y), CELLS)
    for answer in (said.trend, said.shift, said.lasting):
        assert np.isnan(answer.effect.size).all()
        assert np.isnan(answer.low).all()
        assert not answer.named.any()
    assert np.isnan(said.at).all()
