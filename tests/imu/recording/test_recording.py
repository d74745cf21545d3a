"""Rows of unequal length, and checks that look at a part of a long record only."""

import numpy as np
import pytest

import imu
from imu.dsp.rows import ragged


def test_rows_are_padded_with_nan_also_outside_the_record():
    x = np.arange(10.0)
    start, stop = np.array([-2, 3, 8, 5, 12]), np.array([2, 6, 13, 5, 14])
    rows = ragged(x, start, stop)
    nan = np.nan
    np.testing.assert_array_equal(
        rows,
        [
            [nan, nan, 0, 1, nan],
            [3, 4, 5, nan, nan],
            [8, 9, nan, nan, nan],
            [nan] * 5,
            [nan] * 5,
        ],
    )
    assert ragged(x, start[:0], stop[:0]).shape == (0, 0)


def long_record(rate_hz=200.0, minutes=30):
    n = int(minutes * 60 * rate_hz)
    return np.tile([0.0, 0.0, 9.81], (n, 1)) + np.random.default_rng(0).normal(0, 0.1, (n, 3))


def test_a_long_record_in_g_is_told_from_a_part_of_it():
    with pytest.raises(ValueError, match="is it in g"):
        imu.Recording.from_arrays(rate_hz=200.0, pelvis=(long_record() / 9.81, None))


def test_a_long_dead_column_is_dead_only_if_all_of_it_is():
    acc = np.tile([0.0, 0.0, 9.81], (300_000, 1))
    with pytest.raises(ValueError, match="never changes"):
        imu.Recording.from_arrays(rate_hz=200.0, pelvis=(acc, None))
    acc[123_456, 0] = 0.5
    imu.Recording.from_arrays(rate_hz=200.0, pelvis=(acc, None))
