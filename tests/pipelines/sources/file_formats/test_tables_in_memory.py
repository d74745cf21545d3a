"""Tables in memory are read with what their index says, whatever library they are of."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipelines.sources import read

MAPPING = (
    'time = "t"\ntime_unit = "s"\n[pods.shank_left]\nacc = ["ax", "ay", "az"]\n'
    'acc_unit = "m/s2"\ngyr = ["gx", "gy", "gz"]\ngyr_unit = "rad/s"\n'
)
BEGAN = pd.Timestamp("2026-11-20T08:00:00Z")


@pytest.fixture(scope="module")
def frame(shank):
    data = pd.DataFrame(np.hstack([shank.acc, shank.gyr]), columns=MAPPED)
    data.insert(0, "t", shank.ms / 1000)
    return data


MAPPED = ["ax", "ay", "az", "gx", "gy", "gz"]


@pytest.fixture
def pod_of(tmp_path):
    def run(data, mapping=MAPPING):
        path = tmp_path / "m.toml"
        path.write_text(mapping, encoding="utf-8")
        recording = read(data, path)
        return recording, recording.pods["shank_left"]

    return run


def polars_frame(frame):
    polars = pytest.importorskip("polars")
    return polars.DataFrame({name: frame[name].to_numpy() for name in frame})


def with_levels(frame):
    return frame.assign(run=1).set_index(["run", "t"])


def beside(frame):
    other = frame.assign(mixed=["a", 1] * (len(frame) // 2), objects=object())
    other.attrs["of"] = object()
    return other


@pytest.mark.parametrize(
    "made",
    [
        lambda frame: frame.set_index("t"),
        with_levels,
        beside,
        lambda frame: pa.Table.from_pandas(frame),
        polars_frame,
        lambda frame: frame.astype({"ax": pd.SparseDtype(float)}),
        lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
        lambda frame: frame.set_index(np.zeros(len(frame), dtype=int)),
    ],
    ids=["index", "levels", "beside", "arrow", "polars", "sparse", "of arrow", "index of zeros"],
)
def test_samples_come_back(frame, shank, pod_of, made):
    _, pod = pod_of(made(frame))
    np.testing.assert_array_equal(pod.acc_mps2, shank.acc)
    np.testing.assert_allclose(pod.time_s, shank.ms / 1000, atol=1e-9)


@pytest.mark.parametrize("name", ["t", None])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_an_index_of_dates_says_the_day(frame, shank, pod_of, name, zone):
    index = (BEGAN + pd.to_timedelta(frame["t"].to_numpy(), unit="s")).tz_convert(zone)
    data = frame.drop(columns="t").set_index(index.rename(name))
    mapping = MAPPING if name else MAPPING.replace('"t"', '"index"')
    recording, pod = pod_of(data, mapping)
    np.testing.assert_array_equal(pod.acc_mps2, shank.acc)
    assert recording.started_utc == BEGAN


@pytest.mark.parametrize(
    ("made", "match"),
    [
        (lambda frame: frame["ax"], "data is of type Series; give a file or several, a DataFrame"),
        (lambda _: None, "data is of type NoneType"),
        (lambda frame: frame.to_numpy(), "data is of type ndarray"),
        (lambda frame: frame.head(3).to_dict("records"), "data is of type list"),
        (lambda frame: {"run": frame.to_numpy()}, "the table 'run' is of type ndarray"),
        (lambda frame: pd.concat([frame, frame["ax"]], axis=1), "two columns are called 'ax'"),
        (lambda frame: frame.assign(ax=1j), "the table 'table' cannot be read"),
    ],
)
def test_what_is_no_table_of_numbers_is_one_sentence(frame, pod_of, made, match):
    with pytest.raises(ValueError, match=match) as caught:
        pod_of(made(frame))
    assert "\n" not in str(caught.value)
