"""CSV as another reader finds it, and the side-car that says what each column is."""

import json

import duckdb
import numpy as np
import pandas as pd
import pytest

from imu.metrics.registry import METRICS
from pipelines.store.tables.stance_file import read_stances


@pytest.fixture
def done(exported):
    return exported("csv")


def test_stances_are_read_back_to_the_last_digit(done, files):
    found = duckdb.read_csv(str(done.path / "stances.csv")).df()
    stored = read_stances(files.stances).frame
    assert list(found.columns) == list(stored.columns)
    assert len(found) == len(stored) == done.rows
    for name in stored:
        ours = stored[name]
        if pd.api.types.is_float_dtype(ours):
            tolerance = 0 if ours.dtype == np.float32 else 1e-9
            found_values = found[name].astype(ours.dtype)
            np.testing.assert_allclose(found_values, ours, rtol=0, atol=tolerance)
        elif pd.api.types.is_bool_dtype(ours) or pd.api.types.is_integer_dtype(ours):
            assert found[name].tolist() == ours.tolist()
        elif pd.api.types.is_datetime64_any_dtype(ours):
            assert (found[name] == ours).all()
        else:
            assert found[name].fillna("").tolist() == ours.astype(str).tolist()


def test_curves_are_read_back(done, files):
    found = duckdb.read_csv(str(done.path / "curves.csv")).df()
    curves = read_stances(files.stances).curves
    assert found["side"].tolist() == ["left"] * 101 + ["right"] * 101
    np.testing.assert_allclose(found["stance_pct"], np.tile(np.arange(101), 2))
    for name, mean in curves.mean.items():
        np.testing.assert_allclose(found[name], mean.ravel(), rtol=0, atol=1e-9)
        np.testing.assert_allclose(found[f"sd_{name}"], curves.sd[name].ravel(), rtol=0, atol=1e-9)


def test_every_column_is_defined_beside_the_tables(done):
    said = json.loads((done.path / "definitions.json").read_text(encoding="utf-8"))
    for name in ("stances.csv", "curves.csv"):
        header = (done.path / name).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert list(said[name]) == header
    for name, metric in METRICS.items():
        if not metric.session_only:
            assert said["stances.csv"][name]["unit"] == metric.unit.symbol
            assert said["stances.csv"][name]["definition"] == metric.doc
    assert said["curves.csv"]["sd_pelvis_tilt_deg"]["unit"] == "°"
    assert "nothing is mirrored between left and right" in said["signs"]
    assert said["grade"] == "A"
