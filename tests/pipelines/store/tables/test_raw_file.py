from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from pipelines.store.parquet import checked_file
from pipelines.store.tables.raw_file import (
    HEADER_KEY,
    RAW,
    load_signals,
    read_raw,
    read_raw_header,
    write_raw,
)


def same_pod(one, other):
    np.testing.assert_array_equal(one.samples, other.samples)
    np.testing.assert_array_equal(one.time_us, other.time_us)
    assert replace(one, samples=0, time_us=0) == replace(other, samples=0, time_us=0)


def test_what_is_written_comes_back_bit_by_bit(files, raw_session):
    read = read_raw(write_raw(files, raw_session))
    assert read.started_utc == raw_session.started_utc
    assert read.source == raw_session.source
    assert list(read.pods) == ["pelvis", "shank_right"]
    for place, pod in raw_session.pods.items():
        same_pod(read.pods[place], pod)


@pytest.mark.parametrize("counted", [1, 1_000_000])
def test_a_header_that_counts_other_samples_is_damage(files, raw_session, counted):
    path = write_raw(files, raw_session)
    table, texts = checked_file.read(path, RAW)
    count = len(raw_session.pods["pelvis"].samples)
    lied = texts[HEADER_KEY].replace(f'"samples_count":{count}', f'"samples_count":{counted}')
    assert lied != texts[HEADER_KEY]
    checked_file.write(path, table, RAW, {HEADER_KEY: lied}, replace=True)
    with pytest.raises(OSError, match="does not hold the samples that its header counts"):
        read_raw(path)


def test_it_lies_where_the_architecture_says(files, raw_session, tmp_path):
    assert write_raw(files, raw_session) == (
        tmp_path / "raw" / "athlete=ana" / "2026-11-22-a1b2.raw.parquet"
    )


def test_counts_are_int32_delta_packed_with_page_index_and_checksums(files, raw_session):
    path = write_raw(files, raw_session)
    column = {
        (chunk := pq.read_metadata(path).row_group(0).column(k)).path_in_schema: chunk
        for k in range(10)
    }
    schema = pq.read_schema(path)
    for name in ("index", "device_us", "time_us", "acc_x_lsb", "gyr_z_lsb"):
        assert "DELTA_BINARY_PACKED" in column[name].encodings
        assert column[name].compression == "ZSTD"
        assert column[name].has_offset_index
        assert str(schema.field(name).type) == ("int32" if name.endswith("_lsb") else "int64")


def test_row_groups_hold_65536_rows(files, raw_session, save):
    path = save(count=70_000).raw
    groups = pq.read_metadata(path)
    assert [groups.row_group(k).num_rows for k in range(3)] == [65_536, 65_536, 8_925]


def test_rows_are_sorted_by_pod_then_time(files, raw_session):
    frame = pq.read_table(write_raw(files, raw_session)).to_pandas()
    assert frame["pod"].astype(str).is_monotonic_increasing
    assert (
        frame.groupby("pod", observed=True)["time_us"]
        .apply(lambda times: times.is_monotonic_increasing)
        .all()
    )


def test_scale_and_unit_stand_at_the_column(files, raw_session):
    schema = pq.read_schema(write_raw(files, raw_session))
    about = schema.field("acc_y_lsb").metadata
    assert (about[b"unit"].decode(), about[b"scale"], about[b"offset"]) == (
        "m/s²",
        b"0.0047884",
        b"0",
    )


def test_scales_that_differ_between_pods_are_named_by_pod(files, raw_session):
    pods = dict(raw_session.pods)
    pods["pelvis"] = replace(pods["pelvis"], scale=replace(pods["pelvis"].scale, acc_mps2=0.001))
    schema = pq.read_schema(write_raw(files, replace(raw_session, pods=pods)))
    assert schema.field("acc_x_lsb").metadata[b"scale"] == (
        b'{"pelvis":0.001,"shank_right":0.0047884}'
    )


def test_the_header_tells_everything_but_the_samples(files, raw_session):
    known = read_raw_header(write_raw(files, raw_session))
    assert (known["athlete"], known["session"]) == ("ana", "2026-11-22-a1b2")
    assert known["source"]["sha256"] == "ab" * 32
    assert known["duration_s"] == pytest.approx(1999 * 0.005001)
    pod = known["pods"]["shank_right"]
    assert pod["gaps"] == {
        "start_s": [0.495139, 2.495539],
        "stop_s": [0.510142, 2.505541],
        "lost_count": [2, 1],
    }
    assert pod["lost_count"] == 3
    assert pod["scale"]["gyr_radps"] is None
    assert pod["clock"] == {"slope_ppm": 12.0}
    assert pod["device"] == {"serial": "LSH-1"}
    assert pod["trouble"] == {"unknown frame": 2}


def test_signals_are_si_floats_and_a_missing_gyroscope_is_none(files, raw_session):
    tracks = load_signals(write_raw(files, raw_session))
    pelvis = raw_session.pods["pelvis"]
    np.testing.assert_allclose(tracks["pelvis"].acc_mps2, pelvis.samples["acc_lsb"] * 0.0047884)
    np.testing.assert_allclose(tracks["pelvis"].time_s, pelvis.time_us * 1e-6)
    assert tracks["pelvis"].gyr_range_radps == 34.9
    assert tracks["shank_right"].gyr_radps is None


def test_samples_out_of_order_are_refused_and_nothing_is_written(files, raw_session):
    pod = raw_session.pods["pelvis"]
    back = replace(pod, time_us=pod.time_us[::-1].copy())
    with pytest.raises(ValueError, match="pelvis: its samples are not in order of time"):
        write_raw(files, replace(raw_session, pods={"pelvis": back}))
    assert not files.raw.exists()


def test_a_pod_that_said_nothing_is_kept_as_such(files, raw_session):
    pods = dict(raw_session.pods)
    silent = pods["pelvis"]
    pods["pelvis"] = replace(silent, samples=silent.samples[:0], time_us=silent.time_us[:0])
    read = read_raw(write_raw(files, replace(raw_session, pods=pods)))
    assert len(read.pods["pelvis"].samples) == 0
    assert len(read.pods["shank_right"].samples) == 1997


def test_a_recording_in_which_no_pod_spoke_can_still_be_stored(files, raw_session):
    pods = {
        place: replace(pod, samples=pod.samples[:0], time_us=pod.time_us[:0])
        for place, pod in raw_session.pods.items()
    }
    read = read_raw(write_raw(files, replace(raw_session, pods=pods)))
    assert [len(pod.samples) for pod in read.pods.values()] == [0, 0]
    assert read.duration_s == 0.0
