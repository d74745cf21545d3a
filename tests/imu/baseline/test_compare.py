"""Against the past: calibrated under no change, powerful under change, honest in words."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from imu.baseline.compare import Change, compare, compare_sides, session_medians
from imu.baseline.usual_range import Rules, curve_band, discoveries, p_values, usual, without_streak
from imu.metrics import METRICS as DECLARED

ERRORS = {
    "pelvic_drop_deg": 0.6,
    "pelvic_drop_rate_radps": 0.10,
    "shank_internal_rotation_deg": 1.2,
    "shank_internal_rotation_rate_radps": 0.5,
    "pelvic_rotation_deg": 0.8,
    "pelvic_tilt_deg": 1.0,
    "peak_tibial_resultant_mps2": 6.0,
}


def a_metric(name, typical_error, *, primary=True):
    any_metric = next(iter(DECLARED.values()))
    return replace(any_metric, name=name, typical_error=typical_error, primary=primary)


METRICS = {
    **{name: a_metric(name, error) for name, error in ERRORS.items()},
    "contact_time_s": a_metric("contact_time_s", 0.005, primary=False),
}
SIDE = np.array(["left", "right"] * 30)


def stances_around(left, right):
    """Stances whose median is exactly `left` and `right`."""
    spread = np.linspace(-1, 1, len(SIDE) // 2)
    return np.stack([left + spread, right + spread], axis=1).ravel()


def today_like(medians):
    return {name: stances_around(*medians[name]) for name in medians}


def an_athlete(rng, sessions, *, error_scale=None):
    """Session medians (sessions, 2) per metric of a runner who does not change."""
    return {
        name: 10 * error * (1 + rng.random())
        + (error_scale() if error_scale else 1.0) * error * rng.normal(size=(sessions, 2))
        for name, error in ERRORS.items()
    }


def changes_of_last(medians, **options):
    past = {name: values[:-1] for name, values in medians.items()}
    today = today_like({name: values[-1] for name, values in medians.items()})
    return compare(SIDE, today, past, metrics=METRICS, **options)


def pick(changes, metric, side) -> Change:
    return next(c for c in changes if (c.metric, c.side) == (metric, side))


class TestNumbers:
    def test_range_is_that_of_the_formula(self):
        past = np.array([4.0, 5.0, 6.5, 5.5, 4.5, 5.0])
        s2, k, prior, te0 = past.var(ddof=1), 6, 4.0, 0.6
        te = np.sqrt((prior * te0**2 + (k - 1) * s2) / (prior + k - 1))
        reach = stats.t.ppf(0.975, prior + k - 1) * te * np.sqrt(1 + 1 / k)
        expected = usual(past, te0, Rules())
        assert float(expected.error) == pytest.approx(te)
        assert float(expected.reach) == pytest.approx(reach)

    @pytest.mark.parametrize(("k", "multiple"), [(4, 2.64), (5, 2.53), (6, 2.44), (10, 2.27)])
    def test_multipliers_of_the_typical_error_are_the_published_ones(self, k, multiple):
        expected = usual(np.zeros(k), 1.0, Rules())
        assert float(expected.reach / expected.error) == pytest.approx(multiple, abs=0.006)

    def test_p_reaches_five_percent_exactly_at_the_edge_of_the_range(self):
        expected = usual(np.arange(6.0), 1.0, Rules())
        edge = np.asarray(expected.mean + expected.reach)
        assert float(p_values(edge, expected)) == pytest.approx(0.05)

    @given(st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=30))
    def test_discoveries_are_those_of_benjamini_and_hochberg(self, p):
        p = np.array(p, dtype=float)
        known = np.isfinite(p)
        expected = np.zeros(len(p), bool)
        if known.any():
            expected[known] = stats.false_discovery_control(p[known]) <= 0.10
        clear = np.abs(np.nan_to_num(p, nan=1.0) - 0.1) > 1e-9
        found = discoveries(p, false_discovery_rate=0.10)
        assert (found == expected)[clear].all()

    def test_difference_is_against_the_mean_and_its_interval_as_wide_as_the_range(self):
        medians = an_athlete(np.random.default_rng(1), 6)
        for c in changes_of_last(medians)[:14]:
            j = 0 if c.side == "left" else 1
            past = medians[c.metric][:-1, j]
            assert c.usual == pytest.approx(past.mean())
            assert c.usual_median == pytest.approx(np.median(past))
            assert c.difference == pytest.approx(medians[c.metric][-1, j] - past.mean())
            assert c.difference_high - c.difference == pytest.approx(c.detectable)
            assert c.high - c.usual == pytest.approx(c.detectable)

    def test_left_minus_right_is_held_against_its_own_past(self):
        medians = an_athlete(np.random.default_rng(2), 6)
        past = {name: values[:-1] for name, values in medians.items()}
        today = today_like({name: values[-1] for name, values in medians.items()})
        for c in compare_sides(SIDE, today, past, metrics=METRICS)[:7]:
            difference = medians[c.metric][:, 0] - medians[c.metric][:, 1]
            assert c.today == pytest.approx(difference[-1])
            assert c.usual == pytest.approx(difference[:-1].mean())
            assert not c.changed

    def test_left_minus_right_expects_the_error_of_two_legs(self):
        past = {name: np.zeros((6, 2)) for name in ERRORS}
        for c in compare_sides(
            SIDE, today_like(dict.fromkeys(ERRORS, (5, 5))), past, metrics=METRICS
        ):
            if c.primary:
                expected = usual(np.zeros(6), np.sqrt(2) * ERRORS[c.metric], Rules())
                assert c.detectable == pytest.approx(float(expected.reach))

    def test_curve_band_holds_the_curves_it_was_made_of(self):
        past = np.random.default_rng(3).normal(size=(6, 2, 101))
        low, high = curve_band(past)
        assert ((past > low) & (past < high)).mean() > 0.98
        assert np.isnan(curve_band(past[:1])[0]).all()


class TestCalibration:
    """The promise of a false discovery rate, kept on runners who do not change."""

    ATHLETES = 200

    @pytest.mark.parametrize("sessions", [5, 6, 12])
    def test_unchanged_runners_are_flagged_no_more_than_promised(self, sessions):
        """Every flag is false here, so the share of athletes with any is the discovery rate.

        True errors differ between athletes as the prior says: scaled inverse chi-square, 4
        degrees of freedom. Three binomial SD of 200 athletes are 6.4 points.
        """
        rng = np.random.default_rng(20261122)
        spread = lambda: np.sqrt(4 / rng.chisquare(4))  # noqa: E731
        found = [
            changes_of_last(an_athlete(rng, sessions + 1, error_scale=spread))
            for _ in range(self.ATHLETES)
        ]
        flagged = np.mean([any(c.changed for c in changes) for changes in found])
        outside = np.mean([c.runs > 0 for changes in found for c in changes[:14]])
        assert flagged <= 0.10 + 3 * np.sqrt(0.1 * 0.9 / self.ATHLETES)
        assert 0.035 <= outside <= 0.065  # 5 % by construction; less would be a blunt range

    def test_a_prior_that_is_a_third_too_small_costs_little(self):
        rng = np.random.default_rng(5)
        wider = lambda: 1.5  # noqa: E731
        found = [
            changes_of_last(an_athlete(rng, 7, error_scale=wider)) for _ in range(self.ATHLETES)
        ]
        assert np.mean([any(c.changed for c in changes) for changes in found]) <= 0.35

    def test_a_change_of_six_typical_errors_is_found_on_its_side_only(self):
        rng = np.random.default_rng(6)
        hits, others = [], []
        for _ in range(100):
            medians = an_athlete(rng, 7)
            medians["pelvic_tilt_deg"][-1, 0] += 6 * ERRORS["pelvic_tilt_deg"]
            changes = changes_of_last(medians)
            mine = pick(changes, "pelvic_tilt_deg", "left")
            hits.append(mine.changed and mine.difference > 0)
            others.append(np.mean([c.changed for c in changes[:14] if c is not mine]))
        assert np.mean(hits) >= 0.95
        assert np.mean(others) <= 0.02

    def test_exploratory_metrics_are_never_flagged(self):
        medians = an_athlete(np.random.default_rng(7), 7)
        medians["contact_time_s"] = np.full((7, 2), 0.25)
        medians["contact_time_s"][-1] = 0.40
        c = pick(changes_of_last(medians), "contact_time_s", "left")
        assert not c.changed
        assert c.state == "exploratory"


class TestWords:
    def test_too_few_runs_are_counted_and_nothing_is_judged(self):
        medians = an_athlete(np.random.default_rng(8), 5)
        medians["pelvic_drop_deg"][-1] += 100
        changes = changes_of_last(medians)
        assert {c.words for c in changes[:14]} == {"building baseline (4/5)"}
        assert not any(c.changed or c.runs for c in changes)

    def test_first_run_of_all_has_no_past(self):
        c = compare(SIDE, today_like({"pelvic_drop_deg": (5, 6)}), {}, metrics=METRICS)[0]
        assert c.words == "building baseline (0/5)"
        assert c.today == pytest.approx(5)
        assert np.isnan([c.usual, c.low, c.high, c.difference, c.p_value]).all()

    def test_too_few_stances_are_counted_and_not_judged(self):
        medians = an_athlete(np.random.default_rng(9), 7)
        past = {name: values[:-1] for name, values in medians.items()}
        few = {name: np.full(40, 1e3) for name in medians}
        side = np.array(["left"] * 24 + ["right"] * 16)
        changes = compare(side, few, past, metrics=METRICS)
        assert changes[0].words == "not enough stances (24 of 25)"
        assert changes[1].words == "not enough stances (16 of 25)"
        assert not any(c.changed for c in changes)
        both = compare_sides(side, few, past, metrics=METRICS)[0]
        assert both.words == "not enough stances (16 of 25)"

    def test_what_is_nan_today_is_not_measured(self):
        medians = an_athlete(np.random.default_rng(10), 7)
        medians["pelvic_drop_deg"][-1] = np.nan
        c = pick(changes_of_last(medians), "pelvic_drop_deg", "left")
        assert (c.state, c.words) == ("not measured", "not measured today")

    def test_first_time_outside_is_seen_once(self):
        medians = an_athlete(np.random.default_rng(11), 7)
        medians["pelvic_drop_deg"][-1, 0] += 20
        c = pick(changes_of_last(medians), "pelvic_drop_deg", "left")
        assert c.words == "outside your usual range in this run; seen once"

    @pytest.mark.parametrize("runs", [2, 3, 6])
    def test_lasting_change_is_counted_and_does_not_hide_itself(self, runs):
        medians = an_athlete(np.random.default_rng(12), 6 + runs)
        medians["pelvic_drop_deg"][6:, 0] += 8 * ERRORS["pelvic_drop_deg"]
        c = pick(changes_of_last(medians), "pelvic_drop_deg", "left")
        assert c.changed
        assert c.sessions == 6
        assert c.words == f"outside your usual range; seen in {runs} consecutive runs"

    def test_other_end_of_the_range_is_another_matter(self):
        medians = an_athlete(np.random.default_rng(13), 8)
        medians["pelvic_drop_deg"][6, 0] += 5
        medians["pelvic_drop_deg"][7, 0] -= 5
        assert pick(changes_of_last(medians), "pelvic_drop_deg", "left").runs == 1

    def test_passed_departure_belongs_to_the_baseline_again(self):
        past = np.zeros((8, 1))
        past[6] = 100.0
        kept, streak = without_streak(past, np.ones(1), Rules())
        assert np.array_equal(kept, past)
        assert streak == 0

    def test_run_in_which_it_was_not_measured_neither_breaks_nor_lengthens_a_streak(self):
        past = np.zeros((9, 1))
        past[6] = past[8] = 100.0
        past[7] = np.nan
        kept, streak = without_streak(past, np.ones(1), Rules())
        assert streak == 2
        assert np.isnan(kept[6:]).all()

    def test_barely_outside_among_many_is_no_finding(self):
        medians = {name: np.zeros((7, 2)) for name in ERRORS}
        expected = usual(np.zeros(6), ERRORS["pelvic_drop_deg"], Rules())
        medians["pelvic_drop_deg"][-1, 0] = 1.01 * expected.reach
        c = pick(changes_of_last(medians), "pelvic_drop_deg", "left")
        assert c.state == "at the edge"
        assert not c.changed

    def test_pasts_of_different_length_are_refused(self):
        past = {"pelvic_drop_deg": np.zeros((3, 2)), "pelvic_tilt_deg": np.zeros((4, 2))}
        with pytest.raises(ValueError, match="differ in number"):
            compare(SIDE, {}, past, metrics=METRICS)


def numbers(c):
    return np.array([c.today, c.usual, c.low, c.high, c.difference, c.difference_low])


class TestInvariance:
    @settings(max_examples=30)
    @given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3))
    def test_other_units_give_the_same_verdicts(self, seed, factor):
        medians = an_athlete(np.random.default_rng(seed), 8)
        past = {name: values[:-1] for name, values in medians.items()}
        today = {name: stances_around(*values[-1]) for name, values in medians.items()}
        scaled = {n: a_metric(n, m.typical_error * factor) for n, m in METRICS.items()}
        plain = compare(SIDE, today, past, metrics={n: METRICS[n] for n in medians})
        other = compare(
            SIDE,
            {n: v * factor for n, v in today.items()},
            {n: v * factor for n, v in past.items()},
            metrics={n: scaled[n] for n in medians},
        )
        for a, b in zip(plain, other, strict=True):
            assert (a.words, a.changed, a.runs) == (b.words, b.changed, b.runs)
            np.testing.assert_allclose(numbers(a) * factor, numbers(b), rtol=1e-9, atol=1e-9)

    @settings(max_examples=30)
    @given(st.integers(0, 2**32 - 1))
    def test_mirrored_runner_swaps_the_sides(self, seed):
        medians = an_athlete(np.random.default_rng(seed), 8)
        mirrored = {name: values[:, ::-1] for name, values in medians.items()}
        there, here = changes_of_last(mirrored), changes_of_last(medians)
        other = {"left": "right", "right": "left"}
        for c in here:
            twin = pick(there, c.metric, other[c.side])
            assert (c.words, c.changed) == (twin.words, twin.changed)
            np.testing.assert_allclose(numbers(c), numbers(twin), rtol=1e-12)

    def test_reduces_a_data_frame_as_it_does_a_dict(self):
        import pandas as pd

        today = today_like(dict.fromkeys(METRICS, (5.0, 6.0)))
        frame = pd.DataFrame({"side": SIDE, **today})
        of_frame = session_medians(frame["side"], frame, metrics=METRICS)
        of_dict = session_medians(SIDE, today, metrics=METRICS)
        assert list(of_frame) == list(of_dict)
        for name in of_dict:
            np.testing.assert_array_equal(of_frame[name], of_dict[name])
            np.testing.assert_allclose(of_frame[name], [5.0, 6.0])
