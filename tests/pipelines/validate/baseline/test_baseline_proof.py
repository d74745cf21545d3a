"""The proof of the comparison with the past: it can fail, and what it demands holds in small."""

from dataclasses import replace

import numpy as np
import pytest

from imu.baseline.like_for_like import MODEL
from pipelines.validate.baseline import cases, of_late, one_run, weeks
from pipelines.validate.baseline.athletes import STEADY, Habits, changed, drawn
from pipelines.validate.baseline.population import LEVELS, METRICS
from pipelines.validate.baseline.proof import Scope, part
from pipelines.validate.baseline.reports import reports
from pipelines.validate.baseline.watch_rule import watch_names


def some(count=400, sessions=26, *, seed=1, habits=STEADY):
    rng = np.random.default_rng(seed)
    return drawn(rng, METRICS, LEVELS, athletes=count, sessions=sessions, habits=habits)


class TestAthletes:
    def test_error_between_sessions_is_what_was_drawn(self):
        """Over many sessions that do not hang together, at one pace in one pair."""
        habits = replace(STEADY, day_share=(0.0, 0.0))
        athletes = some(40, 1500, habits=habits)
        for name in METRICS:
            ratio = athletes.values[name].std(axis=0) / athletes.error[name]
            assert np.median(ratio) == pytest.approx(1.0, abs=0.1), name

    def test_odd_days_are_heavier_than_normal_ones(self):
        athletes = some(60, 800)
        z = athletes.values["pelvic_rotation_over_leg_deg"]
        z = (z - z.mean(axis=0)) / z.std(axis=0)
        assert np.mean(z**4) > 3.6

    def test_days_close_together_are_alike_and_days_apart_are_not(self):
        habits = replace(STEADY, day_share=(0.6, 0.6), day_span=(10.0, 10.0), gap=0.0)
        y = some(300, 60, habits=habits).values["pelvic_rotation_over_leg_deg"][..., 0]
        y = (y - y.mean(axis=0)) / y.std(axis=0)
        near, far = np.mean(y[1:] * y[:-1]), np.mean(y[30:] * y[:-30])
        assert near > 0.25
        assert abs(far) < 0.1

    def test_pace_moves_the_measures_as_runners_differ(self):
        athletes = some(200, 60, habits=replace(Habits(), hilly=0.0, second_pair=0.0))
        name = "peak_tibial_resultant_mps2"
        speed, y = athletes.conditions.speed_mps, athletes.values[name][..., 0]
        slope = [np.polyfit(speed[:, a], y[:, a], 1)[0] for a in range(200)]
        assert np.mean(slope) > 10
        assert np.std(slope) > 5

    def test_change_begins_when_it_is_said_to(self):
        athletes = some(3, 10)
        after = changed(athletes, {"pelvic_drop_deg": np.array([2.0, 0.0])}, since=6)
        moved = after.values["pelvic_drop_deg"] - athletes.values["pelvic_drop_deg"]
        np.testing.assert_allclose(moved[:6], 0)
        np.testing.assert_allclose(moved[6:, :, 0], 2)
        np.testing.assert_allclose(moved[6:, :, 1], 0)


class TestUnchanged:
    """Three binomial SD of the share of 400 x 20 reports, which hang together, are about 1.2 %."""

    @pytest.mark.parametrize("mix", ["everyday mix", "one pace, level, one pair"])
    def test_neither_cries_wolf_nor_narrows_its_intervals(self, mix):
        found = cases.unchanged(7, mix, 400, 200)
        assert found.once <= 0.05 + 0.012
        assert found.firm <= 0.005 + 0.003
        assert found.ever_firm <= 0.10
        assert 0.93 <= found.covered <= 0.97
        assert found.once >= 0.01  # a rule that never speaks would pass all else
        assert found.weeks <= 0.05 + 0.046
        assert found.watch > 0.9

    def test_constants_that_ignore_odd_days_would_fail(self):
        blind = replace(MODEL, tail=1e9, spread=1.0, day_share=0.0)
        athletes = some(300, seed=8)
        plain, off = (
            reports(athletes, range(6, 26), model=model).once.any(axis=-1).mean()
            for model in (MODEL, blind)
        )
        assert plain < 0.06
        assert off > 1.5 * plain


class TestToday:
    def test_faster_than_any_past_run_is_said_and_nothing_named(self):
        named, told = cases.faster(9, 300, 3.6)
        assert named.ours == 0
        assert told == 1
        assert named.watch > 0.9

    @pytest.mark.parametrize("known", [True, False])
    @pytest.mark.parametrize(("deg", "share"), [(5.0, 1.0), (8.0, 0.5)])
    def test_slipped_belt_is_no_finding(self, deg, share, known):
        assert cases.belt(10, 400, deg, share, known=known).ours <= 0.05 + 0.033

    def test_new_shoes_that_were_said_are_no_finding(self):
        assert cases.shoes(11, 400).ours <= 0.05 + 0.033

    def test_half_compensation_is_found_on_its_leg(self):
        found = cases.compensation(12, 400, STEADY, 6, 0.5)
        assert found.found.ours >= 0.80 - 0.06
        assert found.right_leg >= 0.95

    def test_full_compensation_is_firm(self):
        found = cases.compensation(12, 200, STEADY, 6, 1.0)
        assert found.found.ours >= 0.95
        assert found.firm >= 0.85


class TestWeeks:
    def test_drift_is_named_and_no_drift_is_not(self):
        assert weeks.drift(13, 200, "pelvic_tilt_midstance_deg", 4.0, 6).ours >= 0.90 - 0.06
        assert weeks.drift(13, 200, "pelvic_tilt_midstance_deg", 0.0, 6).ours <= 0.05 + 0.046

    def test_lasting_change_is_still_named_and_dated(self):
        found = weeks.lasting_change(14, 100, "pelvic_tilt_midstance_deg", 4.0)
        assert found.weeks.ours >= 0.95 - 0.06
        assert found.dated >= 0.9
        assert found.covered >= 0.95 - 0.06
        assert weeks.weeks_unchanged(14, "everyday mix", 100, 51) <= 0.05 + 0.065

    def test_ten_runs_against_ten(self):
        block = weeks.strength_block(15, 200, 4.0)
        assert block.worst >= 0.90 - 0.06
        assert block.wrong <= 0.05 + 0.046
        assert 0.93 <= block.covered <= 0.985


class TestOfLate:
    def test_recent_average_keeps_within_its_limit_and_finds_a_lasting_step(self):
        found = of_late.recent_average(18, 60)
        assert found.wrong <= 0.05 + 0.085
        assert found.found >= 0.5

    @pytest.mark.parametrize("kind", ["step", "gradual"])
    def test_a_change_is_hardly_ever_called_the_other_kind(self, kind):
        told = of_late.course(19, 40, kind, "pelvic_drop_deg", 4.0)
        assert told.wrong <= 0.05 + 0.1
        assert told.right >= 0.3  # a rule that never decides would pass the other


class TestOneRun:
    def test_laps_in_turn(self):
        found = one_run.same_run(16, 60)
        assert found.worst >= 0.9
        assert found.wrong <= 0.05 + 0.085
        assert found.covered >= 0.93

    def test_drift_within_a_run(self):
        found = one_run.drifts(17, 30)
        assert found.found >= 0.5
        assert found.wrong <= 0.05 + 0.12


def test_watch_rule_is_its_definition():
    values = {"a": np.stack([np.full((7, 1), 10.0), np.full((7, 1), 10.0)], axis=-1)}
    values["a"][5, 0, 0] = 11.1
    values["a"][6, 0, 1] = 10.9
    named = watch_names(values)
    assert named[5, 0, 0].tolist() == [True, False]
    assert named[6, 0, 0].tolist() == [False, False]
    assert not named[:5].any()


def test_page_has_a_row_for_every_case_and_the_watch_beside_it():
    proof = part(3, Scope(20, 10, 10, 2))
    names = [figure.name for figure in proof.figures]
    assert len(names) == len(set(names))
    table = proof.tables[0]
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert sum(row[-1] != "–" for row in table.rows) > 15
    again = part(3, Scope(20, 10, 10, 2))
    assert again == proof
