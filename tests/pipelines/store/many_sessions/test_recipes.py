"""Each block of docs/recipes.md runs, and the engines agree."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.store.layout import DICTIONARY, PEOPLE, TABLES
from pipelines.store.many_sessions.sessions import keep_fresh
from pipelines.store.stated.context_file import change_context

pytest.importorskip("duckdb")
pytest.importorskip("polars")
PAGE = Path(__file__).resolve().parents[4] / "docs" / "recipes.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)


@pytest.fixture
def here(save, tmp_path, monkeypatch):
    """A folder with a store, in which a test then is."""
    for day in (1, 15, 22, 29):
        save(session=f"2026-10-{day:02d}-aaaa", started_utc=f"2026-10-{day:02d}T07:00:00+00:00")
    change_context(save(athlete="ben", session="2026-11-01-cccc"), {"pain": {"knee": 3.0}})
    keep_fresh(tmp_path, ["ana", "ben"])
    (tmp_path / "store").mkdir()
    for name in (*TABLES, DICTIONARY, PEOPLE):
        if (tmp_path / name).exists():
            (tmp_path / name).rename(tmp_path / "store" / name)
    monkeypatch.chdir(tmp_path)


def test_every_block_that_can_runs_and_the_engines_agree(here):
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert {kind for kind, _ in blocks} == {"python", "r", "sql"}
    known = {}
    for kind, text in blocks:
        if kind == "python" and "dask.dataframe" in text:
            continue  # its own test, below
        if kind == "python":
            exec(compile(text, str(PAGE), "exec"), known)
    ana = known["with_shoes"].query("athlete == 'ana'").sort_values(["session", "side"])
    contact_s = ana["contact_time_s"].to_numpy()
    assert contact_s.size == 8
    medians = known["medians"].sort("session", "side")["contact_time_s"].to_numpy()
    np.testing.assert_allclose(medians, contact_s)
    found = known["found"].query("athlete == 'ana'")["contact_s"].to_numpy()
    np.testing.assert_allclose(found, contact_s, rtol=1e-6)
    assert known["tilt"].shape == (101, 8)
    assert len(known["steady"])
    assert known["runs"].to_numpy().tolist() == [["ana", 4], ["ben", 1]]
    z = known["baseline"].query("athlete == 'ana'")["z"].to_numpy()
    assert z.size == 4


def test_the_team_s_database_can_neither_be_written_nor_reach_a_file(here):
    import duckdb

    known = {}
    blocks = [text for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8"))]
    for text in blocks:
        if "team.duckdb" in text:
            exec(compile(text, str(PAGE), "exec"), known)
    team = known["team"]
    for query in (
        "create table mine as select 1",
        "from 'store/stances/*/*.parquet'",
        "copy sessions to 'mine.parquet'",
        "set enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            team.execute(query)
    assert [
        name for name in pd.read_parquet("store/sessions/athlete=ben").columns if "pain" in name
    ]
    assert not [name for name in team.sql("from sessions").columns if "pain" in name]
    team.close()


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of Dask itself
def test_dask_reads_a_store_as_the_page_says(here):
    pytest.importorskip("dask.dataframe", reason="Dask's tables are not installed")
    (text,) = [
        text
        for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8"))
        if "dask.dataframe" in text
    ]
    exec(compile(text, str(PAGE), "exec"), {})
