"""The page of one runner: her weeks, every measure, two groups compared, the reference."""

import re
import shutil

import numpy as np
import pytest
from runs.made_weeks import an_analysis, at_once, keep

from imu.baseline.expected import COMPENSATION
from imu.metrics import METRICS
from pipelines.serve.computed.athlete import made
from pipelines.store.files import session_files
from pipelines.store.many_sessions.sessions import keep_fresh
from pipelines.store.stated.athlete import read_athlete
from pipelines.store.stated.context_file import change_context
from pipelines.weeks.compare import compared
from pipelines.weeks.trend import trends

PATTERN = tuple(COMPENSATION.items())
FIRST = "2026-03-01-run"
LAST = "2026-04-09-run"
HTML = "<b>hills</b> & \"wind\" 'cold'"


def test_the_page_says_what_trend_says(reader, made_pair):
    page = reader.get("/athletes/ana").text
    said = trends(made_pair, "ana")
    named = [one.words for one in said.told if one.named and one.side == "left"]
    assert named
    for words in named:
        assert words[1:] in page
    assert said.reference[1:] in page
    assert page.count("<svg") == 18


def test_what_is_named_comes_first_and_is_marked(reader):
    page = reader.get("/athletes/ana").text
    first = re.search(r"<h3>([^<]+)", page)
    assert first
    assert first[1].startswith("Contralateral pelvic drop")
    assert 'class="since"' in page


@pytest.mark.parametrize(("times", "alone"), [(1.1, False), (1.9, True)])
def test_what_is_named_though_each_measure_is_inside_is_explained(tmp_path, times, alone):
    """As where a leg compensates a little: the page must not say inside and nothing else."""
    rng = np.random.default_rng(12)
    little = {name: (sign * times * METRICS[name].typical_error, 0.0) for name, sign in PATTERN}
    with at_once():
        for number in range(10):
            keep(tmp_path, 3 * number, an_analysis(rng, little if number > 8 else {}, count=56))
        keep_fresh(tmp_path, ["ana"])
    page = made(tmp_path, "ana")
    assert (page.stands.kind, page.stands.legs) == ("changed", "left leg")
    outside = [m.label for m in page.measures if ": outside" in m.charts[0].words[0]]
    assert bool(outside) == alone
    assert page.together.startswith("" if alone else "The last run changed on the left leg in ")
    between = {m.label for m in page.measures if m.between}
    assert between == (set(outside) if alone else set())
    first = {m.name for m in page.measures[:4]}
    assert first == set(COMPENSATION), "what is named stands before the others"


def test_a_runner_without_a_baseline_has_a_page(reader):
    page = reader.get("/athletes/ben").text
    assert "Building your baseline (1/5)." in page


def test_words_of_people_are_text(browser, pair):
    change_context(session_files(pair, "ana", LAST), {"notes": HTML, "shoes": "<i>blue</i>"})
    page = browser.get("/athletes/ana").text
    assert "<b>hills" not in page
    assert "<i>blue" not in page
    assert "&lt;i&gt;blue&lt;/i&gt;" in page


def test_weeks_add_up_what_is_known(reader):
    page = reader.get("/athletes/ana").text
    weeks = re.findall(r"Week of ([^<]+)</b>", page)
    assert weeks[0] == "6 Apr 2026"
    assert len(weeks) == 7
    assert page.count(f'name="a" value="{FIRST}"') == 1


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        ("first=before:2026-03-25&second=last:4", "before:2026-03-25", "last:4"),
        (
            "a=2026-03-01-run&a=2026-03-04-run&a=2026-03-07-run&b=2026-03-10-run&b=2026-03-13-run",
            "2026-03-01-run,2026-03-04-run,2026-03-07-run",
            "2026-03-10-run,2026-03-13-run",
        ),
    ],
)
def test_two_groups_are_compared_as_the_command_does(reader, made_pair, query, first, second):
    said = compared(made_pair, "ana", first, second)
    page = reader.get(f"/athletes/ana/compare?{query}").text
    assert said.first in page
    assert said.second in page
    for one in said.differences:
        assert (one.words[1:] in page) or one.side == "left - right"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("first=last:3", "choose both groups"),
        ("first=last:3&second=last:2", "overlap"),
        ("first=<script>&second=last:2", "is no period"),
        ("first=tag:x&second=last:2", "no run of ana is stated as tag:x"),
    ],
)
def test_groups_that_cannot_be_compared_are_refused_in_a_sentence(reader, query, words):
    answer = reader.get(f"/athletes/ana/compare?{query}")
    assert answer.status_code == 400
    assert words in answer.text.lower()
    assert "<script>" not in answer.text


def test_the_reference_is_chosen_and_let_go(browser, pair):
    given = {"how": "days", "from": "2026-03-01", "to": "2026-03-20"}
    page = browser.post("/athletes/ana/reference", data=given).text
    assert "as chosen" in page
    assert read_athlete(pair, "ana").reference == "2026-03-01..2026-03-20"
    page = browser.post("/athletes/ana/reference", data={"how": "rule"}).text
    assert "by rule" in page
    assert read_athlete(pair, "ana").reference == ""


@pytest.mark.parametrize(
    "given",
    [
        {"how": "days", "from": "2026-03-01", "to": ""},
        {"how": "days", "from": "2026-03-01", "to": "2026-03-02"},
        {"how": "tag", "tag": "nobody"},
        {"how": "by heart"},
        {},
    ],
)
def test_a_reference_that_cannot_be_is_refused(reader, made_pair, given):
    assert reader.post("/athletes/ana/reference", data=given).status_code == 400
    assert read_athlete(made_pair, "ana").reference == ""


def test_a_reference_that_no_longer_holds_is_said(browser, pair):
    path = pair / "people" / "ana" / "athlete.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('reference = "2020-01-01..2020-02-01"\n', encoding="utf-8")
    assert "The usual is chosen by rule" in browser.get("/athletes/ana").text


def test_a_reference_of_nobody_is_refused_and_leaves_nothing(browser, pair):
    assert browser.post("/athletes/nobody/reference", data={"how": "rule"}).status_code == 404
    assert not (pair / "people" / "nobody").exists()
    shutil.rmtree(pair)
    assert browser.post("/athletes/ana/reference", data={"how": "rule"}).status_code == 404
    assert not pair.exists()


def test_what_to_do_next_leads_to_where_it_is_done(reader):
    page = reader.get("/athletes/ana").text
    assert f'<a href="/athletes/ana/runs/{LAST}#note">' in page
    assert '<a href="/athletes/ana#weeks">' in page
    assert 'id="weeks"' in page
    assert "midstance note" not in page


@pytest.mark.parametrize(
    "first", ["before:" * 2000 + "last:2", "after :" * 5, "last:" + "9" * 5000]
)
def test_periods_without_end_are_refused_in_a_short_sentence(reader, first):
    answer = reader.get("/athletes/ana/compare", params={"first": first, "second": "last:2"})
    assert answer.status_code == 400
    assert len(answer.text) < 2500
    assert 'href="/athletes/ana"' in answer.text
