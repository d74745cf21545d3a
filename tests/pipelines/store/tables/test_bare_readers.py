"""What README says: any engine reads a folder of a store in one line, without a reader of ours."""

import math

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from pipelines import store
from pipelines.store.layout import OF_SESSIONS, TABLES
from pipelines.store.many_sessions.sessions import keep_fresh
from pipelines.store.parquet.session_columns import column_of
from pipelines.store.tables.dictionary_table import dictionary_rows
from pipelines.store.tables.watch_table import COLUMNS, write_watch_table


@pytest.fixture
def root(save, tmp_path):
    """Two runs of ana and one of ben, with all kinds of tables, and what else lies in a store."""
    save(session="2026-10-01-aaaa")
    with_watch = save(session="2026-11-22-bbbb")
    save(athlete="ben", session="2026-11-01-cccc")
    values = np.where(np.arange(6) % 2, np.nan, 3.0)
    write_watch_table(with_watch, dict.fromkeys(COLUMNS, values), {})
    (with_watch.people / "athlete.toml").write_text("mass_kg = 61.5\n")
    with_watch.journal.parent.mkdir(parents=True)
    with_watch.journal.write_bytes(b"MSJ1")
    keep_fresh(tmp_path, ["ana", "ben"])
    return tmp_path


ROWS = {"raw": 3 * 3997, "stances": 18, "curves": 3 * 202, "bouts": 9, "watch": 6, "sessions": 3}


@pytest.mark.parametrize("kind", TABLES)
def test_pandas(root, kind):
    frame = pd.read_parquet(root / kind)
    assert len(frame) == ROWS[kind]
    assert set(frame["athlete"]) <= {"ana", "ben"}
    if kind != "raw":
        assert set(frame.attrs) == {"units", "labels"}


@pytest.mark.parametrize("kind", TABLES)
def test_pyarrow(root, kind):
    table = ds.dataset(root / kind, partitioning="hive").to_table()
    assert len(table) == ROWS[kind]
    assert table.schema.field("athlete").type == pa.string()


@pytest.mark.parametrize("kind", TABLES)
def test_duckdb(root, kind):
    found = duckdb.sql(f"select count(*), min(athlete) from '{root}/{kind}/*/*.parquet'")
    assert found.fetchall() == [(ROWS[kind], "ana")]


@pytest.mark.parametrize("kind", TABLES)
def test_polars(root, kind):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    found = polars.scan_parquet(root / kind).collect()
    assert (len(found), found["athlete"].min()) == (ROWS[kind], "ana")


@pytest.mark.parametrize("kind", TABLES)
def test_dask(root, kind):
    dask = pytest.importorskip("dask.dataframe", reason="Dask is not installed")
    assert len(dask.read_parquet(str(root / kind))) == ROWS[kind]


def test_the_whole_of_a_store_is_refused_and_not_mixed(root):
    with pytest.raises(pa.ArrowInvalid):
        pd.read_parquet(root)


def test_no_float_that_is_stored_anywhere_is_nan(root):
    files = sorted(root.rglob("*.parquet"))
    assert {path.name.split(".")[-2] for path in files} == {*TABLES, "dictionary"}
    nulls = 0
    for path in files:
        for column in pq.read_table(path).columns:
            if pa.types.is_floating(column.type):
                assert not pc.any(pc.is_nan(column)).as_py(), path
                nulls += column.null_count
    assert nulls > 100


def test_statistics_know_what_is_missing_so_that_duckdb_finds_it(root):
    files = f"'{root}/stances/*/*.parquet'"
    missing = duckdb.sql(f"select count(*) from {files} where midstance_s is null").fetchall()
    assert missing == [(18,)]


def test_an_instant_is_the_session_clock_since_its_start(root):
    frame = pd.read_parquet(root / "stances" / "athlete=ana")
    assert str(frame["initial_contact_utc"].dtype) == "datetime64[us, UTC]"
    start = pd.Timestamp("2026-11-22T08:30:00Z")
    since_s = (frame["initial_contact_utc"] - start).dt.total_seconds()
    np.testing.assert_allclose(since_s, frame["initial_contact_s"], rtol=0, atol=1e-6)


def test_without_a_known_day_there_is_no_instant(save, tmp_path):
    save(source={"kind": "file", "sha256": "ab", "day": "of the file"})
    save(session="2026-11-23-bbbb", started_utc=None)
    opened = store.open(tmp_path)
    assert opened.stances()["initial_contact_utc"].isna().all()
    assert opened.bouts()["start_utc"].isna().all()
    assert str(opened.stances()["initial_contact_utc"].dtype) == "datetime64[us, UTC]"


def test_an_instant_is_that_of_the_zone_in_which_the_start_was_written(save, tmp_path):
    save(started_utc="2026-11-22T23:30:00+05:30")
    first = store.open(tmp_path).bouts()["start_utc"].iloc[0]
    assert first == pd.Timestamp("2026-11-22T18:00:00Z")


def test_bouts_join_the_stances_by_their_number(root):
    found = duckdb.sql(
        f"""select count(*), bool_and(s.initial_contact_s between b.start_s and b.stop_s),
        bool_and(b.gait = 'running')
        from '{root}/stances/*/*.parquet' s
        join '{root}/bouts/*/*.parquet' b using (athlete, session, bout)"""
    ).fetchall()
    assert found == [(18, True, True)]
    bouts = pd.read_parquet(root / "bouts" / "athlete=ben")
    assert bouts["gait"].tolist() == ["standing", "running", "walking"]
    assert bouts["stances_count"].fillna(-1).tolist() == [-1, 6, -1]


def test_curves_are_rows_with_their_unit(root):
    frame = pd.read_parquet(root / "curves" / "athlete=ben")
    assert set(frame["unit"]) == {"°"}
    left = frame[(frame["side"] == "left") & (frame["signal"] == "pelvis_tilt_deg")]
    assert left["stance_pct"].tolist() == list(range(101))
    read = store.open(root).read_session("ben", "2026-11-01-cccc").curves
    np.testing.assert_array_equal(left["mean"], read.mean["pelvis_tilt_deg"][0])
    assert left["sd"].isna().all()
    assert left["stances_count"].unique() == [3]


def test_sessions_have_types_and_units(root):
    schema = pq.read_schema(root / "sessions" / "athlete=ana" / "sessions.parquet")
    kinds = {name: str(schema.field(name).type) for name in schema.names}
    assert kinds["started_utc"] == "timestamp[us, tz=UTC]"
    assert kinds["context_treadmill"] == "bool"
    assert kinds["left_stances_count"] == kinds["edition"] == "int64"
    assert kinds["left_contact_time_s"] == kinds["duration_s"] == "double"
    assert kinds["grade"] == "string"
    field = schema.field("left_contact_time_s").metadata
    assert field[b"unit"] == b"s"
    assert field[b"label"].endswith(b", left")
    assert schema.field("context_watch_heart_rate_bpm").metadata[b"unit"] == b"beats/min"


def test_the_dictionary_says_what_every_column_is(root):
    words = pd.read_parquet(root / "dictionary" / "dictionary.parquet")
    assert not words.duplicated(["table", "column"]).any()
    known = words.set_index(["table", "column"])
    for kind in TABLES:
        for name in pd.read_parquet(root / kind).columns:
            assert known.loc[(kind, name), "label"], (kind, name)
    contact = known.loc[("stances", "contact_time_s")]
    assert contact["unit"] == "s"
    assert len(contact["definition"]) > 20
    said = store.open(root).sql("select unit from dictionary where \"column\" = 'contact_time_s'")
    assert said["unit"].tolist() == ["s"]


def test_all_tables_answer_in_sql(root):
    query = "select " + ", ".join(
        f"(select count(*) from {kind}) as {kind}"
        for kind in ("stances", "curves", "bouts", "sessions")
    )
    assert store.open(root).sql(query).iloc[0].tolist() == [18, 606, 9, 3]


def test_the_attributes_survive_a_concat_and_not_all_else(root):
    """What README says of them."""
    frame = pd.read_parquet(root / "stances")
    assert pd.concat([frame, frame]).attrs == frame.attrs
    other = frame[["session"]].drop_duplicates().assign(shoes="blue")
    other.attrs = {}
    assert frame.merge(other, on="session").attrs != frame.attrs


def test_the_dictionary_says_of_each_column_its_own_meaning():
    known = {(row["table"], row["column"]): row for row in dictionary_rows()}
    for at, row in known.items():
        assert row["label"], at
        assert row["doc"] or row["definition"], at
    median, drift = (
        known["sessions", f"left_{what}pelvic_drop_deg"]["definition"] for what in ("", "drift_")
    )
    assert median.startswith("Median of the stances of the left leg. How far the swing side sinks")
    assert drift.startswith("Last third of the run less its first, left leg, as it was run. How")
    assert known["raw", "time_us"]["unit"] == "µs"
    stated = known["sessions", "context_grade_pct"]
    assert (stated["label"], stated["unit"]) == ("Slope, stated", "%")
    assert column_of("context_pain_left_hip").label == "Pain, left hip"


def test_a_key_is_no_column_of_any_table_of_sessions(root):
    for kind in OF_SESSIONS:
        for path in (root / kind).rglob("*.parquet"):
            assert "athlete" not in pq.read_schema(path).names
    assert math.isclose(pd.read_parquet(root / "watch")["watch_speed_mps"].mean(), 3.0)
