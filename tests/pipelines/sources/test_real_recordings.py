"""The ready mappings of data/mappings against the real recordings, in place."""

import sys
from pathlib import Path

import numpy as np
import pytest

from pipelines.sources import read_source

MAPPINGS = Path(__file__).resolve().parents[3] / "data" / "mappings"
BACH, ALCANTARA = (1, 2, 15, 3, 4, 10), (1, 2, 3, 8, 11, 14, 18, 27)


@pytest.fixture(scope="module")
def reference(shared_data):
    sys.path.insert(0, str(shared_data))
    try:
        import reference
    finally:
        sys.path.remove(str(shared_data))
    return reference


def read(shared_data, name, pattern):
    (path,) = (shared_data / name).glob(pattern)
    return read_source(MAPPINGS / f"{name}.toml", path)


@pytest.mark.parametrize("trial", BACH)
def test_bach_reads_as_the_reference_does(shared_data, reference, trial):
    pod = read(shared_data, "bach2022", f"*_{trial:02d}.npz").pods["shank_left"]
    known = reference.bach(trial)
    recorded = known.sensors["shank_left"][0]
    # Two of the trials end in four samples of nothing but zeros, which no sensor read.
    np.testing.assert_allclose(pod.acc_mps2, recorded[recorded.any(axis=1)])
    assert len(recorded) - len(pod.acc_mps2) == (4 if trial in (3, 4) else 0)
    assert pod.rate_hz == known.rate_hz
    assert pod.acc_range_mps2 == pytest.approx(known.acc_range_mps2)


@pytest.mark.parametrize("row", ALCANTARA)
def test_alcantara_reads_as_the_reference_does(shared_data, reference, row):
    pod = read(shared_data, "alcantara2022", f"row_{row:02d}.npz").pods["pelvis"]
    np.testing.assert_allclose(pod.acc_mps2, reference.alcantara(row).sensors["pelvis"][0])
    assert pod.rate_hz == 500
    assert "axis y was not measured and is taken as 0" in pod.notes


def test_dorschky_reads_as_the_reference_does(shared_data, reference):
    source = read(shared_data, "dorschky2019", "*.npz")
    stride = reference.dorschky_stride()
    for place in ("pelvis", "shank_left", "shank_right"):
        np.testing.assert_allclose(source.pods[place].acc_mps2, stride.mean[f"acc_{place}"])
        np.testing.assert_allclose(source.pods[place].gyr_radps, stride.mean[f"gyr_{place}"])
    assert source.pods["pelvis"].rate_hz == pytest.approx(stride.rate_hz, rel=1e-4)


def test_a_run_over_bluetooth_keeps_its_own_time_and_its_losses(shared_data, reference):
    pod = read(shared_data, "wearable_my_foot", "*.csv").pods["shank_left"]
    known = reference.wearable_my_foot()
    np.testing.assert_allclose(pod.time_s, known.time_s)
    np.testing.assert_allclose(pod.acc_mps2, known.acc_mps2)
    np.testing.assert_allclose(pod.gyr_radps, known.gyr_radps)
    assert pod.rate_hz == pytest.approx(100)
    assert pod.index[-1] + 1 - len(pod.index) == 1128
    assert pod.acc_range_mps2 == pytest.approx(known.acc_range_mps2)
    assert pod.gyr_range_radps == pytest.approx(known.gyr_range_radps)
