"""The range of the next session under one set of conditions: its formula and its edge."""

import numpy as np
import pytest
from scipy import stats

from imu.baseline.usual_range import Rules, curve_band, p_values, usual


def test_range_is_that_of_the_formula():
    past = np.array([4.0, 5.0, 6.5, 5.5, 4.5, 5.0])
    s2, k, prior, te0 = past.var(ddof=1), 6, 4.0, 0.6
    te = np.sqrt((prior * te0**2 + (k - 1) * s2) / (prior + k - 1))
    reach = stats.t.ppf(0.975, prior + k - 1) * te * np.sqrt(1 + 1 / k)
    expected = usual(past, te0, Rules())
    assert float(expected.error) == pytest.approx(te)
    assert float(expected.reach) == pytest.approx(reach)


@pytest.mark.parametrize(("k", "multiple"), [(4, 2.64), (5, 2.53), (6, 2.44), (10, 2.27)])
def test_multipliers_of_the_typical_error_are_the_published_ones(k, multiple):
    expected = usual(np.zeros(k), 1.0, Rules())
    assert float(expected.reach / expected.error) == pytest.approx(multiple, abs=0.006)


def test_p_reaches_five_percent_exactly_at_the_edge_of_the_range():
    expected = usual(np.arange(6.0), 1.0, Rules())
    edge = np.asarray(expected.mean + expected.reach)
    assert float(p_values(edge, expected)) == pytest.approx(0.05)


def test_curve_band_holds_the_curves_it_was_made_of():
    past = np.random.default_rng(3).normal(size=(6, 2, 101))
    low, high = curve_band(past)
    assert ((past > low) & (past < high)).mean() > 0.98
    assert np.isnan(curve_band(past[:1])[0]).all()
