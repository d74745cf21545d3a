"""What is seen of all axes at once is what their definitions say, across blocks of samples."""

import numpy as np
import pytest

from imu.dsp.filters import CACHED
from imu.recording.fills.each_axis import AT_END, ORDER, axes_of, joined
from imu.recording.fills.rows_again import rows_back


@pytest.fixture(scope="module", params=[40, 2 * CACHED + 3, CACHED, CACHED - 1])
def values(request):
    """A slow walk of counts, held, straight and clipped now and then, the more at block ends."""
    rng = np.random.default_rng(request.param)
    x = np.cumsum(rng.integers(-2, 3, (request.param, 3)), axis=0).astype(np.float64)
    for at in (5, CACHED - 6, CACHED - 2, CACHED + 1, 2 * CACHED - 5):
        x[at : at + 9] = x[at : at + 1] + np.arange(len(x[at : at + 9]))[:, None]
    return np.asfortranarray(np.clip(x, -60, 60))


def test_axes_are_seen_as_defined(values):
    seen = axes_of(values, longest=60)
    count, largest = seen.count, np.abs(values).max(axis=0)
    assert count.tolist() == [1, 1, 1]
    np.testing.assert_array_equal(seen.again[:, 1:], (np.diff(values, axis=0) == 0).T)
    assert not seen.again[:, 0].any()
    flat = (np.abs(np.diff(values, 2, axis=0)) <= 2 * count + 1e-9 * largest).all(axis=1)
    np.testing.assert_array_equal(seen.flat, [False, *flat, False])
    smooth = (np.abs(np.diff(values, ORDER, axis=0)) <= seen.smooth_slack).all(axis=1)
    ends = (values == seen.low) | (values == seen.high)
    inside = np.array([ends[k : k + ORDER + 1].sum(axis=0).max() for k in range(len(smooth))])
    np.testing.assert_array_equal(seen.smooth, smooth & (inside < AT_END))


def test_sensors_joined_are_seen_as_if_they_were_one(values):
    other = np.asfortranarray(np.roll(values, 7, axis=0)[:, ::-1] * 0.5)
    both = joined([axes_of(values, longest=60), axes_of(other, longest=60)])
    one = axes_of(np.asfortranarray(np.hstack([values, other])), longest=60)
    for name in ("count", "low", "high", "again", "flat", "smooth", "alike", "largest"):
        np.testing.assert_array_equal(getattr(both, name), getattr(one, name))
    np.testing.assert_array_equal(both.values[3:9], one.values[3:9])
    again = [rows_back(one.values, 60, seen.twin) for seen in (one, both)]
    np.testing.assert_array_equal(*again)
    assert again[0].any() or len(values) < 100
