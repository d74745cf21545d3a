"""`midstance` alone in a terminal: at most five lines that say what to type next."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from pods.short_journal import journal, processed

from pipelines import cli
from pipelines.cli.front_door import next_steps
from pipelines.store.files import session_files
from pipelines.store.journal.reader import read_header
from pipelines.store.journal.writer import JournalWriter

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pipelines.cli.called.which", lambda name: name)
    return tmp_path


def said():
    """The lines, each command in them understood by typer."""
    lines = next_steps()
    assert 0 < len(lines) <= 5
    assert max(map(len, lines)) <= 110
    group = typer.main.get_command(cli.app)
    for line in lines:
        words = shlex.split(line, comments=True)
        if line.startswith("  midstance "):
            assert group.commands[words[1]].make_context(words[1], words[2:])
    assert lines[-1] == "All commands: midstance --help"
    return "\n".join(lines)


def raw(store, session):
    path = session_files(store, "ana", session).raw
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_in_an_empty_folder_it_leads_to_the_demo_a_virtual_run_and_the_doctor():
    words = said()
    assert "midstance demo " in words
    assert "midstance record ana --virtual " in words
    assert "midstance doctor " in words
    Path("store").mkdir()
    assert said() == words, "a store that holds nothing is none"
    demo = Path("midstance-demo", "store")
    processed(demo, journal(demo, "ana", "2026-11-20-aaaa", closed=True))
    assert "2026-11-20-aaaa of ana" in said(), "and it hides no other"


def test_an_interrupted_recording_comes_before_all_else():
    processed(Path("store"), journal(Path("store"), "ana", "2026-11-20-aaaa", closed=True))
    raw(Path("store"), "2026-11-23-dddd")
    journal(Path("store"), "ana", "2026-11-22-a1b2")
    assert "1 recording in store, 2026-11-22-a1b2 of ana: interrupted." in said()
    assert "midstance recover " in said()
    journal(Path("store"), "ben", "2026-11-23-a1b2")
    assert "2 recordings in store, the last 2026-11-23-a1b2 of ben: interrupted." in said()


def test_one_that_is_being_recorded_is_not_called_interrupted():
    path = journal(Path("store"), "ana", "2026-11-22-a1b2")
    with JournalWriter(path, read_header(path), go_on=True):
        assert "2026-11-22-a1b2 of ana is being recorded into store" in said()


def test_runs_without_stances_are_to_be_processed_with_what_finds_them():
    store = Path("store")
    one = raw(store, "2026-11-22-a1b2")
    assert "1 run in store, 2026-11-22-a1b2 of ana: not processed yet." in said()
    assert f"midstance process {one} " in said()
    raw(store, "2026-11-23-a1b2")
    assert "2 runs in store, the last 2026-11-23-a1b2 of ana: not processed yet." in said()
    assert "midstance process store " in said()
    journal(store, "ana", "2026-11-24-a1b2", closed=True)
    assert "midstance recover " in said()


def test_a_processed_run_leads_to_its_report_and_to_the_browser():
    store = Path("virtual-store")
    processed(store, journal(store, "ben", "2026-11-20-aaaa", closed=True))
    words = said()
    assert "1 run in virtual-store, 2026-11-20-aaaa of ben." in words
    assert "midstance report ben last --store virtual-store " in words
    assert "midstance serve virtual-store " in words
    assert "midstance record ben --virtual " in words, "no pod was needed until now"
    for word in ("ffff", "bbbb"):
        processed(store, journal(store, "ben", f"2026-11-21-{word}", closed=True))
    assert "3 runs in virtual-store, the last on 2026-11-21." in said()


def test_a_recording_that_was_ended_before_a_packet_came_asks_for_nothing():
    journal(Path("store"), "ana", "2026-11-22-a1b2", packets=0, closed=True)
    assert "There is no run here yet." in said()
    damaged = journal(Path("store"), "ana", "2026-11-23-a1b2", packets=0, closed=True)
    data = bytearray(damaged.read_bytes())
    data[20] ^= 4
    damaged.write_bytes(data)
    assert "2026-11-23-a1b2 of ana: not processed yet." in said()


def test_a_store_of_an_earlier_version_is_to_be_moved():
    Path("store", "athlete=ana").mkdir(parents=True)
    assert "run midstance migrate store, which loses nothing." in said()


def test_in_a_terminal_it_says_what_next_and_elsewhere_what_it_can_do(here):
    pytest.importorskip("pty", reason="there are no pseudo terminals here")
    code = "import pty, sys; pty.spawn([sys.executable, '-m', 'pipelines.cli'])"
    command = [sys.executable, "-c", code]
    env = {"PYTHONPATH": str(ROOT), "TERM": "dumb"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=here, env=env)
    assert "There is no run here yet." in done.stdout
    assert "Usage:" not in done.stdout
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli"],
        **{"capture_output": True, "text": True, "check": True, "cwd": here, "env": env},
    )
    assert done.stdout.startswith("Usage: midstance ")
