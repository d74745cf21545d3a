"""Several estimates of one event: what they agree on, whoever is wrong, and where they do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.segmentation.shank_events.agreement import Estimate, agreed

RATE_HZ = 200.0
SD_S = (0.006, 0.004, 0.007)
STANCES = 40
EVENT = 140.0 * np.arange(1, STANCES + 1)


def estimates_s(*, scatter_s=0.002, seed=0):
    """Departures (STANCES, 3) of three estimates from the event."""
    return np.random.default_rng(seed).normal(0, scatter_s, (STANCES, len(SD_S)))


def event(departures_s, sd_s=SD_S):
    """The event on which the estimates agree, s after the true one."""
    at = [EVENT + RATE_HZ * one for one in departures_s.T]
    every = [Estimate(a, s) for a, s in zip(at, sd_s, strict=True)]
    return (agreed(every, rate_hz=RATE_HZ) - EVENT) / RATE_HZ


def test_estimates_that_agree_give_what_they_agree_on():
    assert np.abs(event(estimates_s(scatter_s=0.0))).max() < 1e-9
    assert np.abs(event(estimates_s())).max() < 0.005


@pytest.mark.parametrize("one", range(3))
def test_an_estimate_that_is_far_off_in_all_stances_counts_little(one):
    away_s = np.zeros(3)
    away_s[one] = 0.060
    moved_s = event(estimates_s(scatter_s=0.0005) + away_s) - event(estimates_s(scatter_s=0.0005))
    assert np.abs(moved_s).max() < 0.0015
    assert np.isfinite(moved_s).all()


@pytest.mark.parametrize("one", range(3))
@pytest.mark.parametrize("strays_s", [-0.06, -0.03, 0.03, 0.045, 0.06])
def test_an_estimate_that_strays_in_one_stance_moves_it_little_and_no_other(one, strays_s):
    departures_s = estimates_s()
    before_s = event(departures_s)
    departures_s[17, one] += strays_s
    moved_s = np.abs(event(departures_s) - before_s)
    assert moved_s[17] < 0.003
    assert np.delete(moved_s, 17).max() < 0.0005


@pytest.mark.parametrize("one", range(3))
def test_an_estimate_that_is_missing_moves_nothing_even_if_it_always_comes_late(one):
    departures_s = estimates_s(scatter_s=0.0001)
    departures_s[:, one] += 0.012
    before_s = event(departures_s)
    departures_s[5:9, one] = np.nan
    moved_s = event(departures_s) - before_s
    assert np.abs(moved_s).max() < 0.0002


def test_one_estimate_of_several_is_not_enough():
    departures_s = estimates_s()
    departures_s[3, [0, 2]] = departures_s[8] = np.nan
    departures_s[12, 1] = np.nan
    known = np.isfinite(event(departures_s))
    assert np.flatnonzero(~known).tolist() == [3, 8]


def test_a_single_estimate_is_taken_where_there_is_no_other():
    alone_s = event(estimates_s()[:, :1], SD_S[:1])
    np.testing.assert_allclose(alone_s, estimates_s()[:, 0], atol=1e-9)


def test_estimates_that_scatter_in_a_stance_are_not_believed_there():
    departures_s = estimates_s()
    departures_s[20] = [-0.08, 0.0, 0.08]
    known = np.isfinite(event(departures_s))
    assert np.flatnonzero(~known).tolist() == [20]


@pytest.mark.parametrize("seed", range(4))
def test_estimates_that_scatter_everywhere_give_nearly_nothing(seed):
    known = np.isfinite(event(estimates_s(scatter_s=0.15, seed=seed)))
    assert known.mean() < 0.2


departures = st.lists(
    st.tuples(*[st.one_of(st.just(np.nan), st.floats(-0.1, 0.1))] * 3), min_size=1, max_size=STANCES
).map(lambda rows: np.array(rows + [(0.0, 0.0, 0.0)] * (STANCES - len(rows))))
exactly_known = st.lists(
    st.tuples(*[st.floats(-0.05, 0.05)] * 3), min_size=STANCES, max_size=STANCES
).map(np.array)


@given(departures, st.floats(-0.5, 0.5))
def test_shifting_every_estimate_shifts_the_event_alike(departures_s, shift_s):
    shifted_s = event(departures_s + shift_s)
    np.testing.assert_allclose(shifted_s, event(departures_s) + shift_s, atol=1e-6)


@given(departures, st.permutations(range(3)))
def test_the_order_of_the_estimates_does_not_matter(departures_s, order):
    again_s = event(departures_s[:, order], [SD_S[k] for k in order])
    np.testing.assert_allclose(again_s, event(departures_s), atol=1e-6)


@given(exactly_known)
def test_the_event_lies_between_the_estimates_once_what_each_always_departs_is_taken_out(
    departures_s,
):
    """What is taken out is put back alike in all stances: by no more than the estimates depart."""
    away_s = departures_s - np.median(departures_s, axis=1, keepdims=True)
    always_s = np.median(away_s, axis=0)
    own_s, found_s = departures_s - always_s, event(departures_s)
    known = np.isfinite(found_s)
    if not known.any():
        return
    most_s = (found_s - own_s.min(axis=1))[known].min()
    least_s = (found_s - own_s.max(axis=1))[known].max()
    assert least_s < most_s + 1e-9
    assert least_s < always_s.max() + 1e-9
    assert most_s > always_s.min() - 1e-9
