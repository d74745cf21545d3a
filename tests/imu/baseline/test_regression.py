"""The regression behind all comparisons, against formulas, scipy and brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu.baseline.regression import Prior, added, between_days, fit, predict
from imu.baseline.usual_range import Rules, usual

FREE = np.inf


def prior(slope_sd, *, error=1.0, weight=4.0, slope=None):
    sd = np.atleast_2d(np.asarray(slope_sd, dtype=float))
    mean = np.zeros(sd.shape) if slope is None else np.atleast_2d(np.asarray(slope, dtype=float))
    return Prior(np.full(len(sd), error), weight, mean, sd)


def nothing(k, n=None):
    return np.zeros((k, n or k))


class TestLevelAlone:
    """Without conditions and with days on their own it is the known prediction interval."""

    def test_is_the_usual_range(self):
        past = np.array([4.0, 5.0, 6.5, 5.5, 4.5, 5.0])[:, None]
        known = usual(past, np.array([0.6]), Rules())
        fitted = fit(
            past, np.ones((6, 1)), np.ones((6, 1), bool), nothing(6), prior(FREE, error=0.6)
        )
        said = predict(fitted, np.ones((1, 1)), nothing(6, 1), nothing(1))
        np.testing.assert_allclose(said.expected[0], known.mean)
        np.testing.assert_allclose(said.freedom, known.freedom)
        np.testing.assert_allclose(said.error[0], known.error * np.sqrt(1 + 1 / 6), rtol=1e-6)

    @settings(max_examples=25)
    @given(st.integers(0, 2**32 - 1), st.integers(6, 12))
    def test_session_left_out_is_a_session_that_was_not_there(self, seed, k):
        rng = np.random.default_rng(seed)
        y, x = rng.normal(size=(k, 3)), np.stack([np.ones(k), rng.normal(size=k)], axis=1)
        together = between_days(np.arange(k) * 2.0, np.arange(k) * 2.0, 0.4, 8.0)
        kept = np.arange(k) != 2
        used = np.ones((k, 3), bool)
        used[2] = False
        known = prior([[FREE, 1.0]] * 3)
        one = fit(y, x, used, together, known)
        other = fit(y[kept], x[kept], used[kept], together[kept][:, kept], known)
        np.testing.assert_allclose(one.slope, other.slope, atol=1e-4)
        np.testing.assert_allclose(one.scale2, other.scale2, rtol=1e-4)
        assert np.array_equal(one.freedom, other.freedom)

    def test_value_that_is_not_finite_is_never_used(self):
        y = np.array([[1.0], [2.0], [np.nan], [3.0]])
        fitted = fit(y, np.ones((4, 1)), np.ones((4, 1), bool), nothing(4), prior(FREE))
        assert fitted.sessions == 3
        assert fitted.slope[0, 0] == pytest.approx(2.0, abs=1e-5)


class TestSlopes:
    def test_few_runs_lean_on_runners_and_many_on_the_runner(self):
        rng = np.random.default_rng(1)

        def slope(k):
            x = np.stack([np.ones(k), rng.uniform(-1, 1, k)], axis=1)
            y = (5 + 3.0 * x[:, 1] + rng.normal(size=k))[:, None]
            known = prior([[FREE, 0.5]], slope=[[0.0, 1.0]])
            return fit(y, x, np.ones((k, 1), bool), nothing(k), known).slope[0, 1]

        few = np.mean([slope(4) for _ in range(50)])
        many = np.mean([slope(400) for _ in range(5)])
        assert 1.0 < few < 2.0
        assert many == pytest.approx(3.0, abs=0.15)

    def test_interval_grows_towards_the_edge_of_what_was_run(self):
        x = np.stack([np.ones(8), np.linspace(-0.5, 0.5, 8)], axis=1)
        fitted = fit(np.zeros((8, 1)), x, np.ones((8, 1), bool), nothing(8), prior([[FREE, 2.0]]))
        asked = np.array([[1.0, 0.0], [1.0, 0.25], [1.0, 0.5]])
        error = predict(fitted, asked, nothing(8, 3), nothing(3)).error[:, 0]
        assert error[0] < error[1] < error[2]

    def test_free_column_costs_one_degree_of_freedom_and_a_known_one_none(self):
        x = np.stack([np.ones(9), np.arange(9.0)], axis=1)
        shape = (9, 1), bool
        of = lambda sd: fit(np.zeros((9, 1)), x, np.ones(*shape), nothing(9), prior([sd])).freedom  # noqa: E731
        assert of([FREE, 1.0]) == 4 + 8
        assert of([FREE, FREE]) == 4 + 7

    def test_column_added_alone_is_what_a_fit_with_it_gives(self):
        rng = np.random.default_rng(3)
        y, x = rng.normal(size=(12, 2)), np.stack([np.ones(12), rng.normal(size=12)], axis=1)
        used = np.ones((12, 2), bool)
        used[4, 1] = False
        day = np.cumsum(rng.exponential(3, 12))
        together = between_days(day, day, 0.3, 10.0)
        plain = fit(y, x, used, together, prior([[FREE, 1.0]] * 2))
        more = np.stack([np.arange(12) >= 5, np.arange(12) >= 8], axis=1).astype(float)
        size, variance, squares = added(plain, y, x, used, together, more)
        for j in range(2):
            whole = np.concatenate([x, more[:, [j]]], axis=1)
            both = fit(y, whole, used, together, prior([[FREE, 1.0, FREE]] * 2))
            np.testing.assert_allclose(size[:, j], both.slope[:, 2], atol=1e-5)
            np.testing.assert_allclose(variance[:, j], both.inverse[:, 2, 2], rtol=1e-4)
            np.testing.assert_allclose(squares[:, j], both.squares, rtol=1e-4)


class TestDaysThatHangTogether:
    @pytest.mark.parametrize("gap", [1.0, 60.0])
    def test_error_is_that_of_brute_force(self, gap):
        """New less expected, over many draws of the assumed covariance: after a pause and not."""
        rng = np.random.default_rng(4)
        day = np.append(np.arange(8) * 2.0, 14.0 + gap)
        whole = between_days(day, day, 0.5, 10.0) + 0.5 * np.eye(9)
        y = np.linalg.cholesky(whole) @ rng.normal(size=(9, 20000))
        past = between_days(day[:8], day[:8], 0.5, 10.0)
        known = Prior(np.ones(20000), 1e9, np.zeros((20000, 1)), np.full((20000, 1), FREE))
        fitted = fit(y[:8], np.ones((8, 1)), np.ones((8, 20000), bool), past, known)
        said = predict(
            fitted,
            np.ones((1, 1)),
            between_days(day[:8], day[8:], 0.5, 10.0),
            between_days(day[8:], day[8:], 0.5, 10.0),
        )
        assert np.std(y[8] - said.expected[0]) == pytest.approx(said.error[0, 0], rel=0.02)

    def test_runners_at_once_are_runners_one_by_one(self):
        rng = np.random.default_rng(5)
        y, day = rng.normal(size=(7, 3, 2)), np.cumsum(rng.exponential(3, (7, 3)), axis=0)
        x = np.stack([np.ones((7, 3)), rng.normal(size=(7, 3))], axis=-1)
        used = np.ones((7, 3, 2), bool)
        known = prior([[FREE, 1.0]] * 2)
        together = between_days(day, day, 0.3, 9.0)
        every = fit(y, x, used, together, known)
        for a in range(3):
            alone = fit(y[:, a], x[:, a], used[:, a], together[a], known)
            np.testing.assert_allclose(every.slope[a], alone.slope)
            np.testing.assert_allclose(every.scale2[a], alone.scale2)
