"""What is typed wrongly, or cannot be, is one sentence that says what to do."""

import io
import os
import sys
from pathlib import Path

import pytest
from as_a_user.typed import typed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--surface", "lava"), "surface is 'lava'; give one of road"),
        (("--treadmill", "--surface", "trail"), "treadmill is true and surface is trail"),
        (("--pain", "knee=11"), "pain at knee is 11.0; give a number from 0 to 10"),
        (("--strapped", "kept", "--strapped-min", "1"), "strapped is kept, since an earlier run"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_begins(
    words, sentence, csv, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("pipelines.capture.run.record_run", pytest.fail)
    imported = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", "ana")
    for command in (("record", "ana"), imported):
        code, out, err = typed(monkeypatch, capsys, *command, *words, "--store", tmp_path / "s")
        assert (code, out) == (1, "")
        assert sentence in err
        assert len(err.splitlines()) == 1
        assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("athlete", ["../x", "007", "Ana", ""])
def test_an_unsafe_athlete_id_is_refused(athlete, csv, tmp_path, monkeypatch, capsys):
    words = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", athlete)
    code, _, err = typed(monkeypatch, capsys, *words, "--store", tmp_path / "s")
    assert code == 1
    assert "athlete id" in err
    assert not (tmp_path / "s").exists()


@pytest.mark.skipif(Path("/var/run/dbus/system_bus_socket").exists(), reason="has Bluetooth")
def test_recording_without_bluetooth_says_what_to_do(tmp_path, monkeypatch, capsys):
    code, _, err = typed(monkeypatch, capsys, "record", "ana", "--store", tmp_path / "s")
    assert code == 1
    assert "Bluetooth is not available on this machine" in err
    assert not list(tmp_path.rglob("*.journal"))


def test_a_missing_store_or_athlete_is_one_sentence(imported, tmp_path, monkeypatch, capsys):
    store, _ = imported
    code, _, err = typed(monkeypatch, capsys, "report", "ana", "--store", tmp_path / "nowhere")
    assert code == 1
    assert "there is no store" in err
    code, _, err = typed(monkeypatch, capsys, "report", "bob", "--store", store)
    assert code == 1
    assert "no athlete bob" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("report",), "Missing argument 'athlete'; see midstance report --help"),
        (("compare", "ana"), "Missing option '--from'; see midstance compare --help"),
        (("knees",), "No such command 'knees'; see midstance --help"),
        (("reprot",), "Did you mean 'report', 'export'? see midstance --help"),
        (("metrics", "--knees"), "No such option"),
        (("report", "ana", "last", "--for", "me"), "'--for': 'me' is not one of 'runner', 'coach'"),
        (("import", "a.csv", "--athlete", "ana"), "there is no file a.csv; name the recording"),
        (("demo", "--today", "never"), "'never' is not one of"),
        (("demo", "--gallery", "--today", "usual"), "--gallery shows every case; leave out"),
        (("demo", "--gallery", "--folder", ""), "wants a folder of its own"),
        (("demo", "--folder", ""), "wants a folder of its own"),
        (("demo", "--folder", "file/inside"), "file/inside/store: not a directory"),
        (("process", "none.journal"), "none.journal: no such file or directory; name another"),
        (("process", "."), "no raw session files in .; name a store or a session file"),
        (("recover", "--store", "nowhere"), "there is no store in nowhere"),
        (("recover", "--store", "file"), "there is no store in file"),
        (("record", "ana", "--store", "file"), "file is a file; name a folder"),
        (("record", "ana", "--store", "file/inside"), "file is a file; name a folder"),
        (("arm", "ana", "--store", "link"), "link is a link to away, which is not there; plug in"),
        (("record", "ana", "--store", "link/inside"), "plug in its disk, or remove the link"),
        (("validate", "--data", "nowhere"), "there is no folder nowhere; data/README.md says how"),
        (("validate", "--baseline", "--signals", "-1"), "Invalid value for '--signals'"),
        (("scan", "--seconds", "-1"), "seconds is -1; give a number above 0"),
        (("scan", "--seconds", "nan"), "seconds is nan; give a number above 0"),
    ],
)
def test_wrong_words_are_one_sentence(words, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    Path("link").symlink_to("away")
    code, out, err = typed(monkeypatch, capsys, *words)
    assert (code, out) == (1, "")
    assert sentence in err
    assert len(err.strip().splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"file", "link"}


def test_without_words_it_says_what_it_can_do(monkeypatch, capsys):
    code, out, err = typed(monkeypatch, capsys)
    assert (code, err) == (0, "")
    assert "recover" in out


@pytest.mark.parametrize(
    "words", [("report", "ana", "2020-01-01-none"), ("note", "ana", "2020-01-01-none")]
)
def test_a_session_that_is_not_there_is_named_with_its_store(imported, monkeypatch, capsys, words):
    store, _ = imported
    code, out, err = typed(monkeypatch, capsys, *words, "--store", store)
    assert (code, out) == (1, "")
    assert f"there is no session 2020-01-01-none of ana in {store}; check its name" in err


def test_what_cannot_be_opened_is_told_once_and_in_words(imported, monkeypatch, capsys):
    store, _ = imported
    real = os.walk

    def denied(root, onerror):
        onerror(PermissionError(13, "Permission denied", str(store / "raw")))
        onerror(PermissionError(13, "Permission denied", str(store / "raw")))
        return (one for one in real(root) if "raw" not in Path(one[0]).parts)

    def damaged(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "walk", denied)
    monkeypatch.setattr("pipelines.store.upkeep.verify.read_header", damaged)
    code, out, err = typed(monkeypatch, capsys, "verify", store)
    assert code == 1
    assert out.count("raw cannot be opened (permission denied); make it readable") == 1
    assert ".stances.parquet: permission denied; make it readable" in out
    assert "Errno" not in out
    assert "mend what is said of each, or restore it from a copy" in err


@pytest.mark.parametrize("answer", ["", "zoe\n"])
def test_nothing_is_forgotten_without_her_id(imported, monkeypatch, capsys, answer):
    store, _ = imported
    before = sorted(store.rglob("*"))
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    code, _, err = typed(monkeypatch, capsys, "forget", "ana", "--store", store)
    assert code == 1
    assert err.splitlines()[-1].endswith(
        "nothing was deleted" if answer else "--yes deletes without asking"
    )
    assert sorted(store.rglob("*")) == before


def test_a_reader_without_a_name_is_refused(tmp_path, monkeypatch, capsys):
    (tmp_path / "stances").mkdir()
    for option in ("--name", "--revoke"):
        code, out, err = typed(monkeypatch, capsys, "share", tmp_path, option, "")
        assert (code, out) == (1, ""), err
    assert not (tmp_path / "team").exists()


def test_a_demo_without_bumble_says_so_before_it_begins(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "bumble", None)
    monkeypatch.setattr("pipelines.demo.run.demonstrate", pytest.fail)
    code, out, err = typed(monkeypatch, capsys, "demo", "--folder", tmp_path / "demo")
    assert (code, out) == (1, "")
    assert 'pip install "midstance[sim]"' in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "demo").exists()
