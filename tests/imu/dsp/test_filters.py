"""The fast way gives what the plain way gives."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from imu.dsp.filters import BLOCK, highpass, lowpass
from imu.dsp.gaps import gap_values, interpolated, moving_sum, near
from imu.dsp.peaks import last_crossing
from imu.dsp.rows import norm


def walk(n, channels, seed=0):
    return 9.81 + np.random.default_rng(seed).normal(size=(n, channels)).cumsum(axis=0)


@pytest.mark.parametrize("n", [1, 2, 7, 150, 1001, 20_000])
@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("cutoff_hz", [0.3, 5.0, 15.0, 89.0])
@pytest.mark.parametrize(("kind", "ours"), [("lowpass", lowpass), ("highpass", highpass)])
def test_filters_are_those_of_scipy(n, channels, cutoff_hz, kind, ours):
    x = walk(n, channels)
    sos = butter(2, cutoff_hz, kind, fs=200.0, output="sos")
    plain = sosfiltfilt(sos, x, axis=0, padlen=min(n - 1, 200))
    scale = np.abs(x).max()
    found = ours(x, cutoff_hz=cutoff_hz, rate_hz=200.0)
    np.testing.assert_allclose(found, plain, rtol=0, atol=1e-12 * scale)
    alone = ours(x[:, 0], cutoff_hz=cutoff_hz, rate_hz=200.0)
    np.testing.assert_allclose(alone, plain[:, 0], rtol=0, atol=1e-12 * scale)


def test_a_record_longer_than_a_block_has_no_seam():
    x = walk(2 * BLOCK + 500, 3)
    plain = sosfiltfilt(butter(2, 10.0, fs=200.0, output="sos"), x, axis=0, padlen=200)
    found = lowpass(x, cutoff_hz=10.0, rate_hz=200.0)
    np.testing.assert_allclose(found, plain, rtol=0, atol=1e-12 * np.abs(x).max())


def test_what_is_filtered_is_not_touched():
    x = walk(500, 3)
    before = x.copy()
    lowpass(x, cutoff_hz=10.0, rate_hz=200.0)
    interpolated(x, np.arange(500) % 7 > 0)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("seed", range(5))
def test_bridges_are_straight_and_level_at_the_ends(seed):
    rng = np.random.default_rng(seed)
    x = walk(300, 3, seed)
    valid = np.repeat(rng.random(60) > 0.4, 5)
    gappy = np.where(valid[:, None], x, np.nan)
    index = np.arange(len(x))
    plain = np.stack([np.interp(index, index[valid], axis[valid]) for axis in x.T]).T
    np.testing.assert_allclose(interpolated(gappy, valid), plain, rtol=1e-12)
    missing, rows = gap_values(gappy, valid)
    np.testing.assert_array_equal(missing, index[~valid])
    np.testing.assert_allclose(rows, plain[~valid], rtol=1e-12)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    np.testing.assert_allclose(interpolated(gappy, valid, turn=turn), plain @ turn.T, rtol=1e-10)


@pytest.mark.parametrize("reach", [0, 1, 7, 80])
def test_windows_are_cut_at_the_ends(reach):
    x = walk(50, 1)[:, 0]
    mask = np.random.default_rng(1).random(50) > 0.9
    parts = [slice(max(i - reach, 0), i + reach + 1) for i in range(50)]
    sums = moving_sum(x, reach_samples=reach)
    np.testing.assert_allclose(sums, [x[part].sum() for part in parts], rtol=1e-12)
    found = near(mask, reach_samples=reach)
    np.testing.assert_array_equal(found, [mask[part].any() for part in parts])
    assert not near(np.zeros(50, bool), reach_samples=reach).any()


def test_size_is_the_length_of_each_row():
    x = walk(20, 3)
    np.testing.assert_allclose(norm(x), np.linalg.norm(x, axis=1), rtol=1e-14)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_where_there_is_nothing_to_cross_in_nothing_is_crossed(count):
    """All intervals may be empty: of a record that ends right after a contact."""
    empty = np.full(count, 4)
    found = last_crossing(np.arange(9.0), np.full(count, 4.5), empty, empty)
    np.testing.assert_array_equal(found, np.full(count, np.nan))


def test_the_last_rise_is_found_between_samples_and_only_inside():
    x = np.array([0.0, 2.0, 0.0, 4.0, 0.0, 8.0])
    level, start, stop = np.ones(4), np.array([0, 0, 2, 4]), np.array([4, 1, 2, 5])
    np.testing.assert_allclose(last_crossing(x, level, start, stop), [2.25, 0.5, np.nan, 4.125])
