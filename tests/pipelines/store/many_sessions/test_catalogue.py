import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import store
from pipelines.store.left_out import LeftOutWarning
from pipelines.store.many_sessions import side_by_side
from pipelines.store.many_sessions.catalogue import open_store
from pipelines.store.many_sessions.sessions import CATALOGUE
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.stance_schema import stance_layout
from pipelines.store.tables.stance_file import HEADER_KEY


@pytest.fixture
def two_athletes(save, tmp_path):
    save(athlete="ana", session="2026-10-01-aaaa", stances=4)
    save(athlete="ana", session="2026-11-22-bbbb", stances=6)
    save(athlete="ben", session="2026-11-01-cccc", stances=2)
    return store.open(tmp_path)


def test_a_store_knows_its_athletes(two_athletes):
    assert two_athletes.athletes() == ["ana", "ben"]


def test_stances_are_one_table_that_can_be_narrowed(two_athletes):
    assert len(two_athletes.stances()) == 12
    assert len(two_athletes.stances(athletes=["ana"])) == 10
    assert len(two_athletes.stances(since="2026-11-01")) == 8
    assert len(two_athletes.stances(since=date(2026, 11, 2))) == 6
    assert two_athletes.stances().attrs["units"]["toe_off_s"] == "s"
    assert set(two_athletes.stances()["athlete"]) == {"ana", "ben"}


def test_sessions_are_one_row_each_oldest_first(two_athletes):
    sessions = two_athletes.sessions("ana")
    assert list(sessions["session"]) == ["2026-10-01-aaaa", "2026-11-22-bbbb"]
    assert list(sessions["left_stances_count"]) == [2, 3]
    assert list(sessions["grade"]) == ["B", "B"]
    assert sessions["started_utc"].dt.hour.tolist() == [8, 8]


def test_two_runs_of_one_day_are_in_the_order_they_were_run(save, tmp_path):
    save(session="2026-11-22-aaaa", started_utc="2026-11-22T17:00:00+00:00")
    save(session="2026-11-22-ffff", started_utc="2026-11-22T07:00:00.25+00:00")
    sessions = store.open(tmp_path).sessions("ana")["session"]
    assert list(sessions) == ["2026-11-22-ffff", "2026-11-22-aaaa"]


def test_the_catalogue_reads_the_same_the_second_time(two_athletes):
    first = two_athletes.sessions("ana")
    assert (two_athletes.root / "sessions" / "athlete=ana" / "sessions.parquet").exists()
    pd.testing.assert_frame_equal(two_athletes.sessions("ana"), first)


def test_a_missing_stale_or_damaged_catalogue_is_made_again(two_athletes, save):
    kept = two_athletes.root / "sessions" / "athlete=ana" / "sessions.parquet"
    two_athletes.sessions("ana")
    save(athlete="ana", session="2026-11-23-dddd")
    assert len(two_athletes.sessions("ana")) == 3
    kept.write_bytes(b"nonsense")
    assert len(two_athletes.sessions("ana")) == 3
    kept.unlink()
    assert len(two_athletes.sessions("ana")) == 3


def test_the_kept_catalogue_is_really_used(two_athletes):
    two_athletes.sessions("ana")
    kept = two_athletes.root / "sessions" / "athlete=ana" / "sessions.parquet"
    table, texts = checked_file.read(kept, CATALOGUE)
    grade = pa.array(["D", "D"])
    table = table.set_column(table.schema.get_field_index("grade"), "grade", grade)
    checked_file.write(kept, table, CATALOGUE, texts, replace=True)
    assert list(two_athletes.sessions("ana")["grade"]) == ["D", "D"]


@pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise on Windows")
def test_a_store_that_cannot_be_written_can_be_read(two_athletes):
    folder = two_athletes.root / "sessions" / "athlete=ana"
    # Root is not held back by permissions; a folder in the place of the file holds everybody back.
    (folder / "sessions.parquet").mkdir(parents=True)
    assert len(two_athletes.sessions("ana")) == 2
    assert not list(folder.glob(".*"))


def test_an_athlete_without_sessions_has_an_empty_catalogue(two_athletes):
    (two_athletes.root / "people" / "cleo").mkdir(parents=True)
    assert len(two_athletes.sessions("cleo")) == 0
    assert len(two_athletes.stances(athletes=["cleo"])) == 0


def test_a_column_that_only_a_newer_file_has_is_never_dropped(two_athletes):
    newest = two_athletes.stance_files(["ana"])[-1]
    table, texts = checked_file.read(newest, stance_layout())
    field = pa.field("new_metric_deg", pa.float32(), metadata={"unit": "°", "label": "New"})
    table = table.append_column(field, pa.array(np.arange(6, dtype=np.float32)))
    attrs = b'{"units": {"new_metric_deg": "\xc2\xb0"}}'
    table = table.replace_schema_metadata({b"PANDAS_ATTRS": attrs})
    layout = replace(stance_layout(), encodings={}, dictionaries=("athlete",))
    checked_file.write(newest, table, layout, {HEADER_KEY: texts[HEADER_KEY]}, replace=True)

    frame = two_athletes.stances()
    assert frame["new_metric_deg"].notna().sum() == 6
    assert frame.attrs["units"]["new_metric_deg"] == "°"
    assert frame.attrs["units"]["toe_off_s"] == "s"
    found = two_athletes.sql("select max(new_metric_deg) as m from stances where athlete = 'ana'")
    assert found["m"].tolist() == [5.0]


def test_tables_are_compressed_as_every_reader_can_and_those_by_zstd_are_read_beside_them(
    two_athletes,
):
    paths, asked = two_athletes.stance_files(), "select * from stances order by all"
    before, found = two_athletes.stances(), two_athletes.sql(asked)
    assert [_compression(path) for path in paths] == ["SNAPPY"] * 3
    table, texts = checked_file.read(paths[1], stance_layout())
    earlier = replace(stance_layout(), compression="zstd")
    checked_file.write(paths[1], table, earlier, {HEADER_KEY: texts[HEADER_KEY]}, replace=True)
    assert [_compression(path) for path in paths] == ["SNAPPY", "ZSTD", "SNAPPY"]
    after = two_athletes.stances()
    pd.testing.assert_frame_equal(after, before)
    assert after.attrs == before.attrs
    pd.testing.assert_frame_equal(two_athletes.sql(asked), found)


def _compression(path):
    group = pq.read_metadata(path).row_group(0)
    (found,) = {group.column(k).compression for k in range(group.num_columns)}
    return found


@pytest.mark.parametrize("processors", [1, 3])
def test_however_many_look_at_them_tables_stand_in_order(two_athletes, monkeypatch, processors):
    monkeypatch.setattr(side_by_side, "processors", lambda: processors)
    two_athletes.stance_files()[1].write_bytes(b"PAR1")
    with pytest.warns(LeftOutWarning, match="2026-11-22-bbbb"):
        frame = two_athletes.stances()
    assert list(frame["athlete"]) == ["ana"] * 4 + ["ben"] * 2
    assert list(frame["session"].unique()) == ["2026-10-01-aaaa", "2026-11-01-cccc"]
    assert len(frame.attrs["left_out"]) == 1


def test_reading_leaves_pyarrow_the_memory_it_had(two_athletes):
    before = pa.default_memory_pool().backend_name
    assert len(two_athletes.stances())
    assert pa.default_memory_pool().backend_name == before
    with checked_file.memory_of_the_system():
        assert pa.default_memory_pool().backend_name == "system"
    assert pa.default_memory_pool().backend_name == before


def test_sql_sees_stances_and_sessions(two_athletes):
    found = two_athletes.sql(
        "select athlete, count(*) as n, any_value(grade) as grade "
        "from stances join sessions using (athlete, session) group by athlete order by athlete"
    )
    assert found.values.tolist() == [["ana", 10, "B"], ["ben", 2, "B"]]


def test_sql_over_an_empty_store_is_an_empty_answer(tmp_path):
    assert store.open(tmp_path).sql("select count(*) as n from stances")["n"].tolist() == [0]


def test_a_query_that_is_wrong_is_one_sentence(two_athletes):
    with pytest.raises(ValueError, match=r"^the query failed: .*contact_tme") as caught:
        two_athletes.sql("select contact_tme from stances")
    assert "\n" not in str(caught.value)


def test_sql_without_duckdb_says_what_to_install(two_athletes, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ValueError, match=r'run pip install "midstance\[query\]"'):
        two_athletes.sql("select 1")


def test_one_session_is_read_with_header_and_curves(two_athletes):
    read = two_athletes.read_session("ana", "2026-11-22-bbbb")
    assert len(read.frame) == 6
    assert read.header["session"] == "2026-11-22-bbbb"
    assert read.curves.mean["pelvis_tilt_deg"].shape == (2, 101)


def test_an_unknown_athlete_or_store_is_one_sentence(two_athletes, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no athlete zoe in .*; it holds ana, ben"):
        two_athletes.stances(athletes=["zoe"])
    with pytest.raises(FileNotFoundError, match=r"there is no store in .*; record or import"):
        store.open(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="runs is on S3, where only midstance batch and open work"):
        open_store("s3://team/runs")


def test_importing_the_store_is_light():
    root = Path(__file__).resolve().parents[4]
    script = "import sys, pipelines.store; print('numpy' in sys.modules, 'pyarrow' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root
    )
    assert said.stdout.strip() == "False False"


def test_a_damaged_session_is_a_row_with_the_reason_and_hides_no_other(two_athletes):
    path = two_athletes.root / "stances" / "athlete=ana" / "2026-10-01-aaaa.stances.parquet"
    path.write_bytes(path.read_bytes()[:-40])
    sessions = two_athletes.sessions("ana")
    assert list(sessions["session"]) == ["2026-10-01-aaaa", "2026-11-22-bbbb"]
    assert sessions["reasons"].str.startswith("cannot be read").tolist() == [True, False]
    assert sessions["started_utc"].isna().tolist() == [True, False]


def test_a_session_rewritten_in_the_same_size_and_time_has_a_new_row(save, tmp_path):
    path = save(duration_s=91.25).stances
    before = path.stat()
    sessions = store.open(tmp_path).sessions
    assert sessions("ana")["duration_s"].tolist() == [91.25]
    save(duration_s=94.75, replace=True)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    now = path.stat()
    assert (now.st_size, now.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert sessions("ana")["duration_s"].tolist() == [94.75]


def test_a_copied_store_keeps_its_catalogue(two_athletes, tmp_path_factory):
    two_athletes.sessions("ana")
    copy = tmp_path_factory.mktemp("copy") / "store"
    shutil.copytree(two_athletes.root, copy, copy_function=shutil.copyfile)
    kept = copy / "sessions" / "athlete=ana" / "sessions.parquet"
    before = kept.stat().st_ino
    store.open(copy).sessions("ana")
    assert kept.stat().st_ino == before


def test_columns_are_of_one_type_also_when_no_session_can_be_read(save, tmp_path):
    path = save().stances
    sessions = store.open(tmp_path).sessions
    sound = sessions("ana").dtypes
    path.write_bytes(path.read_bytes()[:-40])
    unread = sessions("ana").dtypes
    assert unread.to_dict() == sound[unread.index].to_dict()
