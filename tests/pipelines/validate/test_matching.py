"""The rule by which found stances and true ones belong together."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.validate.matching import matched, mean, median_size, pooled, rms, sd


def stances(contact_s, side=None, length_s=0.25):
    contact_s = np.asarray(contact_s, dtype=float)
    sides = np.array(["left", "right"] * len(contact_s))[: len(contact_s)] if side is None else side
    return SimpleNamespace(
        initial_contact_s=contact_s, toe_off_s=contact_s + length_s, side=np.asarray(sides)
    )


def score(true_s, found, *, window_s=(-np.inf, np.inf), seen=None):
    truth = stances(true_s)
    seen = np.ones(len(truth.side), bool) if seen is None else np.asarray(seen)
    return matched(truth, found, seen=seen, window_s=window_s)


TRUE_S = np.arange(1.0, 5.0, 0.36)


def test_an_estimate_without_error_is_found_completely():
    errors = score(TRUE_S, stances(TRUE_S))
    assert (errors.recall, errors.precision, errors.f1) == (1.0, 1.0, 1.0)
    assert errors.right_side.all()
    assert rms(errors.contact_s) == rms(errors.toe_off_s) == 0.0


def test_errors_are_estimate_minus_truth():
    errors = score(TRUE_S, stances(TRUE_S + 0.008, length_s=0.23))
    assert mean(errors.contact_s) == pytest.approx(0.008)
    assert mean(errors.toe_off_s) == pytest.approx(-0.012)
    assert mean(errors.length_s) == pytest.approx(-0.020)


def test_what_is_missed_or_invented_shows_in_recall_or_precision_alone():
    missed = score(TRUE_S, stances(TRUE_S[1:]))
    assert missed.recall == pytest.approx(1 - 1 / len(TRUE_S))
    assert missed.precision == 1.0
    invented = score(TRUE_S, stances([*TRUE_S, 7.0]))
    assert invented.recall == 1.0
    assert invented.precision == pytest.approx(len(TRUE_S) / (len(TRUE_S) + 1))


@pytest.mark.parametrize(("off_s", "found"), [(0.049, 1.0), (0.051, 0.0), (-0.051, 0.0)])
def test_fifty_milliseconds_are_the_limit(off_s, found):
    assert score(TRUE_S, stances(TRUE_S + off_s)).recall == found


def test_two_estimates_of_one_event_count_once():
    errors = score([2.0], stances([1.99, 2.02]))
    assert len(errors.contact_s) == 1
    assert errors.contact_s[0] == pytest.approx(-0.01)
    assert errors.precision == 0.5


def test_the_wrong_leg_is_found_but_wrong():
    found = stances(TRUE_S, side=["right"] * len(TRUE_S))
    errors = score(TRUE_S, found)
    assert errors.recall == 1.0
    assert np.mean(errors.right_side) == pytest.approx(0.5, abs=0.05)


def test_the_unseen_leg_and_the_edges_are_not_demanded():
    seen = np.array(["left", "right"] * 6)[: len(TRUE_S)] == "left"
    errors = score(TRUE_S, stances(TRUE_S[seen]), seen=seen)
    assert (errors.recall, errors.precision) == (1.0, 1.0)
    inside = score(TRUE_S, stances(TRUE_S[1:-1]), window_s=(1.2, TRUE_S[-1] - 0.1))
    assert (inside.recall, inside.precision) == (1.0, 1.0)


def test_an_estimate_outside_the_window_counts_when_it_meets_an_event_inside():
    errors = score([1.0, 2.0], stances([0.98, 2.0]), window_s=(0.99, 3.0))
    assert (errors.asked, errors.given, len(errors.contact_s)) == (2, 2, 2)


def test_nothing_found_is_zero_recall_and_unknown_precision():
    errors = score(TRUE_S, stances([]))
    assert errors.recall == 0.0
    assert np.isnan(errors.precision)
    assert np.isnan(rms(errors.contact_s))
    assert np.isnan(sd(errors.contact_s))
    assert np.isnan(median_size(errors.contact_s))


def test_pooling_is_one_long_record():
    one, other = score(TRUE_S, stances(TRUE_S + 0.01)), score(TRUE_S, stances(TRUE_S[2:] - 0.02))
    both = pooled([one, other])
    assert both.asked == 2 * len(TRUE_S)
    assert both.recall == pytest.approx((2 * len(TRUE_S) - 2) / (2 * len(TRUE_S)))
    assert mean(both.contact_s) == pytest.approx(
        (0.01 * len(TRUE_S) - 0.02 * (len(TRUE_S) - 2)) / (2 * len(TRUE_S) - 2)
    )
    assert np.isnan(pooled([]).f1)


times = st.lists(st.integers(0, 400), max_size=25, unique=True).map(
    lambda ticks: np.sort(np.array(ticks, dtype=float)) / 97
)


@settings(max_examples=150)
@given(true_s=times, found_s=times)
def test_it_is_the_rule_of_the_real_recordings(reference, true_s, found_s):
    window_s = (0.5, 3.5)
    theirs = reference.match(true_s, found_s, window_s=window_s)
    ours = score(true_s, stances(found_s), window_s=window_s)
    assert (ours.asked, ours.given) == (theirs.n_reference, theirs.n_estimated)
    np.testing.assert_allclose(np.sort(ours.contact_s), np.sort(theirs.error_s))
