"""All of one athlete: put into one file, and deleted; of others nothing is touched."""

import io
import json
import shutil
import zipfile

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipelines import cli, store
from pipelines.cli import app
from pipelines.store.journal.format import Header, Pod, journal_path
from pipelines.store.journal.writer import JournalWriter
from pipelines.store.many_sessions.sessions import keep_fresh
from pipelines.store.stated.context_file import change_context
from pipelines.store.stated.readers import access_path, write_down
from pipelines.store.upkeep.of_athlete import bundle, everything_of, forget
from pipelines.store.upkeep.verify import verify


def recording(root, athlete="ana"):
    pods = {1: Pod("pelvis", "C0", "ORP-PEL", "orp_v1")}
    path = journal_path(root, athlete, "2026-11-23-dddd")
    return JournalWriter(path, Header(path.stem, athlete, "2026-11-23T07:00:00+00:00", 1000, pods))


@pytest.fixture
def two(save, tmp_path):
    """Two runs of ana, of which one has a context, a journal of hers, and a run of ben."""
    change_context(save(session="2026-10-01-aaaa"), {"shoes": "old"})
    save(session="2026-11-22-bbbb")
    save(athlete="ben", session="2026-11-01-cccc")
    with recording(tmp_path) as out:
        out.append(1, 2000, b"x" * 30)
        out.close(9000)
    keep_fresh(tmp_path, ["ana", "ben"])
    return tmp_path


def content(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_forgotten_is_gone_and_nobody_else_is_touched(two):
    before = content(two)
    gone = forget(two, "ana")
    assert len(gone) == 2 * 4 + 3
    assert content(two) == {p: d for p, d in before.items() if p not in gone}
    assert not list(two.rglob("*ana*"))
    assert store.open(two).athletes() == ["ben"]
    with pytest.raises(FileNotFoundError, match="there is nothing of ana in"):
        forget(two, "ana")


def test_what_readers_looked_at_no_longer_names_her(two):
    pages = ("/athletes/ana", "/athletes/ana/runs/2026-11-22-bbbb", "/athletes/anabel", "/ana")
    for page in pages:
        write_down(two, "ana", address="::1", method="GET", path=page)
    before = access_path(two).read_text()
    forget(two, "ana")
    after = access_path(two).read_text()
    assert [json.loads(line)["path"] for line in after.splitlines()] == [
        *(page.replace("/ana", "/***") for page in pages[:2]),
        *pages[2:],
    ]
    assert after.replace("***", "ana") == before


def test_what_a_link_leads_to_is_not_deleted(two, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "kept.txt").write_text("kept")
    (two / "people" / "ana" / "more").symlink_to(outside)
    forget(two, "ana")
    assert (outside / "kept.txt").read_text() == "kept"
    assert not (two / "people" / "ana").exists()


def test_nobody_is_forgotten_or_bundled_while_she_is_recorded(two, tmp_path):
    shutil.rmtree(two / "journal" / "ana")
    before = content(two)
    with recording(two) as out:
        out.append(1, 2000, b"x")
        for door in (forget, lambda root, who: bundle(root, who, tmp_path / "a.zip")):
            with pytest.raises(OSError, match="is being recorded; stop that recording first"):
                door(two, "ana")
        forget(two, "ben")
    assert {p: d for p, d in before.items() if "ben" not in str(p)}.items() <= content(two).items()


def test_a_bundle_unpacked_is_a_store_with_the_same_content(two, tmp_path_factory):
    folder = tmp_path_factory.mktemp("elsewhere")
    path = bundle(two, "ana", folder / "ana.zip")
    with zipfile.ZipFile(path) as zipped:
        zipped.extractall(folder / "store")
    names = {one.relative_to(two) for one in everything_of(two, "ana")}
    there = {one.relative_to(folder / "store") for one in content(folder / "store")}
    assert names <= there
    assert not [name for name in there if "ben" in str(name)]
    again, before = store.open(folder / "store"), store.open(two)
    assert again.athletes() == ["ana"]
    pd.testing.assert_frame_equal(again.stances(), before.stances(["ana"]))
    pd.testing.assert_frame_equal(again.sessions("ana"), before.sessions("ana"))
    assert [one.problems for one in verify(folder / "store") if one.problems] == []
    with pytest.raises(FileExistsError, match="already exists"):
        bundle(two, "ana", folder / "ana.zip")


def test_a_link_out_of_the_store_is_not_bundled(two, tmp_path_factory):
    secret = tmp_path_factory.mktemp("outside") / "secret"
    secret.write_text("x")
    (two / "people" / "ana" / "more").symlink_to(secret)
    with pytest.raises(OSError, match="leads out of its store by a link"):
        bundle(two, "ana", two.with_name("out.zip"))
    assert not two.with_name("out.zip").exists()


def test_the_command_asks_for_the_id_and_another_deletes_nothing(two):
    before = content(two)
    done = CliRunner().invoke(app, ["forget", "ana", "--store", str(two)], input="ben\n")
    assert "that is another id; nothing was deleted" in str(done.exception)
    assert content(two) == before
    done = CliRunner().invoke(app, ["forget", "ana", "--store", str(two)], input="ana\n")
    assert done.exit_code == 0, done.output
    assert store.open(two).athletes() == ["ben"]
    done = CliRunner().invoke(app, ["forget", "ben", "--yes", "--store", str(two)])
    assert done.exit_code == 0, done.output
    assert store.open(two).athletes() == []


def test_no_answer_deletes_nothing_and_is_one_sentence(two, monkeypatch, capsys):
    before = content(two)
    monkeypatch.setattr("sys.argv", ["midstance", "forget", "ana", "--store", str(two)])
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(SystemExit, match="midstance: no id was typed and nothing was deleted"):
        cli.main()
    assert content(two) == before
