"""The first page: who changed, on which leg, since when, how sure, in the words of the report."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from runs.made_weeks import an_analysis, keep
from services.served import client, grouped, roster

from pipelines.report import write_report
from pipelines.report.verdict import stands as verdict
from pipelines.report.verdict.stands import stands
from pipelines.serve.computed.roster import failed, groups, last_seen
from pipelines.serve.roster.changed_files import state_of_athlete
from pipelines.serve.roster.kept_rows import kept_row, made_row
from pipelines.store.files import session_files, standing_path, table_folder
from pipelines.store.layout import TABLES
from pipelines.store.parquet import checked_file
from pipelines.store.stated.context_file import change_context
from pipelines.store.upkeep.of_athlete import bundle, forget
from pipelines.store.upkeep.verify import verify

LAST = "2026-04-09-run"


def test_the_six_who_changed_are_named_first_and_no_other(team):
    with client(team.root) as browser:
        found = grouped(roster(browser))
    assert sorted(found["Changed"]) == sorted(team.legs)
    assert next(iter(found)) == "Changed"
    assert sorted(name for names in found.values() for name in names) == team.names


def test_each_is_named_on_the_leg_that_changed(team):
    for name, leg in team.legs.items():
        said = stands(team.root, name)
        assert said.legs.startswith(leg)
        assert said.sure.startswith(("firm", f"{leg} firm", "over weeks"))
        assert "firm, seen once" not in said.sure


@pytest.mark.parametrize("athlete", ["ana", "ben"])
def test_a_row_says_what_the_report_says(pair, tmp_path, athlete):
    said = stands(pair, athlete)
    written = write_report(pair, athlete, said.session, tmp_path / "report.html")
    assert (said.headline, said.next_step) == (written.headline, written.next_step)
    assert bool(said.weeks) == bool(written.over_weeks)
    assert said.weeks[1:-1] in written.over_weeks
    assert said.caution == written.caution


def test_runs_of_every_kind_have_their_group(pair):
    keep(pair, 50, an_analysis(np.random.default_rng(8), {}, count=56, grade="D"), athlete="ana")
    assert stands(pair, "ana").headline.startswith("Nothing is compared: this recording")
    assert stands(pair, "ben").kind == "building"
    fast = an_analysis(np.random.default_rng(8), {}, count=56, speed_mps=4.5)
    keep(pair, 51, fast, athlete="ana")
    assert stands(pair, "ana").headline.startswith("Faster than any past run")


def test_no_file_of_a_session_is_read_beyond_its_footer(pair, monkeypatch):
    stands(pair, "ana")  # which makes the table of her sessions, where it is not fresh
    names = []
    read = checked_file.read

    def watched(path, layout):
        names.append(path.name)
        return read(path, layout)

    monkeypatch.setattr(checked_file, "read", watched)
    assert stands(pair, "ana").kind == "changed"
    assert names == ["sessions.parquet"]


def test_a_store_that_changes_underneath_is_seen(pair):
    with client(pair) as browser:
        assert grouped(roster(browser))["No baseline yet"] == ["ben"]
        for number in range(2, 9):
            run = an_analysis(np.random.default_rng(number), {}, count=56)
            keep(pair, number, run, athlete="ben")
        keep(pair, 0, an_analysis(np.random.default_rng(1), {}, count=56), athlete="cleo")
        browser.app.app.app.state.served.standings._looked_at = float("-inf")  # a second later
        while "cleo" not in (page := roster(browser)):
            pass
        assert grouped(page)["No baseline yet"] == ["cleo"]


def test_what_was_stated_counts_at_once(pair):
    state = state_of_athlete(pair, "ana")
    assert stands(pair, "ana").session == LAST
    change_context(session_files(pair, "ana", LAST), {"speed_mps": 4.2, "surface": "road"})
    assert state_of_athlete(pair, "ana") != state
    assert stands(pair, "ana").headline.startswith("Faster than any past run")


def test_one_runner_who_cannot_be_read_hides_no_other(pair):
    for path in table_folder(pair, "stances", "ben").iterdir():
        path.write_bytes(b"PAR1 no table PAR1")
    with client(pair) as browser:
        found = grouped(roster(browser))
    assert found == {"Changed": ["ana"], "No run that can be read": ["ben"]}


def test_what_wants_a_look_comes_first(pair):
    ana, ben = made_row(pair, "ana"), made_row(pair, "ben")
    weaker = replace(ana, stands=replace(ana.stands, athlete="aaa", rank=ana.stands.rank + 1))
    unseen = last_seen(pair, "ben")
    broken = failed(replace(unseen, made=True), "the file is gone")
    order = [
        (group.title, [row.athlete for row in group.rows])
        for group in groups([unseen, ben, weaker, broken, ana])
    ]
    assert order == [
        ("Changed", ["ana", "aaa"]),
        ("No baseline yet", ["ben"]),
        ("No run that can be read", ["ben"]),
        ("Still to be looked at", ["ben"]),
    ]
    assert unseen.day == stands(pair, "ben").day
    assert broken.stands.headline == "Nothing can be said: the file is gone."


def test_an_empty_store_says_what_to_do(tmp_path):
    with client(tmp_path) as browser:
        assert "midstance record" in roster(browser)


def test_a_store_that_is_gone_or_another_is_no_empty_one(pair):
    with client(pair) as browser:
        roster(browser)
        gone = pair.rename(pair.with_name("elsewhere"))
        answer = browser.get("/")
        assert (answer.status_code, "There is no store" in answer.text) == (404, True)
        (pair / "athlete=ana").mkdir(parents=True)
        answer = browser.get("/")
        assert (answer.status_code, "midstance migrate" in answer.text) == (400, True)
        assert str(pair.parent) not in answer.text
        assert sorted(pair.iterdir()) == [pair / "athlete=ana"]
        (pair / "athlete=ana").rmdir()
        pair.rmdir()
        gone.rename(pair)
        assert browser.get("/").status_code == 200


def test_a_second_start_has_all_rows_at_once_and_they_are_those_of_the_first(pair):
    with client(pair) as browser:
        first = roster(browser)
    with client(pair) as browser:
        assert browser.get("/").text == first


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes()[:-20]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"left leg", b"none now")),
        lambda path: path.write_bytes(b"[" * 9000),
        lambda path: path.write_text("[]"),
    ],
)
def test_a_kept_row_that_is_lost_or_damaged_is_made_again(pair, harm):
    row, path = made_row(pair, "ana"), standing_path(pair, "ana")
    mark = state_of_athlete(pair, "ana")
    assert kept_row(pair, "ana", mark) == row
    harm(path)
    assert kept_row(pair, "ana", mark) is None
    notes = [one.notes for one in verify(pair) if one.path == path]
    again = "not as it was written; it is rebuilt when it is next needed"
    assert notes == ([(again,)] if path.exists() else [])
    assert made_row(pair, "ana") == row == kept_row(pair, "ana", mark)


def test_a_kept_row_of_other_files_another_runner_or_program_counts_for_nothing(pair, monkeypatch):
    made_row(pair, "ana")
    mark = state_of_athlete(pair, "ana")
    standing_path(pair, "ben").write_bytes(standing_path(pair, "ana").read_bytes())
    assert kept_row(pair, "ben", mark) is None
    change_context(session_files(pair, "ana", LAST), {"surface": "road"})
    assert kept_row(pair, "ana", state_of_athlete(pair, "ana")) is None
    monkeypatch.setattr("pipelines.serve.roster.kept_rows.made_by", lambda: "another midstance")
    assert kept_row(pair, "ana", mark) is None


def test_a_kept_row_lies_in_no_folder_that_an_engine_reads_as_one_table(pair):
    made_row(pair, "ana")
    assert standing_path(pair, "ana").exists()
    tables = (path for kind in TABLES for path in (pair / kind).rglob("*") if path.is_file())
    assert {path.suffix for path in tables} == {".parquet"}


def test_of_a_store_or_runs_that_are_gone_nothing_is_made(pair, monkeypatch):
    shutil.rmtree(table_folder(pair, "stances", "ben"))
    made_row(pair, "ben")
    assert not standing_path(pair, "ben").exists()
    stands_by = verdict.stands_by

    def while_the_disk_is_taken_away(*given):
        said = stands_by(*given)
        pair.rename(pair.with_name("elsewhere"))
        return said

    monkeypatch.setattr(verdict, "stands_by", while_the_disk_is_taken_away)
    made_row(pair, "ana")
    assert not pair.exists()
    with pytest.raises(FileNotFoundError, match="there is no store"):
        made_row(pair, "ana")
    assert not pair.exists(), "by the table of her sessions neither"


def test_of_what_cannot_be_read_nothing_is_kept(pair):
    next(table_folder(pair, "stances", "ana").iterdir()).write_bytes(b"PAR1 no table PAR1")
    made_row(pair, "ana")
    assert not standing_path(pair, "ana").exists()


def test_a_row_that_is_kept_goes_with_the_runner(pair, tmp_path, monkeypatch):
    made_row(pair, "ana")
    packed = bundle(pair, "ana", tmp_path / "ana.zip")
    shutil.unpack_archive(packed, tmp_path / "unpacked")
    mark = state_of_athlete(tmp_path / "unpacked", "ana")
    assert kept_row(tmp_path / "unpacked", "ana", mark) is None
    assert standing_path(pair, "ana") in forget(pair, "ana")
    stands_by = verdict.stands_by

    def while_she_is_forgotten(*given):
        said = stands_by(*given)
        forget(pair, "ben")
        return said

    monkeypatch.setattr(verdict, "stands_by", while_she_is_forgotten)
    made_row(pair, "ben")
    assert not list(pair.rglob("*ben*"))
