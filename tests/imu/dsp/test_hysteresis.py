"""A value beyond a line: not before it has lasted, and no flicker at the line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.dsp.hysteresis import Latch, held_beyond

RULE = {"line": 5.0, "hysteresis": 1.0, "least_s": 2.0}


def held(values, **rule):
    values = np.array(values, dtype=float)
    return held_beyond(np.arange(len(values), dtype=float), values, **{**RULE, **rule})[0].tolist()


@pytest.mark.parametrize(
    ("values", "on"),
    [
        ([4, 6, 6, 6, 6], [0, 0, 0, 1, 1]),
        ([6, 6, 4, 6, 6, 6], [0, 0, 0, 0, 0, 1]),  # it was back before it had lasted
        ([6, 6, 6, 4.5, 4.2, 4.0, 6], [0, 0, 1, 1, 1, 0, 0]),  # near the line is not back
        ([6, 6, np.nan, 6], [0, 0, 1, 1]),  # what is not known changes nothing
        ([5, 5, 5, 5], [0, 0, 0, 0]),  # on the line is not beyond it
        ([4.5, 4.5, 4.5], [0, 0, 0]),
        ([], []),
    ],
)
def test_a_value_is_beyond_once_that_has_lasted_until_it_is_back(values, on):
    assert held(values) == [bool(one) for one in on]


def test_without_time_and_hysteresis_it_is_beyond_at_once():
    assert held([4, 6, 5, 6], hysteresis=0.0, least_s=0.0) == [False, True, False, True]


VALUES = st.lists(st.floats(0, 10) | st.just(float("nan")), max_size=40)


@given(VALUES, st.integers(0, 40), st.floats(0, 3), st.floats(0, 6))
def test_a_series_cut_in_two_gives_the_same(values, cut, hysteresis, least_s):
    value, time_s = np.array(values, dtype=float), np.arange(len(values), dtype=float)
    rule = {"line": 5.0, "hysteresis": hysteresis, "least_s": least_s}
    whole, end = held_beyond(time_s, value, **rule)
    first, latch = held_beyond(time_s[:cut], value[:cut], **rule)
    second, other = held_beyond(time_s[cut:], value[cut:], **rule, before=latch)
    assert whole.tolist() == [*first, *second]
    np.testing.assert_equal(end.since_s, other.since_s)


@given(VALUES)
def test_what_never_exceeds_the_line_is_never_beyond(values):
    value = np.minimum(np.array(values, dtype=float), 5.0)
    on, end = held_beyond(np.arange(len(value), dtype=float), value, **RULE)
    assert not on.any()
    np.testing.assert_equal(end.since_s, Latch().since_s)
