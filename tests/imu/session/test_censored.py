"""Clipped peaks count as above: medians stay right, and what is hidden says so."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.metrics import METRICS
from imu.sensors import column
from imu.session.censored import censored, median, percentiles, row_medians
from imu.session.medians import session_medians

PEAK = "peak_tibial_resultant_mps2"
NAN, INF = np.nan, np.inf


ACC, GYR = "shank accelerometer", "shank gyroscope"


def test_a_hidden_value_goes_to_the_end_where_it_belongs():
    values, clipped = np.array([1.0, NAN, NAN, 2.0]), np.array([False, True, False, True])
    seen = {"clipped": clipped}
    np.testing.assert_array_equal(censored(values, seen, {ACC: "too low"}), [1, INF, NAN, 2])
    np.testing.assert_array_equal(censored(values, seen, {ACC: "too high"}), [1, -INF, NAN, 2])
    for clipping in ({ACC: "unknown"}, {}):
        np.testing.assert_array_equal(censored(values, seen, clipping), values)
    np.testing.assert_array_equal(censored(values, {}, {ACC: "too low"}), values)


def test_only_the_sensor_that_a_value_rests_on_hides_it():
    values = np.full(4, NAN)
    seen = {
        "clipped": np.ones(4, bool),
        column(ACC): np.array([True, False, True, False]),
        column(GYR): np.array([False, True, True, False]),
    }
    np.testing.assert_array_equal(censored(values, seen, {ACC: "too low"}), [INF, NAN, INF, NAN])
    both = {ACC: "too low", GYR: "too high"}
    np.testing.assert_array_equal(censored(values, seen, both), [INF, -INF, NAN, NAN])
    doubtful = {ACC: "too low", GYR: "unknown"}
    np.testing.assert_array_equal(censored(values, seen, doubtful), [INF, NAN, NAN, NAN])


def test_a_file_that_does_not_tell_of_a_sensor_hides_nothing():
    values = np.array([NAN, NAN, NAN])
    for said in (np.array([None, True, False], dtype=object), np.array([NAN, 1.0, 0.0])):
        found = censored(values, {"clipped": np.ones(3), column(ACC): said}, {ACC: "too low"})
        np.testing.assert_array_equal(found, [NAN, INF, NAN])


def test_a_median_passes_over_nan_and_keeps_infinity():
    assert median(np.array([3.0, NAN, 1.0, INF])) == 3.0
    assert median(np.array([1.0, INF, INF])) == INF
    assert median(np.array([1.0, INF])) == INF
    assert np.isnan(median(np.array([NAN])))
    assert np.isnan(median(np.empty(0)))


@given(st.lists(st.floats(-1e6, 1e6) | st.just(NAN), min_size=1, max_size=12), st.integers(1, 4))
def test_medians_of_rows_are_those_of_numpy(values, fewest):
    row = np.array(values)
    known = row[np.isfinite(row)]
    expected = np.median(known) if len(known) >= fewest else NAN
    found = row_medians(np.stack([row, row[::-1]]), fewest)
    np.testing.assert_allclose(found, [expected, expected], rtol=1e-12)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12), st.floats(0, 100))
def test_percentiles_of_what_is_known_are_those_of_numpy(values, share):
    given = np.array([*values, NAN])
    np.testing.assert_allclose(percentiles(given, [share]), np.percentile(values, [share]))


def test_a_percentile_that_touches_what_is_hidden_is_not_known():
    values = np.array([INF, 1.0, 3.0, NAN, 2.0, INF])
    np.testing.assert_array_equal(percentiles(values, [0, 25, 50, 60, 100]), [1, 2, 3, NAN, NAN])
    np.testing.assert_array_equal(percentiles(-values, [0, 40, 50, 100]), [NAN, NAN, -3, -1])
    assert np.isnan(percentiles(np.array([INF, NAN]), [50])).all()
    assert np.isnan(percentiles(np.array([INF, -INF]), [50])).all()
    assert np.isnan(percentiles(np.empty(0), [10, 50])).all()


def test_medians_of_rows_that_are_hidden_are_not_known():
    rows = np.array([[1.0, INF, INF], [1.0, 2.0, INF], [1.0, -INF, -INF]])
    np.testing.assert_array_equal(row_medians(rows, 1), [NAN, 2.0, NAN])


def stances(share, *, count=200, seed=3):
    """Peaks of both legs of which the highest `share` on the left is clipped."""
    rng = np.random.default_rng(seed)
    side = np.array(["left", "right"] * count)
    peaks = rng.normal(70.0, 10.0, 2 * count)
    limit = np.quantile(peaks[side == "left"], 1 - share)
    clipped = (side == "left") & (peaks > limit)
    return side, {PEAK: np.where(clipped, NAN, peaks), "clipped": clipped}, peaks


@pytest.mark.parametrize("share", [0.0, 0.2, 0.45])
def test_the_median_of_a_session_is_right_while_less_than_half_are_clipped(share):
    side, values, peaks = stances(share)
    found = session_medians(side, values, metrics={PEAK: METRICS[PEAK]})[PEAK]
    np.testing.assert_allclose(found, [np.median(peaks[side == s]) for s in ("left", "right")])


def test_without_the_column_clipped_the_median_is_that_of_what_is_known():
    side, values, _ = stances(0.4)
    found = session_medians(side, {PEAK: values[PEAK]}, metrics={PEAK: METRICS[PEAK]})[PEAK]
    assert found[0] == np.nanmedian(values[PEAK][side == "left"])


def test_a_median_beyond_the_range_is_hidden():
    side, values, _ = stances(0.6)
    left, right = session_medians(side, values, metrics={PEAK: METRICS[PEAK]})[PEAK]
    assert np.isinf(left)
    assert np.isfinite(right)


def test_a_value_that_clipping_makes_too_high_is_counted_below():
    metric = replace(METRICS[PEAK], clipping={"shank accelerometer": "too high"})
    side = np.array(["left", "right"] * 60)
    truth = np.random.default_rng(5).normal(-12, 2, 120)
    clipped = truth < np.quantile(truth, 0.3)
    values = {PEAK: np.where(clipped, NAN, truth), "clipped": clipped}
    found = session_medians(side, values, metrics={PEAK: metric})[PEAK]
    np.testing.assert_allclose(found, [np.median(truth[side == s]) for s in ("left", "right")])


def test_more_clipping_never_lowers_the_median():
    medians = []
    for share in (0.0, 0.1, 0.3, 0.49):
        side, values, _ = stances(share)
        medians.append(session_medians(side, values, metrics={PEAK: METRICS[PEAK]})[PEAK][0])
    assert np.ptp(medians) == 0.0
    side, values, _ = stances(0.49)
    naive = {PEAK: replace(METRICS[PEAK], clipping={})}
    assert session_medians(side, values, metrics=naive)[PEAK][0] < medians[0] - 5.0
