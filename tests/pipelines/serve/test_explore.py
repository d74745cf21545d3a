"""Questions in SQL: what they answer, and that they can do nothing else."""

import asyncio
import csv
import io
import sys

import duckdb
import pytest
from served import peak_mb

from pipelines.serve.app import MOST_MB_OF_QUESTIONS
from pipelines.serve.computed import jobs, query
from pipelines.serve.words import EXPLORE
from pipelines.serve.worker import Worker

COUNT = "select athlete, count(*) as n from stances group by all order by all"


def asked(reader, sql, **headers):
    return reader.get("/explore", params={"sql": sql}, headers=headers)


def test_an_answer_is_that_of_the_files(reader, made_pair):
    found = duckdb.sql(COUNT.replace("stances", f"'{made_pair}/stances/*/*.parquet'")).fetchall()
    assert len(found) == 2
    page = asked(reader, COUNT).text
    for athlete, n in found:
        assert f"<td>{athlete}</td><td>{n}</td>" in page


@pytest.mark.parametrize("number", [0, 1, 2])
def test_examples_are_answered(reader, number):
    _, sql = EXPLORE["queries"][number]
    answer = asked(reader, sql)
    assert answer.status_code == 200, answer.text
    assert "<tbody><tr>" in answer.text


def test_every_column_of_every_table_is_explained(reader):
    page = reader.get("/explore").text
    for name in ("contact_time_s", "stance_pct", "left_pelvic_drop_deg", "context_shoes"):
        assert f"<code>{name}</code>" in page


def test_csv_is_complete_where_the_page_is_cut(reader):
    sql = f"select side, contact_time_s, null as nothing from stances limit {query.MOST_SHOWN + 9}"
    assert "There are more" in asked(reader, sql).text
    answer = reader.get("/explore/answer.csv", params={"sql": sql})
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["side", "contact_time_s", "nothing"]
    assert len(rows) == query.MOST_SHOWN + 10
    assert rows[1][2] == ""


@pytest.mark.parametrize(
    "sql",
    [
        "create table x as select 1",
        "insert into sessions select 1",
        "delete from stances",
        "drop view sessions",
        "update sessions set grade = 'A'",
        "attach '{out}/x.db'",
        "copy (select 1) to '{out}/x.csv'",
        "copy (select 1) to '{root}/stances/x.csv'",
        "export database '{out}'",
        "install httpfs",
        "load httpfs",
        "set memory_limit = '8GB'",
        "reset lock_configuration",
        "pragma enable_profiling",
        "call pragma_version()",
        "explain select 1",
        "select 1; select 2",
        "select 1; drop view sessions",
        ";",
        "prepare x as select 1",
        "begin",
    ],
)
def test_anything_but_one_select_is_refused(reader, made_pair, tmp_path, sql):
    before = sorted(made_pair.rglob("*"))
    answer = asked(reader, sql.format(out=tmp_path, root=made_pair))
    assert answer.status_code == 400
    assert "One SELECT is answered here" in answer.text or "cannot be answered" in answer.text
    assert list(tmp_path.iterdir()) == []
    assert sorted(made_pair.rglob("*")) == before


@pytest.mark.parametrize(
    "sql",
    [
        "from read_csv('/etc/hostname')",
        "from read_text('/etc/hostname')",
        "from '/etc/hostname'",
        "from read_text('{root}/people/ana/athlete.toml')",
        "from read_text('{root}/stances/athlete=ana/2026-04-09-run.stances.parquet')",
        "from query_table('/etc/hostname')",
        "from read_text('{root}/stances/../store.toml')",
        "from glob('/etc/*')",
        "from glob('{root}/*')",
        "from duckdb_secrets()",
        "from read_parquet('https://example.org/x.parquet')",
        "from sniff_csv('/etc/hostname')",
        "select getenv('HOME')",
        "select * from root",
    ],
)
def test_no_file_but_the_tables_is_read(reader, made_pair, sql):
    (made_pair / "store.toml").write_text("layout = 2\n", encoding="utf-8")
    answer = asked(reader, sql.format(root=made_pair))
    assert answer.status_code == 400
    alert = answer.text.partition('role="alert"')[2].partition("</p>")[0]
    assert alert.count("\n") == 0
    assert str(made_pair) not in alert.replace("&#39;", "")


def test_a_link_out_of_the_store_is_not_followed(browser, pair, tmp_path):
    there = pair / "stances" / "athlete=ana" / "2026-04-09-run.stances.parquet"
    there.replace(tmp_path / "outside.parquet")
    there.symlink_to(tmp_path / "outside.parquet")
    answer = asked(browser, COUNT)
    assert answer.status_code == 500
    assert "leads out of its store" in answer.text


def test_what_takes_too_long_or_too_much_is_ended(reader, monkeypatch):
    monkeypatch.setattr(query, "LONGEST_S", 0.3)
    endless = asked(reader, "select count(*) from range(1000000000000) a, range(1000000) b")
    assert "takes longer than 0.3 s" in endless.text
    huge = asked(reader, "select list(x::varchar) from range(100000000) t(x)")
    assert "takes more than 256 MB" in huge.text or "takes longer than" in huge.text
    assert asked(reader, COUNT).status_code == 200, "and the next is answered"


def test_csv_of_too_many_rows_or_too_long_ones_is_refused(reader, monkeypatch):
    monkeypatch.setattr(query, "LONGEST_CSV", 100_000)
    for sql in ("select 1 from range(200000)", "select repeat('x', 90) from range(5000)"):
        answer = reader.get("/explore/answer.csv", params={"sql": sql})
        assert answer.status_code == 400
        assert "ask for less" in answer.text


@pytest.mark.skipif(sys.platform != "linux", reason="memory of a process is limited on Linux")
def test_the_process_of_questions_gets_no_more_memory_than_it_is_given(made_pair):
    """DuckDB itself takes 3 GB for this before it notices its own limit."""

    async def asked():
        worker = Worker(most_mb=MOST_MB_OF_QUESTIONS)
        with pytest.raises((OSError, ValueError)):
            await worker.run(jobs.query, made_pair, "select repeat('x', 1000000000)")
        peak = await worker.run(peak_mb)
        answer = await worker.run(jobs.query, made_pair, COUNT)
        worker.close()
        return peak, answer

    peak, answer = asyncio.run(asked())
    assert peak < MOST_MB_OF_QUESTIONS
    assert len(answer.rows) == 2


def test_words_of_the_question_are_text(reader):
    page = asked(reader, "select '<script>alert(1)</script>' as \"<b>\"").text
    assert "<script>alert" not in page
    assert '<th scope="col"><b>' not in page
    long = asked(reader, f"select '{'x' * 20_000}'")
    assert "longer than 10000 characters" in long.text


def test_pages_of_other_sites_ask_nothing(reader):
    assert asked(reader, COUNT, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert asked(reader, COUNT, **{"sec-fetch-site": "same-origin"}).status_code == 200


def test_without_duckdb_a_sentence_says_what_to_install(made_pair, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(ValueError, match=r"midstance\[query\]"):
        query.shown(made_pair, COUNT)
