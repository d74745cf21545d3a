"""Compiled filters are those of scipy, and what is compiled is used where it pays and works."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from imu import compiled
from imu.dsp.filters import highpass, lowpass

numba = pytest.importorskip("numba", reason="the extra `fast` is not installed")


@pytest.mark.parametrize("n", [1, 7, 1001, 20_003])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("cutoff_hz", [0.3, 5.0, 60.0])
@pytest.mark.parametrize(("kind", "ours"), [("lowpass", lowpass), ("highpass", highpass)])
def test_filters_in_pieces_are_those_of_scipy(n, channels, cutoff_hz, kind, ours):
    x = 9.81 + np.random.default_rng(0).normal(size=(n, channels)).cumsum(axis=0)
    before = x.copy()
    sos = butter(2, cutoff_hz, kind, fs=200.0, output="sos")
    plain = sosfiltfilt(sos, x, axis=0, padlen=min(n - 1, 200))
    with compiled.forced(use=True):
        found = ours(x, cutoff_hz=cutoff_hz, rate_hz=200.0)
    np.testing.assert_allclose(found, plain, rtol=0, atol=1e-11 * np.abs(x).max())
    np.testing.assert_array_equal(x, before)


def test_only_a_long_recording_is_worth_loading_numba():
    assert not compiled.usable(compiled.LEAST_SAMPLES - 1)
    assert compiled.usable(compiled.LEAST_SAMPLES)
    with compiled.forced(use=False):
        assert not compiled.usable(compiled.LEAST_SAMPLES)
    assert compiled.usable(compiled.LEAST_SAMPLES)


def test_without_numba_nothing_is_compiled(monkeypatch):
    monkeypatch.setattr(compiled, "_installed", lambda: False)
    assert not compiled.usable(10 * compiled.LEAST_SAMPLES)


def test_a_machine_where_no_cache_can_be_written_compiles_all_the_same(monkeypatch):
    from imu.compiled import just_in_time

    plain = numba.njit

    def njit(*, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function 'twice': no locator available for file")
        return plain(**options)

    monkeypatch.setattr(just_in_time.numba, "njit", njit)
    assert just_in_time.compiled(lambda x: 2 * x)(3) == 6
