"""The page of one run: its report, what is stated of it, what is done to it, and downloads."""

import io
import zipfile

import pytest
from runs.virtual_days import SESSION, a_day, keep_true
from services.served import client, value_of

from imu.simulation import Run, Stand
from pipelines.process.session import process_raw
from pipelines.report import write_report
from pipelines.serve.worker import Worker
from pipelines.store.files import session_files
from pipelines.store.stated.context_file import change_context, read_context
from pipelines.store.tables.stance_file import read_header

LAST = "2026-04-09-run"
PAGE = f"/athletes/ana/runs/{LAST}"


@pytest.fixture
def files(pair):
    return session_files(pair, "ana", LAST)


@pytest.fixture
def made_files(made_pair):
    return session_files(made_pair, "ana", LAST)


def form(browser):
    """Return the form as a browser would send it back without a change."""
    page = browser.get(PAGE).text
    return {"seen": value_of(page, "seen")}


def test_the_report_is_that_of_the_command(reader, made_pair, tmp_path):
    written = write_report(made_pair, "ana", LAST, tmp_path / "report.html")
    assert reader.get(f"{PAGE}/report").text == written.path.read_text(encoding="utf-8")
    assert '<body class="runner">' in reader.get(f"{PAGE}/report?for=runner").text


def test_what_is_stated_is_what_the_command_would_store(browser, pair, files, tmp_path):
    given = {
        "shoes": "blue pair",
        "surface": "road",
        "speed_mps": "3.1",
        "pain": "knee=3, left_hip=1",
        "tags": "healthy, race",
        "strapped": "anew",
        "notes": "one\r\ntwo",
    }
    answer = browser.post(f"{PAGE}/note", data={**form(browser), **given})
    assert answer.status_code == 200
    by_page = files.context.read_text(encoding="utf-8")
    files.context.unlink()
    stated = {
        "shoes": "blue pair",
        "surface": "road",
        "speed_mps": 3.1,
        "pain": {"knee": 3.0, "left_hip": 1.0},
        "tags": ["healthy", "race"],
        "strapped": "anew",
        "notes": "one\ntwo",
    }
    change_context(files, stated)
    assert by_page == files.context.read_text(encoding="utf-8")


def test_what_is_emptied_is_forgotten_and_what_is_not_asked_for_stays(browser, files):
    change_context(files, {"shoes": "blue", "tags": ["healthy"], "watch_file": "run.fit"})
    browser.post(f"{PAGE}/note", data={**form(browser), "notes": "hot"})
    known = read_context(files)
    assert (known.shoes, known.tags, known.notes) == ("", (), "hot")
    assert known.watch_file == "run.fit"


def test_two_who_note_different_things_both_keep_theirs(browser, files):
    first, second = form(browser), form(browser)
    browser.post(f"{PAGE}/note", data={**first, "shoes": "blue"})
    browser.post(f"{PAGE}/note", data={**second, "notes": "windy"})
    known = read_context(files)
    assert (known.shoes, known.notes) == ("blue", "windy")


def test_the_second_who_notes_the_same_is_told_and_loses_nothing(browser, files):
    first, second = form(browser), form(browser)
    browser.post(f"{PAGE}/note", data={**first, "notes": "windy"})
    answer = browser.post(f"{PAGE}/note", data={**second, "notes": "rainy"})
    assert answer.status_code == 409
    assert "it says now: notes: windy" in answer.text
    assert "rainy</textarea>" in answer.text
    assert read_context(files).notes == "windy"
    again = {"seen": value_of(answer.text, "seen"), "notes": "rainy"}
    assert browser.post(f"{PAGE}/note", data=again).status_code == 200
    assert read_context(files).notes == "rainy"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"speed_mps": "fast"}, "give a number"),
        ({"speed_mps": "nan"}, "give a number"),
        ({"speed_mps": "12"}, "give a number from 0.5 to 11"),
        ({"surface": "lava"}, "give one of road"),
        ({"pain": "knee"}, "as knee=3"),
        ({"pain": "knee=3, knee=4"}, "names knee twice"),
        ({"pain": "<b>=3"}, "has a site"),
        ({"tags": "Not A Word"}, "give a word of small letters"),
        ({"shoes": "a\x1bb"}, "control characters"),
        ({"shoes": "x" * 300}, "at most 200"),
        ({"timezone": "Mars/Olympus"}, "IANA"),
        ({"treadmill": "no", "surface": "treadmill"}, "clear the wrong one"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_stays_in_the_form(reader, made_files, given, words):
    answer = reader.post(f"{PAGE}/note", data={**form(reader), **given})
    assert answer.status_code == 409
    assert words in answer.text
    assert not made_files.context.exists()


@pytest.mark.parametrize("seen", ["", "{", "[]", '{"evil": 1}', "[" * 20_000])
def test_a_form_that_is_not_ours_is_refused(reader, made_files, seen):
    assert reader.post(f"{PAGE}/note", data={"seen": seen, "notes": "x"}).status_code == 400
    assert not made_files.context.exists()


def test_bytes_that_are_no_form_are_refused(reader, made_files):
    assert reader.post(f"{PAGE}/note", content=b"\xff\xfe=1").status_code == 400
    assert reader.post(f"{PAGE}/note", content=b"a=1&" * 300).status_code == 400
    assert not made_files.context.exists()


def test_a_file_that_a_person_broke_is_said_and_stays(browser, files):
    files.people.mkdir(parents=True, exist_ok=True)
    files.context.write_text("shoes = blue\n", encoding="utf-8")
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert "is not valid TOML" in page.text
    assert browser.post(f"{PAGE}/note", data={"seen": "{}", "notes": "x"}).status_code == 400
    assert files.context.read_text(encoding="utf-8") == "shoes = blue\n"


def test_a_run_is_excluded_and_counts_again(browser, files):
    page = browser.post(f"{PAGE}/exclude", data={"reason": "belt <slipped>"}).text
    assert "belt &lt;slipped&gt;" in page
    assert read_context(files).excluded == "belt <slipped>"
    browser.post(f"{PAGE}/exclude", data={"how": "include"})
    assert read_context(files).excluded == ""
    assert browser.post(f"{PAGE}/exclude", data={"reason": " "}).status_code == 400


def test_a_run_deleted_meanwhile_is_said(browser, files):
    assert browser.get(PAGE).status_code == 200
    given = form(browser)
    files.stances.unlink()
    for answer in (
        browser.get(PAGE),
        browser.get(f"{PAGE}/report"),
        browser.post(f"{PAGE}/note", data={**given, "notes": "x"}),
        browser.get(f"{PAGE}/download/parquet"),
    ):
        assert answer.status_code == 404
        assert answer.text.count('role="alert"') == 1


def test_downloads_open_elsewhere(reader, made_files):
    csv = zipfile.ZipFile(io.BytesIO(reader.get(f"{PAGE}/download/csv").content))
    assert {"stances.csv", "curves.csv", "definitions.json"} == {*csv.namelist()}
    assert reader.get(f"{PAGE}/download/fit").content[8:12] == b".FIT"
    answer = reader.get(f"{PAGE}/download/parquet")
    assert answer.content == made_files.stances.read_bytes()
    assert "attachment" in answer.headers["content-disposition"]


def test_pods_are_exchanged_and_stances_found_again(tmp_path):
    kept = keep_true(a_day(Stand(3.0), Run(15.0)), tmp_path)
    process_raw(kept.raw)
    page = f"/athletes/ana/runs/{SESSION}"
    with client(tmp_path) as browser:
        assert "The pods were on each other" in browser.get(page).text
        answer = browser.post(f"{page}/process", data={"start": "1", "stop": "2"})
        assert answer.status_code in (200, 400), answer.text
        for wrong in ({"start": "2", "stop": "1"}, {"start": "x", "stop": "1"}, {"start": "nan"}):
            assert browser.post(f"{page}/process", data=wrong).status_code == 400
        done = browser.post(f"{page}/swap", data={"one": "left", "other": "right"})
        assert done.status_code == 200
        assert "seem to sit on each other" in done.text.partition("<main>")[0]
        assert read_header(kept.stances)["recorded_as"]
        assert (
            browser.post(f"{page}/swap", data={"one": "left", "other": "left"}).status_code == 400
        )


def test_what_worked_on_a_recording_gives_its_memory_back(reader, monkeypatch):
    rested = []
    monkeypatch.setattr(Worker, "rest", lambda worker: rested.append(worker))
    assert reader.post(f"{PAGE}/process", data={}).status_code == 400, "no samples are kept of it"
    assert len(rested) == 1


def test_what_was_done_is_said(browser, files):
    assert "Stored." in browser.post(f"{PAGE}/note", data={**form(browser), "notes": "x"}).text
    assert "Stored." not in browser.get(PAGE).text


def test_a_table_that_is_damaged_is_not_handed_out(browser, files):
    whole = bytearray(files.stances.read_bytes())
    whole[2000] ^= 1
    files.stances.write_bytes(whole)
    answer = browser.get(f"{PAGE}/download/parquet")
    assert answer.status_code == 500
    assert "is damaged" in answer.text
    assert str(files.root) not in answer.text


def test_a_run_without_samples_says_so_and_leads_back(reader, made_files):
    for form in ({"one": "left", "other": "right"}, {}):
        answer = reader.post(f"{PAGE}/{'swap' if form else 'process'}", data=form)
        assert answer.status_code == 400
        assert "Its samples are not in this store" in answer.text
        assert f'href="{PAGE}"' in answer.text
    assert not made_files.raw.parent.exists()
