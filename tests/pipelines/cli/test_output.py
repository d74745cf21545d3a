"""What comes from outside is shown, and never obeyed by the terminal."""

import io
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cli.output import escape_unprintable, say, show, show_recorded, stop, vars_of
from pipelines.escape import escaped
from pipelines.process.session import Processed

ANY = st.text(st.characters(exclude_categories=()))
HOSTILE = "a\x1b[2J\x9b31m\u202e\u2028\nb\ud800[red]é–"
SPELLED = "a\\x1b[2J\\x9b31m\\u202e\\u2028\\nb\\ud800[red]é–"


@given(ANY)
def test_harmless_text_prints_in_one_line_and_stays_what_it_was_where_it_could(text):
    got = escaped(text)
    assert got.isprintable() or {unicodedata.category(c) for c in got if not c.isprintable()} == {
        "Zs"
    }
    got.encode()
    assert escaped(got) == got
    if text.isprintable():
        assert got == text


def test_words_signs_and_no_break_spaces_stay():
    text = "Läufer Ayşe 走る –\u00a0252\u00a0ms °²"
    assert escaped(text) == text


def test_every_way_to_the_terminal_spells_what_does_not_print(capsys):
    say(HOSTILE)
    show({}, [HOSTILE, "second"], json=False)
    with pytest.raises(SystemExit) as end:
        stop(HOSTILE)
    printed = capsys.readouterr()
    assert printed.err == SPELLED + "\n"
    assert printed.out == SPELLED + "\nsecond\n"
    assert end.value.code == f"midstance: {SPELLED}"


def test_json_stays_valid_and_exact(capsys):
    show({"note": HOSTILE}, [], json=True)
    out = capsys.readouterr().out
    assert json.loads(out) == {"note": HOSTILE}
    assert out.rstrip("\n").isprintable()


def test_what_blocks_a_session_keeps_its_key_in_json():
    done = Processed("ana", "s", Path("r"), Path("s"), 0, 0.0, "D", (), {}, "no running")
    assert vars_of(done)["complaint"] == "no running"
    assert "blocking_problem" not in vars_of(done)


@pytest.mark.parametrize(
    ("encoding", "printed"),
    [
        ("utf-8", "å −0.79°, 3\u202fg ± 1 走"),
        ("cp1252", "å -0.79°, 3 g ± 1 \\u8d70"),
        ("ascii", "\\xe5 -0.79 deg, 3 g +- 1 \\u8d70"),
    ],
)
def test_a_number_stays_one_where_its_signs_are_lacking(encoding, printed, monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    escape_unprintable()
    show({}, ["å −0.79°, 3\u202fg ± 1 走"], json=False)
    sys.stdout.flush()
    assert written.getvalue().decode(encoding) == f"{printed}\n"


def test_a_new_run_leads_to_its_report(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("pipelines.cli.output.keep_fresh", lambda _: None)
    done = Processed("ana", "s", Path("r"), Path("s"), 80, 60.0, "A", (), {}, "")
    for store, words in ((Path("store"), ""), (Path("my runs"), " --store 'my runs'")):
        show_recorded(done, store, json=True)
        assert capsys.readouterr().err == f"Next: midstance report ana last{words}\n"


def test_no_line_is_no_empty_line(capsys):
    show({}, [], json=False)
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no such file names there")
def test_a_file_of_a_hostile_name_is_one_harmless_line_on_any_terminal(tmp_path):
    (tmp_path / "\x1b[2Jå.raw.parquet").touch()
    code = "import sys; from pipelines import cli; cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "verify", str(tmp_path)],
        cwd=Path(__file__).resolve().parents[3],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"\\x1b[2J\\xe5.raw.parquet" in done.stdout
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
