"""A store of the layout before becomes one of today: nothing lost, whenever it is stopped."""

import os
import random
import shutil

import numpy as np
import pandas as pd
import pytest
from runs.old_store import as_before, swept

from pipelines import store
from pipelines.store.files import files_of, session_files
from pipelines.store.journal.format import journal_path
from pipelines.store.layout import OtherLayoutError
from pipelines.store.stated.athlete import read_athlete
from pipelines.store.stated.context_file import change_context, read_context
from pipelines.store.tables.stance_file import read_stances
from pipelines.store.tables.watch_table import COLUMNS, read_watch_table, write_watch_table
from pipelines.store.upkeep.migrate import migrate
from pipelines.store.upkeep.verify import verify

OPERATIONS = ("rename", "replace", "unlink", "link", "mkdir", "rmdir")


@pytest.fixture
def before(save, tmp_path):
    """Two runs of ana, with watch, context and what a person put there, and one of ben."""
    all_files = [
        save(session="2026-10-01-aaaa", stances=40),
        save(session="2026-11-22-bbbb", stances=60),
        save(athlete="ben", session="2026-11-01-cccc", stances=20),
    ]
    first = all_files[0]
    write_watch_table(first, {name: np.arange(40.0) for name in COLUMNS}, {"notes": ["a note"]})
    change_context(first, {"shoes": "blue pair"})
    read = [(files, read_stances(files.stances)) for files in all_files]
    for files in all_files:
        as_before(files)
    swept(tmp_path)
    folder = tmp_path / "athlete=ana"
    (folder / "athlete.toml").write_text("mass_kg = 61.5  # before breakfast\n")
    (folder / "plan.txt").write_text("mine")
    (folder / "sessions.parquet").write_bytes(b"made again")
    (folder / ".2026-11-22-bbbb.raw.parquet.0badcafe.tmp").write_bytes(b"half")
    shutil.copy(folder / "2026-10-01-aaaa.raw.parquet", folder / "2026-10-01-aaaa.raw (1).parquet")
    return read


def tree(root):
    """Return what lies in a store, without what a stopped write left."""
    files = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".tmp"]
    return {path.relative_to(root): path.read_bytes() for path in files}


def test_every_door_asks_to_migrate_and_none_misreads(before, tmp_path):
    raw = tmp_path / "athlete=ana" / "2026-10-01-aaaa.raw.parquet"
    doors = [
        lambda: store.open(tmp_path),
        lambda: verify(tmp_path),
        lambda: files_of(raw),
        lambda: session_files(tmp_path, "ana", "2026-10-01-aaaa"),
        lambda: journal_path(tmp_path, "ana", "2026-10-01-aaaa"),
    ]
    for door in doors:
        with pytest.raises(ValueError, match="an earlier midstance; run midstance migrate"):
            door()
    said = [words for one in verify(raw.parent) for words in one.problems]
    assert sum("run midstance migrate" in words for words in said) == 6


def test_numbers_curves_and_words_are_as_they_were(before, tmp_path):
    done = migrate(tmp_path)
    assert (done.athletes, done.sessions, done.notes) == (("ana", "ben"), 3, ())
    for files, read in before:
        again = read_stances(files.stances)
        pd.testing.assert_frame_equal(again.frame, read.frame, check_exact=True)
        assert {**again.header, "beside": 0} == {**read.header, "beside": 0}
        for name, mean in read.curves.mean.items():
            np.testing.assert_allclose(again.curves.mean[name], mean, rtol=5e-5)
    first = before[0][0]
    assert read_context(first).shoes == "blue pair"
    assert read_athlete(tmp_path, "ana").mass_kg == 61.5
    watch, known = read_watch_table(first)
    assert watch["watch_speed_mps"].tolist() == list(range(40))
    assert known["notes"] == ["a note"]
    assert (first.people / "plan.txt").read_text() == "mine"
    assert not list(tmp_path.glob("athlete=*"))
    problems = [words for one in verify(tmp_path) for words in one.problems]
    assert len(problems) == 1
    assert "has the name of a copy" in problems[0]
    bouts = store.open(tmp_path).bouts(["ben"])
    assert bouts["stances_count"].sum() == 20


def test_done_twice_is_done_once(before, tmp_path):
    migrate(tmp_path)
    once = tree(tmp_path)
    assert migrate(tmp_path).athletes == ()
    assert tree(tmp_path) == once


class Killed(BaseException):
    pass


def killed_at(monkeypatch, number):
    """Let nothing be changed on disk from the operation `number` on; counts them."""
    count = [0]

    def held(operation):
        def changes(*words, **more):
            count[0] += 1
            if number is not None and count[0] > number:
                raise Killed
            return operation(*words, **more)

        return changes

    for name in OPERATIONS:
        monkeypatch.setattr(os, name, held(getattr(os, name)))
    return count


@pytest.mark.faults
@pytest.mark.campaign(short=4, long=120)
def test_stopped_at_any_moment_it_goes_on_to_the_same_bytes(seed, before, tmp_path):
    work, whole = tmp_path.with_name("work"), tmp_path.with_name("whole")
    for copy in (work, whole):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(tmp_path, copy)
    with pytest.MonkeyPatch.context() as patch:
        count = killed_at(patch, None)
        migrate(whole)
    with pytest.MonkeyPatch.context() as patch:
        killed_at(patch, random.Random(1).sample(range(count[0]), count[0])[seed % count[0]])
        with pytest.raises(Killed):
            migrate(work)
    migrate(work)
    assert tree(work) == tree(whole)
    assert not list(work.glob("athlete=*"))


def test_stances_that_cannot_be_read_are_moved_as_they_are_and_said(before, tmp_path):
    old = tmp_path / "athlete=ana" / "2026-10-01-aaaa.stances.parquet"
    damaged = old.read_bytes()[:-30]
    old.write_bytes(damaged)
    (note,) = migrate(tmp_path).notes
    assert note.startswith(f"{old} is damaged (")
    assert note.endswith("(it was moved as it is)")
    assert before[0][0].stances.read_bytes() == damaged
    assert store.open(tmp_path).stances(["ben"]).shape[0] == 20


def test_two_files_of_one_name_are_never_made_one(before, tmp_path):
    there = before[0][0].raw
    there.parent.mkdir(parents=True)
    there.write_bytes(b"another")
    with pytest.raises(FileExistsError, match="are both there and differ; move one of them away"):
        migrate(tmp_path)
    assert there.read_bytes() == b"another"
    assert (tmp_path / "athlete=ana" / there.name).exists()


def test_links_and_strange_folders_are_refused_before_anything_is_moved(before, tmp_path):
    link = tmp_path / "athlete=ben" / "more.toml"
    link.symlink_to(tmp_path.parent)
    kept = tree(tmp_path)
    with pytest.raises(ValueError, match=r"more.toml is a link; put what it leads to in its place"):
        migrate(tmp_path)
    link.unlink()
    (tmp_path / "athlete=Bad Name").mkdir()
    with pytest.raises(ValueError, match="is not named as the folder of an athlete"):
        migrate(tmp_path)
    assert tree(tmp_path) == kept


def test_a_part_of_a_store_is_not_taken_for_an_old_store(save, tmp_path):
    save()
    with pytest.raises(ValueError, match=f"is a part of a store; name {tmp_path} instead"):
        migrate(tmp_path / "raw")
    with pytest.raises(OtherLayoutError, match=f"is a part of a store; name {tmp_path} instead"):
        store.open(tmp_path / "raw")


def test_a_store_of_a_newer_layout_is_one_sentence(save, tmp_path):
    save()
    (tmp_path / "store.toml").write_text("layout = 3\n")
    for door in (store.open, migrate, verify):
        with pytest.raises(ValueError, match=r"by a newer midstance \(layout 3\); update"):
            door(tmp_path)
