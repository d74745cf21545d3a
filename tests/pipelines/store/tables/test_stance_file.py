from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from imu.metrics.registry import METRICS, of_stances
from imu.quality.clock_agreement import ClockAgreement
from pipelines.store.parquet.stance_schema import stance_columns, stance_schema
from pipelines.store.tables.stance_file import read_header, read_stances, write_stances

GOLDEN = Path(__file__).with_name("stances_schema.txt")


def schema_text() -> str:
    fields = stance_schema()
    lines = [
        f"{f.name} | {f.type} | {f.metadata[b'unit'].decode()} | {f.metadata[b'label'].decode()}"
        for f in fields
    ]
    return "\n".join(lines) + "\n"


def test_the_schema_changes_only_on_purpose():
    """Write the new text to the golden file when a column is meant to change."""
    assert schema_text() == GOLDEN.read_text()


def test_every_metric_is_a_column_with_everything_a_reader_needs():
    schema = stance_schema()
    assert not {*METRICS} - {*of_stances()} & {*schema.names}
    for name, metric in of_stances().items():
        about = {k.decode(): v.decode() for k, v in schema.field(name).metadata.items()}
        assert about == {
            "unit": metric.unit.symbol,
            "label": metric.label,
            "doc": metric.doc.splitlines()[0],
        }
        assert asdict(stance_columns()[name]) == about | {
            "cite": metric.cite,
            "definition": metric.doc,
            "measured": f"{metric.measured.tag}: {metric.measured.source}",
            "matters": f"{metric.matters.tag}: {metric.matters.source}",
        }


def test_pandas_alone_reads_names_and_units(files, analysis):
    frame = pd.read_parquet(write_stances(files, analysis, {}))
    assert list(frame.columns) == list(stance_columns())
    assert frame.attrs["units"]["initial_contact_s"] == "s"
    assert frame.attrs["units"]["coverage_pct"] == "%"
    assert frame["session"].unique() == ["2026-11-22-a1b2"]
    np.testing.assert_array_equal(
        frame["initial_contact_s"], analysis.stances.events.initial_contact_s
    )


def test_pandas_reads_the_folder_of_all_and_that_of_one(save, tmp_path):
    save()
    save(athlete="ben", session="2026-11-23-b2c3")
    frame = pd.read_parquet(tmp_path / "stances")
    assert frame["athlete"].value_counts().to_dict() == {"ana": 6, "ben": 6}
    assert len(pd.read_parquet(tmp_path / "stances" / "athlete=ana")) == 6


def test_duckdb_reads_the_same_file(files, analysis):
    path = write_stances(files, analysis, {})
    found = duckdb.sql(
        f"select side, count(*), avg(toe_off_s - initial_contact_s), avg(midstance_s) "
        f"from read_parquet('{path}') group by side order by side"
    ).fetchall()
    assert found == [
        ("left", 3, pytest.approx(0.25), None),
        ("right", 3, pytest.approx(0.25), None),
    ]
    keys = duckdb.sql(f"select key from parquet_kv_metadata('{path}')").fetchall()
    assert (b"midstance.header",) in keys


def test_metrics_are_float32_split_by_byte_and_event_times_float64(files, analysis):
    path = write_stances(files, analysis, {})
    schema, group = pq.read_schema(path), pq.read_metadata(path).row_group(0)
    for k, name in enumerate(schema.names):
        if name in METRICS or name == "initial_contact_s":
            assert "BYTE_STREAM_SPLIT" in group.column(k).encodings
            assert str(schema.field(name).type) == ("float" if name in METRICS else "double")


def test_what_is_unknown_is_null_and_comes_back_as_nan(files, analysis):
    path = write_stances(files, analysis, {})
    assert pq.read_table(path)["midstance_s"].null_count == 6
    assert read_stances(path).frame["midstance_s"].isna().all()
    for name in of_stances():
        np.testing.assert_array_equal(
            read_stances(path).frame[name], analysis.stances.metrics[name].astype(np.float32)
        )


def test_the_header_explains_the_session(files, analysis):
    about = {
        "started_utc": "2026-11-22T08:30:00+00:00",
        "source": {"kind": "journal", "sha256": "ab" * 32},
        "athlete_mass_kg": 61.5,
        "pods": {"pelvis": {"device": {"serial": "P1"}}},
    }
    known = read_header(write_stances(files, analysis, about))
    assert known["athlete"] == "ana"
    assert known["athlete_mass_kg"] == 61.5
    assert known["software"].startswith("midstance")
    assert known["grade"] == "B"
    assert known["reasons"] == ["shank_left: 1 % lost"]
    assert known["pods"]["pelvis"] == {"device": {"serial": "P1"}, "coverage_pct": 99.0}
    assert known["bouts"]["gait"] == ["standing", "running", "walking"]
    assert known["alignment"]["pelvis"]["confidence"] == 0.9
    assert known["parameters"] == {"lowpass_hz": 10.0, "gaps": 0.1}
    assert known["summary"]["running_s"] == 4.0
    assert known["summary"]["left_stances_count"] == 3


def test_the_summary_holds_the_medians_of_each_side(files, analysis):
    known = read_header(write_stances(files, analysis, {}))["summary"]
    left = analysis.stances.events.side == "left"
    for name, values in analysis.stances.metrics.items():
        assert known[f"left_{name}"] == pytest.approx(np.nanmedian(values[left]), rel=1e-5)
        assert known[f"right_{name}"] == pytest.approx(np.nanmedian(values[~left]), rel=1e-5)


def test_curves_come_back_to_five_digits(files, analysis):
    curves = read_stances(write_stances(files, analysis, {})).curves
    mean = analysis.curves.mean["pelvis_tilt_deg"]
    np.testing.assert_allclose(curves.mean["pelvis_tilt_deg"], mean, rtol=5e-5)
    assert np.isnan(curves.sd["pelvis_tilt_deg"]).all()
    np.testing.assert_array_equal(curves.count, [3, 3])


def test_no_stance_is_an_empty_table_with_all_columns(files, analysis):
    empty = replace(
        analysis.stances,
        events=replace(
            analysis.stances.events,
            **{name: values[:0] for name, values in vars(analysis.stances.events).items()},
        ),
        metrics={name: values[:0] for name, values in analysis.stances.metrics.items()},
        quality={name: values[:0] for name, values in analysis.stances.quality.items()},
    )
    read = read_stances(write_stances(files, replace(analysis, stances=empty), {}))
    assert list(read.frame.columns) == ["athlete", *stance_columns()]
    assert len(read.frame) == 0
    assert read.header["summary"]["left_stances_count"] == 0


def test_a_column_nobody_declared_is_refused(files, analysis):
    quality = {**analysis.stances.quality, "mood": np.zeros(6)}
    odd = replace(analysis, stances=replace(analysis.stances, quality=quality))
    with pytest.raises(ValueError, match="differ in mood; declare a metric"):
        write_stances(files, odd, {})
    assert not files.stances.exists()


def test_a_session_is_not_overwritten_but_reprocessed_on_request(files, analysis):
    write_stances(files, analysis, {})
    with pytest.raises(FileExistsError, match="never overwritten"):
        write_stances(files, analysis, {})
    again = replace(analysis, quality=replace(analysis.quality, grade="A"))
    write_stances(files, again, {}, replace=True)
    assert read_header(files.stances)["grade"] == "A"


def test_a_file_of_a_newer_version_is_refused(files, analysis, monkeypatch):
    from pipelines.store.tables import stance_file

    newer = replace(stance_file.stance_layout(), version=3)
    monkeypatch.setattr(stance_file, "stance_layout", lambda: newer)
    write_stances(files, analysis, {})
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"written by a newer midstance .*; update midstance"):
        read_stances(files.stances)


def test_another_kind_of_file_is_refused(save):
    files = save()
    files.stances.write_bytes(files.raw.read_bytes())
    with pytest.raises(ValueError, match=r"is not a midstance\.stances file"):
        read_stances(files.stances)


def test_a_missing_file_is_one_sentence(files):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*; check its name"):
        read_stances(files.stances)


def test_the_header_says_minute_by_minute_how_the_clocks_agree(files, analysis):
    late_s = {"pelvis": np.zeros(2), "shank_left": np.array([0.0, 0.0804])}
    residual_s = {("pelvis", "shank_left"): np.array([np.nan, 0.0804321])}
    found = ClockAgreement(np.array([0.0, 60.0]), late_s, residual_s)
    known = read_header(write_stances(files, replace(analysis, clocks=found), {}))["clocks"]
    assert known == {
        "minute_start_s": [0.0, 60.0],
        "residual_s": {"pelvis to shank_left": [None, 0.08043]},
        "late_s": {"pelvis": [0.0, 0.0], "shank_left": [0.0, 0.0804]},
        "named": True,
    }
