"""Questions in SQL: what they answer, and that they can do nothing else."""

import asyncio
import csv
import io
import re
import shutil
import sys
from html import unescape
from xml.etree import ElementTree

import duckdb
import pytest
from services.served import peak_mb

from pipelines.serve.app import QUESTIONS
from pipelines.serve.computed import jobs, query
from pipelines.serve.computed.answer_chart import LEFT_PX, LETTERS, RIGHT_PX, chart
from pipelines.serve.words import EXPLORE
from pipelines.serve.worker import Worker

NAMED = (("", ""), ("b", "a"), ("c", "a"), ("gone", "b"))
COUNT = "select athlete, count(*) as n from stances group by all order by all"


def asked(reader, sql, **headers):
    return reader.get("/explore", params={"sql": sql}, headers=headers)


def test_an_answer_is_that_of_the_files(reader, made_pair):
    found = duckdb.sql(COUNT.replace("stances", f"'{made_pair}/stances/*/*.parquet'")).fetchall()
    assert len(found) == 2
    page = asked(reader, COUNT).text
    for athlete, n in found:
        assert f"<td>{athlete}</td><td>{n}</td>" in page


def test_athletes_whose_names_are_numbers_are_names(made_pair, tmp_path):
    for folder in sorted((made_pair / "stances").glob("athlete=*"))[:1]:
        shutil.copytree(folder, tmp_path / "stances" / "athlete=12")
    answer = query.shown(tmp_path, "select distinct athlete from stances where athlete like '1%'")
    assert answer.rows == (("12",),)
    assert not query.shown(tmp_path, "from stances where athlete = 'ana'").rows


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
    ("sql", "words"),
    [
        (
            "select pelvic_drop_deg from sessions",
            'column "pelvic_drop_deg" not found in FROM clause; Candidate bindings: ',
        ),
        ("select * from runs", "Table with name runs does not exist; there are stances, curves, "),
        (
            "select athlete, median(contact_time_s) from stances",
            "an aggregate function; Either add it to the GROUP BY list",
        ),
        ("selec 1", 'syntax error at or near "selec".'),
    ],
)
def test_a_wrong_question_is_answered_with_what_would_be_right(reader, sql, words):
    answer = asked(reader, sql)
    assert answer.status_code == 400
    assert words in unescape(answer.text)


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
        worker = Worker(limits=QUESTIONS)
        with pytest.raises((OSError, ValueError)):
            await worker.run(jobs.query, made_pair, "select repeat('x', 1000000000)")
        peak = await worker.run(peak_mb)
        answer = await worker.run(jobs.query, made_pair, COUNT)
        worker.close()
        return peak, answer

    peak, answer = asyncio.run(asked())
    assert peak < QUESTIONS.most_mb
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


def answer_chart(sql):
    """Return what draws the answer to a question by two columns."""
    with duckdb.connect() as database:
        found = database.execute(sql)
        head, rows = [one[0] for one in found.description], found.fetchall()
    return lambda named: chart(head, rows, *named)


def test_an_answer_is_drawn_as_it_is(reader):
    sql = (
        "select * from (values (date '2026-03-01', 'left', 0.25), (date '2026-03-05', 'right', 0.5)"
        ", (date '2026-03-09', 'left', null), (date '2026-03-09', 'left', 'nan'::double)) "
        "t(day, side, contact_s)"
    )
    page = asked(reader, sql).text
    svg = page.partition("<svg")[2].partition("</svg>")[0]
    assert 'aria-label="contact_s against day, 2 of 4 rows"' in svg
    assert re.findall(r'class="dot (\w+)"', svg) == ["left", "right"]
    left = re.search(r'cx="([\d.]+)" cy="([\d.]+)"', svg)
    right = re.search(r'right" d="M([\d.]+) ([\d.]+)l', svg)
    assert float(left[1]) < float(right[1])
    assert float(left[2]) > float(right[2])
    assert ">2026-03-01<" in svg
    assert ">2026-03-09<" in svg
    assert ">0.4<" in svg


def test_which_columns_are_drawn_may_be_chosen(reader):
    sql = "select 1 as a, 'x' as b, 2 as c from range(3)"
    said = [(chart.along, chart.up) for chart in map(answer_chart(sql), NAMED)]
    assert said == [("a", "c"), ("b", "a"), ("c", "a"), ("a", "c")]
    page = reader.get("/explore", params={"sql": sql, "along": "b", "up": "a"}).text
    assert re.findall(r"<option selected>(\w)<", page) == ["a", "b"]
    assert "a along b: each row below is a point" in page


@pytest.mark.parametrize(
    "sql",
    [
        "select 1 as a, 1e308 as b union all select 2, -1e308",
        "select 1 as a, 170141183460469231731687303715884105727::hugeint as b",
        "select 1 as a, 1e20 as b from range(3)",
        "select 1e9 + x / 10 as a, x * 1e-310 as b from range(3) t(x)",
        "select 0.0 as a, 5e-324 as b union all select 0.0, 0.0",
        "select x::decimal(9, 3) as a, timestamp '2026-03-01 10:00:00' + x * interval 1 minute b "
        "from range(9) t(x)",
        "select 'inf'::double as a, 'x' as b union all select 1, 'y'",
        "select x as a, repeat('x', 400 + x::int) as b from range(30) t(x)",
        "select 'infinity'::timestamp as a, 1 as b union all select '-infinity'::timestamp, 2",
        "select 9 as a, date '0001-01-01' as b union all select 8, date '9999-12-31'",
    ],
)
def test_numbers_of_every_size_are_drawn_within_the_chart(sql):
    svg = answer_chart(sql)(("", "")).svg
    root = ElementTree.fromstring(svg)
    inside = [float(one.get("cx")) for one in root.iter("circle")]
    assert inside
    assert all(LEFT_PX <= place <= RIGHT_PX for place in inside)
    assert len([one for one in root.iter("text") if one.text]) <= 14
    assert max(len(one.text) for one in root.iter("text")) <= LETTERS


@pytest.mark.parametrize(
    "sql",
    [
        "select 1 as a",
        "select 1 as a, null as b",
        "select 'x' as a, 'y' as b",
        "select 1 as a, 2 as b limit 0",
        "select true as a, 'x' as b",
        "select [1] as a, {'x': 1} as b",
    ],
)
def test_without_numbers_against_something_nothing_is_drawn(sql):
    assert answer_chart(sql)(("a", "b")) is None


def test_words_in_a_chart_are_text(reader):
    sql = 'select 1 as "<b>up", \'<script>\' || chr(8238) || \'"\' as "<i>"'
    page = asked(reader, sql).text
    for foreign in ("<script>", "<b>up", "<i>", chr(8238)):
        assert foreign not in page.partition("<svg")[2].partition("</svg>")[0]
    assert "&lt;script&gt;\\u202e&quot;" in page
