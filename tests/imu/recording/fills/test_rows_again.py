"""Rows that say again what a row before said are found as by comparing each with all."""

import numpy as np
import pytest

from imu.recording.fills.rows_again import rows_back, twins
from imu.recording.fills.side_by_side import SideBySide


def compared(values, longest):
    """How many rows before each row it last stood, by comparing it with all so near."""
    back = np.zeros(len(values), dtype=np.int64)
    for apart in range(longest, 0, -1):
        same = (values[apart:] == values[:-apart]).all(axis=1)
        back[apart:][same] = apart
    return back


@pytest.mark.parametrize(
    ("rows", "axes", "levels", "longest"),
    [
        (0, 3, 2, 5),
        (1, 3, 2, 5),
        (7, 1, 2, 5),
        (3000, 1, 400, 60),
        (5000, 3, 8, 250),
        (9000, 6, 2, 700),
        (2049, 2, 40, 2048),
        (70_000, 1, 50_000, 300),
        (36_000, 1, 9000, 3500),
    ],
)
def test_the_last_row_that_said_the_same_is_found(rows, axes, levels, longest):
    rng = np.random.default_rng(rows)
    values = rng.integers(-levels, levels, (rows, axes)) * 0.25
    values[rng.random((rows, axes)) < 0.2] = -0.0  # which is 0
    found = rows_back(np.asfortranarray(values), longest)
    np.testing.assert_array_equal(found, compared(values, min(longest, max(rows - 1, 0))))


@pytest.mark.parametrize("count", [1e-9, 1e-4, 1.0])
def test_of_a_sensor_hardly_a_row_is_taken_for_one_that_comes_again(count):
    values = np.random.default_rng(0).normal(scale=1000 * max(count, 0.01), size=(40_000, 3))
    values = np.round(values / count) * count
    values[20_000:20_012] = values[19_600:19_612]
    found = twins(values, 600)
    assert found[20_000:20_012].all()
    assert found[19_600:19_612].all()
    assert np.count_nonzero(found) < 24 + 0.003 * len(values)


def test_sensors_side_by_side_read_as_one_table():
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 3, (2, 500, 3)).astype(np.float64)
    beside, joined = SideBySide.of(one, other), np.hstack([one, other])
    assert beside.shape == joined.shape
    at = rng.integers(0, 500, (4, 5))
    for place in (3, slice(5, 9), at, at[0], joined[:, 0] > 1):
        np.testing.assert_array_equal(beside[place], joined[place])
    np.testing.assert_array_equal(rows_back(beside, 100), rows_back(joined, 100))
