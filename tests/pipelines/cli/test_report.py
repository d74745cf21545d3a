"""The command `report` as a person meets it: what it writes, shows and refuses."""

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from as_a_user.one_process import in_one_process
from as_a_user.typed import typed


@pytest.mark.parametrize("out", ["", ".", "page.parquet"])
def test_a_report_never_takes_the_place_of_another_kind_of_file(out, imported, monkeypatch, capsys):
    store, _ = imported
    code, _, err = typed(monkeypatch, capsys, "report", "ana", "--store", store, "--out", out)
    assert code == 1
    assert "ends in .html or .pdf" in err


@pytest.mark.parametrize("found", [True, False])
def test_a_report_is_shown_in_the_browser_where_there_is_one(
    found, imported, tmp_path, monkeypatch, capsys
):
    store, _ = imported
    shown = []
    monkeypatch.setattr("webbrowser.open", lambda url: shown.append(url) or found)
    page = tmp_path / "my page.html"
    words = ("report", "ana", "--store", store, "--out", page)
    assert typed(monkeypatch, capsys, *words)[0] == 0
    assert shown == []
    code, _, err = typed(monkeypatch, capsys, *words, "--open")
    assert (code, shown) == (0, [page.as_uri()])
    assert ("no browser was found here" in err) == (not found)


def test_a_pdf_is_asked_for_by_its_name_or_by_the_option(imported, tmp_path, monkeypatch, capsys):
    store, done = imported
    monkeypatch.setattr("pipelines.report.pdf.as_pdf", lambda page: b"%PDF " + page.encode())
    monkeypatch.setattr("pipelines.report.pdf.need_pdf", lambda: None)
    monkeypatch.chdir(tmp_path)
    words = ("report", "ana", "--store", store)
    for more, name in (
        (("--out", "x.pdf"), "x.pdf"),
        (("--pdf",), f"ana-{done['session']}.pdf"),
    ):
        code, _, err = typed(monkeypatch, capsys, *words, *more)
        assert code == 0, err
        assert Path(name).read_bytes().startswith(b"%PDF <!doctype html>")
    code, _, err = typed(monkeypatch, capsys, *words, "--pdf", "--out", "x.html")
    assert code == 1
    assert "ends in .pdf" in err
    assert not Path("x.html").exists()


def test_a_session_without_stances_says_how_to_get_them(imported, monkeypatch, capsys):
    store, done = imported
    Path(done["stances_path"]).unlink()
    code, _, err = typed(monkeypatch, capsys, "report", "ana", done["session"], "--store", store)
    assert code == 1
    assert f"run midstance process {done['raw_path']}" in err


def test_a_bad_file_beside_is_one_line_and_stops_no_report(imported, tmp_path):
    """In a process of its own: here every warning is an error."""
    store, done = imported
    raw = Path(done["raw_path"])
    stances = Path(done["stances_path"]).parent
    (stances / "foo.stances.parquet").write_bytes(b"x")
    (stances / "2099-01-01-bad.stances.parquet").write_bytes(b"x")
    (store / "stances" / "athlete=Bad Name").mkdir()
    unnamed = Path(os.fsdecode(os.fsencode(raw.parent) + b"/\xff.raw.parquet"))
    with suppress(OSError):  # some file systems take names of text alone
        unnamed.write_bytes(b"x")
    words = ("report", "ana", "--store", store, "--out", tmp_path / "r.html", "--json")
    reported, verified = in_one_process(words, ("verify", store))
    assert (reported.code, verified.code) == (0, 1)
    assert (tmp_path / "r.html").exists()
    lines = reported.stderr.splitlines()
    assert len(lines) == len([line for line in lines if line.startswith("midstance: left out: ")])
    assert any("foo.stances.parquet' is not named as a session" in line for line in lines)
    assert any("2099-01-01-bad.stances.parquet is damaged" in line for line in lines)
    assert json.loads(reported.stdout)["report"] == str(tmp_path / "r.html")
    assert "athlete=Bad Name" in verified.stdout
    assert f"{raw}: " in verified.stdout
