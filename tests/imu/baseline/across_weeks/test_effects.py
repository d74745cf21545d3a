"""Over weeks: what is known is recovered, days that hang together are no trend, levels hold."""

import numpy as np
import pytest

from imu.baseline.across_weeks.effects import WEEKS, between_periods, effect, lasting, trend
from imu.baseline.across_weeks.level_shift import level_shift
from imu.baseline.across_weeks.running_average import ewma, running_average
from imu.baseline.conditions import Conditions
from imu.baseline.expected import cells_of, in_errors, stacked
from imu.baseline.like_for_like import departures

METRICS = {
    "pelvic_tilt_deg": in_errors(0.9, "pelvic tilt"),
    "pelvic_rotation_deg": in_errors(0.9, "pelvic rotation"),
}
CELLS = cells_of(METRICS)
LEFT = CELLS.names.index(("pelvic_rotation_deg", "left"))
RIGHT = CELLS.names.index(("pelvic_rotation_deg", "right"))


def under(k, athletes=None, *, apart=3.5, speed_mps=2.8):
    shape = (k,) if athletes is None else (k, athletes)
    day = np.broadcast_to((np.arange(k) * apart).reshape(k, *(1,) * (len(shape) - 1)), shape)
    none = np.zeros(shape, dtype=np.int64)
    return Conditions(
        day.copy(), np.broadcast_to(speed_mps, shape) + 0.0, np.zeros(shape), none, none
    )


def noise(k, athletes=None, *, seed=0, scale=0.5):
    rng = np.random.default_rng(seed)
    shape = (k, 2) if athletes is None else (k, athletes, 2)
    return {n: scale * e.typical_error * rng.normal(size=shape) for n, e in METRICS.items()}


def made(k, left, *, athletes=None, seed=0, scale=0.5):
    medians = noise(k, athletes, seed=seed, scale=scale)
    left = np.asarray(left, dtype=float)
    medians["pelvic_rotation_deg"][..., 0] += left if athletes is None else left[:, None]
    y = stacked(medians, METRICS)
    return y, np.isfinite(y)


class TestTrend:
    def test_slope_per_week_is_recovered_on_its_leg(self):
        y, used = made(24, 0.4 * np.arange(24) * 3.5 / 7)
        found = trend(y, under(24), used, CELLS)
        assert found.low[LEFT] < 0.4 < found.high[LEFT]
        assert found.size[LEFT] == pytest.approx(0.4, abs=0.1)
        assert found.p_value[LEFT] < 1e-3
        assert found.low[RIGHT] < 0 < found.high[RIGHT]

    def test_one_wild_run_does_not_make_a_trend(self):
        left = np.zeros(24)
        left[-1] = 30.0
        robust = trend(*_with(made(24, left)), CELLS).size[LEFT]
        gentle = np.polyfit(np.arange(24) / 2, left, 1)[0]
        assert abs(robust) < 0.5 * gentle

    def test_pace_that_rises_over_weeks_is_not_a_trend(self):
        speed = np.linspace(2.4, 3.6, 30) + 0.3 * np.sin(np.arange(30) * 2.0)
        y, used = made(30, 3.0 * (speed - 3.0))
        plain = trend(y, under(30), used, CELLS)
        found = trend(y, under(30, speed_mps=speed), used, CELLS)
        assert plain.p_value[LEFT] < 0.01
        assert found.p_value[LEFT] > 0.05

    def test_days_that_hang_together_are_seldom_called_a_trend(self):
        """Correlation .5 from run to run in all the noise; 400 runners, four values each."""
        rng = np.random.default_rng(1)
        steps = rng.normal(size=(20, 400, len(METRICS), 2))
        for j in range(1, 20):
            steps[j] = 0.5 * steps[j - 1] + np.sqrt(0.75) * steps[j]
        y = stacked({n: 0.9 * steps[:, :, i] for i, n in enumerate(METRICS)}, METRICS)
        found = trend(y, under(20, 400), np.isfinite(y), CELLS)
        assert np.mean(found.p_value < 0.05) < 0.07
        ordinary = np.abs(np.corrcoef(np.arange(20), y[:, :, LEFT].T)[0, 1:])
        assert np.mean(ordinary > 0.444) > 0.12  # 5 % were it right

    def test_too_few_runs_are_not_known(self):
        y, used = made(4, np.arange(4.0))
        assert np.isnan(trend(y, under(4), used, CELLS).p_value).all()


def _with(of):
    y, used = of
    return y, under(len(y)), used


class TestPeriods:
    def test_difference_is_recovered(self):
        y, used = made(26, np.where(np.arange(26) >= 16, 3.0, 0.0))
        number = np.arange(26)
        found = between_periods(y, under(26), number < 10, number >= 16, used, CELLS)
        assert found.low[LEFT] < 3.0 < found.high[LEFT]
        assert found.p_value[LEFT] < 1e-3
        assert found.p_value[RIGHT] > 0.01

    def test_runs_in_between_are_neither(self):
        left = np.where(np.arange(26) < 10, 0.0, np.where(np.arange(26) < 16, 50.0, 3.0))
        y, used = made(26, left)
        number = np.arange(26)
        found = between_periods(y, under(26), number < 10, number >= 16, used, CELLS)
        assert found.size[LEFT] == pytest.approx(3.0, abs=0.8)

    def test_common_runs_are_refused(self):
        y, used = made(10, np.zeros(10))
        number = np.arange(10)
        with pytest.raises(ValueError, match="both periods"):
            between_periods(y, under(10), number < 6, number > 4, used, CELLS)

    def test_column_asked_for_costs_no_session_twice(self):
        y, used = made(12, np.zeros(12))
        column = np.ones((12, 1)) * (np.arange(12) > 5)[:, None]
        assert (effect(y, under(12), used, column, CELLS).sessions == 12).all()


class TestLevels:
    def test_shift_is_dated_and_sized(self):
        y, used = made(40, np.where(np.arange(40) >= 23, 3.0, 0.0))
        found = level_shift(y, under(40), used, CELLS)
        assert abs(found.session[LEFT] - 23) <= 1
        assert found.effect.low[LEFT] < 3.0 < found.effect.high[LEFT]
        assert found.effect.p_value[LEFT] < 1e-3

    def test_search_is_paid_for(self):
        y, used = made(30, np.zeros(30), athletes=300, scale=1.0, seed=3)
        found = level_shift(y, under(30, 300), used, CELLS)
        assert np.mean(found.effect.p_value < 0.05) < 0.05

    def test_short_past_has_no_shift(self):
        y, used = made(7, np.zeros(7))
        found = level_shift(y, under(7), used, CELLS)
        assert np.isnan(found.session).all()
        assert np.isnan(found.effect.p_value).all()

    def test_four_runs_on_either_side_are_enough(self):
        y, used = made(8, np.where(np.arange(8) >= 4, 6.0, 0.0), scale=0.2)
        found = level_shift(y, under(8), used, CELLS)
        assert found.session[LEFT] == 4
        assert found.effect.size[LEFT] == pytest.approx(6.0, abs=0.5)

    def test_lasting_change_stays_named_until_it_is_adopted(self):
        y, used = made(51, np.where(np.arange(51) >= 20, 4.0, 0.0))
        found = lasting(y, under(51), used, CELLS)
        assert found.p_value[LEFT] < 1e-3
        assert found.size[LEFT] == pytest.approx(4.0, abs=0.6)
        adopted = (np.arange(51) >= 20) & (np.arange(51) < 40)
        after = lasting(y, under(51), used, CELLS, reference=adopted)
        assert after.low[LEFT] < 0 < after.high[LEFT]

    def test_reference_and_last_runs_must_not_overlap(self):
        y, used = made(WEEKS.reference + 3, np.zeros(WEEKS.reference + 3))
        assert np.isnan(lasting(y, under(len(y)), used, CELLS).p_value).all()


class TestEwma:
    def held(self, y, used, first=12):
        return departures(y, under(len(y)), used, np.arange(first, len(y)), CELLS)

    def test_small_change_that_lasts_is_seen_where_one_run_shows_nothing(self):
        y, used = made(40, np.where(np.arange(40) >= 20, 1.6, 0.0))
        of = self.held(y, used)
        found = ewma(of)
        assert found.p_value[-1, LEFT] < 0.02
        assert of.p_value[-1, LEFT] > found.p_value[-1, LEFT]

    def test_of_one_run_is_that_run(self):
        y, used = made(13, np.zeros(13))
        of = self.held(y, used)
        found = ewma(of)
        np.testing.assert_allclose(found.size, of.departure)
        np.testing.assert_allclose(found.p_value, of.p_value, rtol=1e-6)

    def test_run_without_the_measure_is_passed_over(self):
        y, used = made(16, np.zeros(16))
        y[-1, LEFT] = np.nan
        found = ewma(self.held(y, used))
        np.testing.assert_allclose(found.size[-1, LEFT], found.size[-2, LEFT])
        assert found.sessions[-1, LEFT] == 3

    def test_the_path_is_that_of_the_recursion(self):
        y, used = made(30, np.zeros(30))
        of = self.held(y, used)
        z = weight = 0.0
        for x, level in zip(of.departure[:, LEFT], ewma(of).size[:, LEFT], strict=True):
            z, weight = 0.75 * z + 0.25 * x, 0.75 * weight + 0.25
            assert level == pytest.approx(z / weight)


class TestRunningAverage:
    def of(self, y, used, **options):
        usual = np.arange(len(y)) < 12
        return running_average(y, under(len(y)), used, CELLS, usual, **options)

    def test_a_change_that_lasts_is_dated_and_the_other_leg_is_not(self):
        y, used = made(40, np.where(np.arange(40) >= 20, 4.0, 0.0))
        found = self.of(y, used)
        assert 20 <= found.since[LEFT] <= 24
        assert found.level[-1, LEFT] == pytest.approx(4.0, abs=0.8)
        right = CELLS.names.index((CELLS.names[LEFT][0], "right"))
        assert found.since[right] == -1

    def test_a_change_that_is_over_is_within_again(self):
        y, used = made(40, np.where((np.arange(40) >= 18) & (np.arange(40) < 25), 4.0, 0.0))
        found = self.of(y, used)
        assert (np.abs(found.level) > found.limit)[:, LEFT].any()
        assert found.since[LEFT] == -1

    def test_without_a_run_after_the_reference_there_is_none(self):
        y, used = made(12, np.zeros(12))
        found = self.of(y, used)
        assert len(found.sessions) == 0
        assert (found.since == -1).all()

    def test_a_long_history_gives_its_last_runs_alone(self):
        y, used = made(90, np.zeros(90))
        assert self.of(y, used).sessions.tolist() == list(range(30, 90))
