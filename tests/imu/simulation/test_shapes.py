"""A path through via points: exact at them, smooth, turning nowhere else, at rest where held."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.simulation.shapes import LONGEST_GLIDE_S, via_points

steps = st.lists(
    st.tuples(st.floats(0.02, 0.6), st.floats(-10, 10, allow_subnormal=False)),
    min_size=4,
    max_size=12,
)


def knots(steps):
    span_s, value = np.array(steps).T
    return np.cumsum(span_s), value.round(3)


@given(steps)
def test_it_goes_through_every_point_and_is_smooth_to_the_acceleration(steps):
    knot_s, value = knots(steps)
    path = via_points(knot_s, value)
    np.testing.assert_allclose(path(knot_s), value, atol=1e-6)
    inner = knot_s[1:-1]
    for order in (0, 1, 2):
        before, after = path(inner - 1e-9, order), path(inner + 1e-9, order)
        np.testing.assert_allclose(before, after, atol=1e-3 * (1 + np.abs(after).max()))


@given(steps)
def test_it_rests_at_both_ends_of_what_is_held(steps):
    knot_s, value = knots(steps)
    value[2] = value[1]
    path = via_points(knot_s, value)
    between = np.linspace(knot_s[1], knot_s[2], 20)
    np.testing.assert_allclose(path(between), value[1], atol=1e-9)
    np.testing.assert_allclose(path(between, 1), 0.0, atol=1e-6)


def test_it_rests_at_both_ends_of_a_long_pause():
    knot_s = np.array([0.0, 0.1, 0.2, 0.2 + 3 * LONGEST_GLIDE_S, 3.4, 3.6])
    path = via_points(knot_s, np.array([0.0, 1.0, 2.0, 4.0, 5.0, 5.5]))
    np.testing.assert_allclose(path(knot_s[2:4], 1), 0.0, atol=1e-12)
    np.testing.assert_allclose(path(knot_s[2:4], 2), 0.0, atol=1e-12)
    assert path(1.7) == pytest.approx(3.0)


def test_a_highest_point_stays_the_highest():
    knot_s = np.array([0.0, 0.07, 0.11, 0.25, 0.36])
    value = np.array([2.6, 4.4, 3.8, -3.9, -2.6])
    inside = via_points(knot_s, value)(np.sort([*knot_s, *np.linspace(0.0, 0.36, 2000)]))
    assert inside.max() == pytest.approx(4.4, abs=1e-6)
    assert inside.min() == pytest.approx(-3.9, abs=1e-6)
