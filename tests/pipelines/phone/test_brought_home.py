"""A journal from a phone is taken into a store once, closed there, and never mixed up."""

import json

import pytest

pytest.importorskip("bumble")
from as_a_user.typed import typed
from pods.recorded_pods import recorded, running

from pipelines.capture.interrupted.brought_home import bring_home
from pipelines.phone.files import PAGE, write_page
from pipelines.store.journal.reader import read_journal


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("phone"), running(), {}, seconds=36)[0]


def test_import_takes_a_journal_and_processes_it(monkeypatch, capsys, tmp_path, journal):
    words = ("import", journal, "--store", tmp_path, "--shoes", "blue pair", "--json")
    code, out, _ = typed(monkeypatch, capsys, *words)
    assert code == 0
    assert json.loads(out)["stances"] > 40
    (kept,) = tmp_path.glob("journal/ana/*.journal")
    assert kept.read_bytes() == journal.read_bytes()
    assert "blue pair" in next(tmp_path.rglob("*.context.toml")).read_text()


def test_the_same_journal_again_changes_nothing(tmp_path, journal):
    first = bring_home(journal, tmp_path)
    before = first.read_bytes()
    assert bring_home(journal, tmp_path) == first
    assert first.read_bytes() == before


def test_one_that_was_interrupted_is_closed_here_and_left_as_it_is_there(tmp_path, journal):
    torn = tmp_path / "torn.journal"
    torn.write_bytes(journal.read_bytes()[:-3000])
    home = bring_home(torn, tmp_path / "store")
    assert read_journal(home).closed
    assert not read_journal(torn).closed
    assert bring_home(torn, tmp_path / "store") == home


def test_another_of_its_name_is_refused(tmp_path, journal):
    other = tmp_path / "other.journal"
    data = bytearray(journal.read_bytes())
    data[len(data) // 2] ^= 1
    other.write_bytes(data)
    bring_home(journal, tmp_path)
    with pytest.raises(FileExistsError, match="is another recording; move one of the two away"):
        bring_home(other, tmp_path)


def test_one_of_somebody_else_is_refused(tmp_path, journal):
    with pytest.raises(ValueError, match="is a run of ana, not of bo"):
        bring_home(journal, tmp_path, athlete="bo")
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_journal_is_refused(tmp_path):
    (tmp_path / "run.journal").write_bytes(b"time,ax\n0,1\n")
    with pytest.raises(ValueError, match=r"run\.journal"):
        bring_home(tmp_path / "run.journal", tmp_path / "store")


def test_other_files_still_need_a_mapping(monkeypatch, capsys, tmp_path):
    (tmp_path / "run.csv").write_text("t,ax\n0,1\n")
    code, _, err = typed(monkeypatch, capsys, "import", tmp_path / "run.csv", "--athlete", "ana")
    assert code == 1
    assert "give --mapping" in err


def test_the_page_is_written_into_a_new_folder(monkeypatch, capsys, tmp_path):
    folder = tmp_path / "site"
    code, _, _ = typed(monkeypatch, capsys, "phone", "--out", folder)
    assert code == 0
    assert sorted(p.name for p in folder.iterdir()) == sorted(p.name for p in PAGE.iterdir())
    with pytest.raises(FileExistsError, match="is not empty; name a new folder"):
        write_page(folder)


def test_the_service_worker_keeps_every_file_of_the_page():
    kept = (PAGE / "service_worker.js").read_text(encoding="utf-8")
    names = {path.name for path in PAGE.iterdir()} - {"service_worker.js"}
    assert [name for name in sorted(names) if f'"{name}"' not in kept] == []


@pytest.mark.parametrize("port", [-1, 65536, 99999])
def test_a_port_that_no_computer_has_is_one_sentence(port, monkeypatch, capsys):
    code, out, err = typed(monkeypatch, capsys, "phone", "--port", port)
    assert code == 1
    assert err.startswith("midstance: Invalid value for '--port'")
    assert err.endswith("; see midstance phone --help\n")
    assert out == ""


def test_ctrl_c_is_how_the_served_page_ends(monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", interrupted)
    code, _, err = typed(monkeypatch, capsys, "phone")
    assert code == 0
    assert err.endswith("/index.html  (Ctrl-C ends it)\n")
