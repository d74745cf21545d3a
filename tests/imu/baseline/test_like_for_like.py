"""Today under its own conditions, against a reference that does not creep."""

from dataclasses import replace

import numpy as np
import pytest

from imu.baseline.conditions import COMPARABLE, UNKNOWN, Conditions, comparable
from imu.baseline.expected import cells_of, in_errors, stacked
from imu.baseline.like_for_like import MODEL, departures, members

TE = 0.9
METRICS = {"pelvic_rotation_deg": in_errors(TE, "pelvic rotation", pace=(0.0, 1.0))}
CELLS = cells_of(METRICS)
PLAIN = replace(MODEL, day_share=0.0)


def conditions(speed_mps, *, grade_pct=0.0, shoes=0, surface=0):
    k = len(speed_mps)
    whole = lambda v: np.broadcast_to(np.asarray(v), (k,)).copy()  # noqa: E731
    return Conditions(
        np.arange(k) * 3.0,
        np.asarray(speed_mps, dtype=float),
        whole(grade_pct).astype(float),
        whole(shoes).astype(np.int64),
        whole(surface).astype(np.int64),
    )


def values(left):
    left = np.asarray(left, dtype=float)
    return stacked({"pelvic_rotation_deg": np.stack([left, left], axis=-1)}, METRICS)


def held(left, under, *, model=PLAIN, new=None, used=None, reference=None):
    y = values(left)
    used = np.isfinite(y) if used is None else used
    new = np.array([len(y) - 1]) if new is None else new
    return departures(y, under, used, new, CELLS, model, reference)


class TestPaceAndGrade:
    def test_run_at_another_pace_is_held_against_what_that_pace_gives(self):
        rng = np.random.default_rng(1)
        speed = np.append(rng.uniform(2.4, 4.0, 30), 3.9)
        y = 2.0 + 3.0 * (speed - 3.0) + 0.3 * rng.normal(size=31)
        of = held(y, conditions(speed))
        assert of.expected[0, 0] == pytest.approx(2.0 + 3.0 * 0.9, abs=0.5)
        assert of.p_value[0, 0] > 0.05
        same = held(y, conditions(np.full(31, 3.0)))
        assert abs(same.departure[0, 0]) > 3 * abs(of.departure[0, 0])

    @pytest.mark.parametrize(
        ("speed", "grade", "said"),
        [
            (3.1, 0.0, "comparable"),
            (2.94, 0.0, "comparable"),
            (3.6, 0.0, "faster than any past run"),
            (2.2, 0.0, "slower than any past run"),
            (2.8, 4.0, "steeper uphill than any past run"),
            (2.8, -4.0, "steeper downhill than any past run"),
            (np.nan, 0.0, "comparable"),
        ],
    )
    def test_says_what_no_past_run_was_like(self, speed, grade, said):
        past = conditions([2.6, 2.8, 3.0, 2.8, 2.7, 2.9])
        today = conditions([speed], grade_pct=grade)
        code = comparable(past, np.ones(6, bool), today)
        assert COMPARABLE[int(code[0])] == said

    def test_runs_that_do_not_count_widen_nothing(self):
        past = conditions([2.8, 2.8, 4.0])
        code = comparable(past, np.array([True, True, False]), conditions([3.6]))
        assert COMPARABLE[int(code[0])] == "faster than any past run"

    def test_no_p_where_it_cannot_be_compared(self):
        of = held(np.append(np.zeros(8), 50.0), conditions([2.8] * 8 + [3.6]))
        assert np.isnan(of.p_value).all()

    def test_unknown_pace_widens_the_range(self):
        y = np.zeros(9)
        known, unknown = (
            held(y, conditions([2.8] * 8 + [speed])).error[0, 0] for speed in (2.8, np.nan)
        )
        assert unknown > 1.03 * known

    def test_counts_that_differ_are_refused(self):
        with pytest.raises(ValueError, match="differ in shape"):
            Conditions(np.zeros(3), np.zeros(2), np.zeros(3), np.zeros(3, int), np.zeros(3, int))


class TestShoes:
    def test_new_pair_widens_the_range_and_a_worn_one_does_not(self):
        worn = held(np.zeros(9), conditions([2.8] * 9))
        new = held(np.zeros(9), conditions([2.8] * 9, shoes=[0] * 8 + [1]))
        assert new.error[0, 0] > 1.15 * worn.error[0, 0]

    def test_pair_that_was_worn_often_has_its_own_level(self):
        shoes = np.array([0, 1] * 10 + [1])
        of = held(2.0 * shoes, conditions([2.8] * 21, shoes=shoes))
        assert of.expected[0, 0] == pytest.approx(2.0, abs=0.35)

    def test_pair_that_was_not_said_is_none_of_the_others(self):
        shoes = np.array([0, 1] * 10 + [UNKNOWN])
        of = held(2.0 * shoes.clip(0), conditions([2.8] * 21, shoes=shoes))
        assert 0.3 < of.expected[0, 0] < 1.7


class TestReference:
    def test_does_not_creep(self):
        y = np.concatenate([np.zeros(20), np.full(31, 4.0)])
        of = held(y, conditions([2.8] * 51))
        assert of.departure[0, 0] == pytest.approx(4.0, abs=0.05)
        assert of.sessions[0] == MODEL.reference

    def test_is_what_the_runner_chose(self):
        y = np.concatenate([np.zeros(20), np.full(21, 4.0)])
        chosen = np.arange(41) >= 22
        chosen[-1] = False
        of = held(y, conditions([2.8] * 41), reference=chosen)
        assert of.departure[0, 0] == pytest.approx(0.0, abs=0.05)
        assert of.sessions[0] == 18

    def test_later_runs_teach_the_slope(self):
        rng = np.random.default_rng(2)
        speed = np.concatenate([np.full(12, 2.8), rng.uniform(2.4, 4, 40), [3.8]])
        y = 2.0 * (speed - 2.8) + 0.2 * rng.normal(size=53)
        assert held(y, conditions(speed)).departure[0, 0] == pytest.approx(0.0, abs=0.3)

    def test_one_odd_run_counts_and_two_in_a_row_do_not(self):
        rng = np.random.default_rng(3)
        y = 0.2 * rng.normal(size=12)
        one, two = y.copy(), y.copy()
        one[7] = 9.0
        two[7:9] = 9.0
        assert members(values(one), conditions([2.8] * 12), CELLS, PLAIN)[:, 0].all()
        kept = members(values(two), conditions([2.8] * 12), CELLS, PLAIN)[:, 0]
        assert np.flatnonzero(~kept).tolist() == [7, 8]

    def test_nothing_is_judged_before_there_are_enough(self):
        of = held(np.append(np.zeros(4), 50.0), conditions([2.8] * 5))
        assert np.isnan(of.p_value).all()


class TestError:
    def test_noisy_runner_is_known_by_all_cells_together(self):
        """Twice as noisy in every measure: each cell's own error learns it from all others."""
        rng = np.random.default_rng(4)
        metrics = {f"m{i}_deg": in_errors(1.0, f"m{i}") for i in range(8)}
        cells = cells_of(metrics)
        y = stacked({n: 2 * rng.normal(size=(7, 400, 2)) for n in metrics}, metrics)
        many = conditions([2.8] * 7)
        given = (many.day, many.speed_mps, many.grade_pct, many.shoes, many.surface)
        every = Conditions(*(np.repeat(of[:, None], 400, 1) for of in given))
        used = np.isfinite(y)
        pooled, alone = (
            departures(y, every, used, np.array([6]), cells, model).scale.mean()
            for model in (PLAIN, replace(PLAIN, runner_weight=1e9))
        )
        assert pooled > 1.1 * alone
