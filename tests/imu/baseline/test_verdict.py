"""Families, two levels, and a belt that sits otherwise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from imu.baseline.conditions import UNKNOWN, Conditions
from imu.baseline.expected import cells_of, in_errors, stacked
from imu.baseline.like_for_like import departures, members
from imu.baseline.verdict import RATES, discoveries, named, simes, verdicts

METRICS = {
    "pelvic_tilt_deg": in_errors(0.9, "pelvic tilt", belt=True),
    "pelvic_drop_deg": in_errors(0.65, "pelvic drop"),
    "pelvic_drop_rate_radps": in_errors(0.12, "pelvic drop"),
    "pelvic_rotation_deg": in_errors(0.9, "pelvic rotation"),
    "peak_tibial_mps2": in_errors(5.3, "impact", shoes=1.5),
}
PATTERN = {"pelvic_tilt_deg": 1.0, "pelvic_rotation_deg": -1.0}
CELLS = cells_of(METRICS, PATTERN)
P = st.floats(1e-6, 1) | st.just(float("nan"))


def said(by, *, runs=1, seed=0, before=1.0, shoes=0):
    """What a quiet runner's report says after the last `runs` changed by `by` (left, right).

    All but the last of them by `before` times that. `shoes` are those of all runs.
    """
    rng = np.random.default_rng(seed)
    k = 14
    medians = {name: e.typical_error * 0.5 * rng.normal(size=(k, 2)) for name, e in METRICS.items()}
    for name, step in by.items():
        moved = np.asarray(step) * METRICS[name].typical_error
        medians[name][-1] += moved
        medians[name][k - runs : k - 1] += before * moved
    none = np.zeros(k, dtype=np.int64)
    under = Conditions(np.arange(k) * 3.0, np.full(k, 2.8), np.zeros(k), none + shoes, none)
    y = stacked(medians, METRICS, PATTERN)
    used = members(y, under, CELLS)
    return verdicts(departures(y, under, used, np.array([k - 1, k - 2]), CELLS), CELLS)


def families(flags):
    return {name for name, flag in zip(CELLS.families, flags, strict=True) if flag}


class TestTests:
    @given(st.lists(P, min_size=1, max_size=8))
    def test_simes_is_its_definition(self, p):
        known = sorted(v for v in p if v == v)
        found = float(simes(np.array(p)))
        if not known:
            assert np.isnan(found)
        else:
            assert found == pytest.approx(
                min(v * len(known) / (i + 1) for i, v in enumerate(known))
            )

    @given(st.lists(st.lists(P, min_size=5, max_size=5), min_size=1, max_size=6))
    def test_discoveries_are_those_of_benjamini_and_hochberg(self, rows):
        p = np.array(rows)
        found = discoveries(p, 0.10)
        for row, mine in zip(p, found, strict=True):
            known = np.isfinite(row)
            expected = np.zeros(5, bool)
            if known.any():
                adjusted = stats.false_discovery_control(row[known])
                expected[known] = adjusted <= 0.10
                clear = np.abs(np.where(known, 0, 1)) == 0
                clear[known] &= np.abs(adjusted - 0.10) > 1e-9
                assert np.array_equal(mine[clear], expected[clear])
            assert not mine[~known].any()

    def test_cells_are_named_within_named_families_alone(self):
        p = np.array([1e-5, 0.8, 0.03, 0.04])
        found, cells = named(p, np.array([0, 0, 1, 1]), 0.05)
        assert found.tolist() == [True, True]
        assert cells.tolist() == [True, False, True, True]
        found, cells = named(np.array([1e-5, 0.8, 0.3, 0.04]), np.array([0, 0, 1, 1]), 0.05)
        assert found.tolist() == [True, False]
        assert cells.tolist() == [True, False, False, False]


class TestFindings:
    def test_angle_and_its_rate_are_one_finding(self):
        told = said({"pelvic_drop_deg": (8, 0), "pelvic_drop_rate_radps": (8, 0)})
        assert families(told.once) == {"pelvic drop"}

    def test_nothing_stands_out_when_nothing_changed(self):
        assert not any(said({}, seed=seed).once.any() for seed in range(20))

    def test_far_beyond_is_firm_at_once(self):
        assert "pelvic rotation" in families(said({"pelvic_rotation_deg": (15, 0)}).firm)

    def test_the_same_twice_is_firm_more_often_than_once(self):
        step = {"pelvic_rotation_deg": (3.5, 0)}
        firm = {
            runs: np.mean(
                [
                    "pelvic rotation" in families(said(step, runs=runs, seed=seed).firm)
                    for seed in range(60)
                ]
            )
            for runs in (1, 2)
        }
        assert firm[1] < 0.5
        assert firm[2] > firm[1] + 0.2

    def test_twice_in_opposite_directions_is_not_twice(self):
        step = {"pelvic_rotation_deg": (3.0, 0)}
        f = CELLS.families.index("pelvic rotation")
        told = said(step, runs=2, before=-4.0, seed=2)
        assert told.p_firm[f] == pytest.approx(min(1, 2 * told.p_once[f]))

    def test_firm_is_always_named(self):
        for seed in range(20):
            told = said({"pelvic_rotation_deg": (2.5, 0)}, runs=2, seed=seed)
            assert not np.any(told.firm & ~told.once)

    def test_leg_that_leads_is_the_one_that_changed(self):
        told = said({"pelvic_rotation_deg": (0, -9)})
        f = CELLS.families.index("pelvic rotation")
        name, side = CELLS.names[int(told.lead[f])]
        assert name == "pelvic_rotation_deg"
        assert (side, told.sign[f]) in {("right", -1.0), ("left - right", 1.0)}


class TestBelt:
    @pytest.mark.parametrize("errors", [5, 10, 20])
    def test_what_a_belt_moves_on_both_legs_is_not_named_once(self, errors):
        told = said({"pelvic_tilt_deg": (errors, errors)})
        assert not told.once.any()

    def test_but_when_it_lasts(self):
        told = said({"pelvic_tilt_deg": (6, 6)}, runs=2)
        assert "pelvic tilt" in families(told.firm)

    def test_one_leg_is_not_the_belt(self):
        assert "pelvic tilt" in families(said({"pelvic_tilt_deg": (6, 0)}).once)

    def test_other_measures_of_both_legs_are_named(self):
        told = said({"pelvic_rotation_deg": (7, 7)})
        assert "pelvic rotation" in families(told.once)


class TestShoes:
    def test_what_another_pair_does_is_not_named_once_if_none_was_said(self):
        both = {"peak_tibial_mps2": (9, 9)}
        assert "impact" in families(said(both).once)
        assert not said(both, shoes=UNKNOWN).once.any()

    def test_but_when_it_lasts_or_on_one_leg(self):
        lasting = said({"peak_tibial_mps2": (9, 9)}, runs=2, shoes=UNKNOWN)
        assert "impact" in families(lasting.firm)
        assert "impact" in families(said({"peak_tibial_mps2": (9, 0)}, shoes=UNKNOWN).once)


def test_rates_are_ordered():
    assert RATES.firm < RATES.once < 0.1


def test_pattern_gets_twice_its_share_and_all_together_no_more_than_theirs():
    assert CELLS.weight.mean() == pytest.approx(1.0)
    assert CELLS.weight[CELLS.families.index("pattern")] == 2.0
    assert (cells_of(METRICS).weight == 1.0).all()
