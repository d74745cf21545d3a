"""Any unit in which a file may be written gives the same SI values."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources import read_source
from pipelines.sources.mapping import ACC_UNITS, GYR_UNITS, TIME_UNITS

SUFFIXES = (".csv", ".parquet", ".npz")


def written(path, columns):
    if path.suffix == ".npz":
        np.savez(path, **columns)
    elif path.suffix == ".parquet":
        pd.DataFrame(columns).to_parquet(path)
    else:
        pd.DataFrame(columns).to_csv(path, index=False)


@settings(max_examples=60)
@given(
    acc_unit=st.sampled_from(sorted(ACC_UNITS)),
    gyr_unit=st.sampled_from(sorted(GYR_UNITS)),
    time_unit=st.sampled_from(sorted(TIME_UNITS)),
    acc_scale=st.floats(1e-4, 1e2),
    gyr_scale=st.floats(1e-4, 1e2),
    suffix=st.sampled_from(SUFFIXES),
    seed=st.integers(0, 2**16),
)
def test_units_and_scales_round_trip(
    acc_unit, gyr_unit, time_unit, acc_scale, gyr_scale, suffix, seed
):
    rng = np.random.default_rng(seed)
    time_s = 5.0 + np.arange(50) / 250
    acc = np.array([0.0, 1.0, 9.6]) + rng.normal(scale=3.0, size=(50, 3))
    gyr = rng.normal(scale=2.0, size=(50, 3))
    raw_acc = acc / ACC_UNITS[acc_unit] / acc_scale
    raw_gyr = gyr / GYR_UNITS[gyr_unit] / gyr_scale
    columns = {"t": time_s / TIME_UNITS[time_unit]}
    columns |= {f"a{k}": raw_acc[:, k] for k in range(3)}
    columns |= {f"g{k}": raw_gyr[:, k] for k in range(3)}
    mapping = (
        f'time = "t"\ntime_unit = "{time_unit}"\n[pods.pelvis]\n'
        f'acc = ["a0", "a1", "a2"]\nacc_unit = "{acc_unit}"\nacc_scale = {acc_scale!r}\n'
        f'gyr = ["g0", "g1", "g2"]\ngyr_unit = "{gyr_unit}"\ngyr_scale = {gyr_scale!r}\n'
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder / f"d{suffix}", columns)
        (folder / "m.toml").write_text(mapping, encoding="utf-8")
        pod = read_source(folder / "m.toml", folder / f"d{suffix}").pods["pelvis"]
    np.testing.assert_allclose(pod.acc_mps2, acc, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(pod.gyr_radps, gyr, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(pod.time_s, time_s - 5.0, atol=1e-9)
    assert pod.rate_hz == pytest.approx(250)
