"""A store that can only be read is read by everything that reads, and nothing is half written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from runs.store_files import ALL

from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.demo.past import true_pods
from pipelines.process.session import process_raw
from pipelines.store.files import session_files
from pipelines.store.tables.raw_file import RawSession, write_raw

ROOT = Path(__file__).resolve().parents[2]
BEGAN = "2026-11-22T08:30:00+00:00"
SESSION = "2026-11-22-a1b2"
# Permissions do not hold the administrator back, unless that power is given up (capset, Linux).
UNPRIVILEGED = """
import ctypes, os, sys
if os.geteuid() == 0:
    system = ctypes.CDLL(None, use_errno=True)
    head, powers = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert system.capget(head, powers) == 0
    powers[0] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert system.capset(head, powers) == 0
"""
COMMAND = UNPRIVILEGED + "from pipelines.cli import main; main()"
QUERY = (
    UNPRIVILEGED
    + """
from pipelines import store
opened = store.open(sys.argv[1])
print(len(opened.stances()), len(opened.sessions("ana")))
print(opened.sql("select count(*) n from stances join sessions using (session)")["n"].tolist()[0])
"""
)


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """A store with one session and without a catalogue, in folders that cannot be written."""
    script = (Stand(12.0), Run(12.0, speed_mps=3.0), Stand(2.0))
    simulation = simulate(Runner(), script, seed=3, pods=realistic(3), rate_hz=200.0)
    root = tmp_path_factory.mktemp("locked") / "store"
    files = session_files(root, "ana", SESSION)
    source = {"kind": "simulation", "name": "x", "sha256": "00"}
    write_raw(files, RawSession(BEGAN, true_pods(simulation), source))
    process_raw(files.raw)
    folders = (*(files.table(kind).parent for kind in ALL), *root.iterdir(), root)
    folders = [folder for folder in folders if folder.is_dir()]
    for folder in folders:
        folder.chmod(0o555)
    yield root
    for folder in folders:
        folder.chmod(0o755)


def run(code, *words):
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def content(root):
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted(root.rglob("*"))
    }


pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise on Windows"),
    pytest.mark.skipif(
        sys.platform != "linux" and os.name != "nt" and os.geteuid() == 0,
        reason="the administrator of this system is not held back by permissions",
    ),
]


def test_stances_sessions_and_sql_of_a_store_that_cannot_be_written(locked):
    before = content(locked)
    done = run(QUERY, locked)
    assert (done.returncode, done.stderr) == (0, "")
    stances, sessions, joined = map(int, done.stdout.split())
    assert (stances, sessions, joined) == (stances, 1, stances)
    assert stances > 10
    assert content(locked) == before


def test_verify_and_report_of_a_store_that_cannot_be_written(locked, tmp_path):
    before = content(locked)
    done = run(COMMAND, "verify", locked)
    assert (done.returncode, done.stderr) == (0, "")
    done = run(COMMAND, "report", "ana", "--store", locked, "--out", tmp_path / "r.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert "</html>" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert content(locked) == before


@pytest.mark.parametrize("what", ["process", "report into it"])
def test_what_would_write_there_is_one_sentence_and_leaves_nothing(locked, what):
    before = content(locked)
    raw = session_files(locked, "ana", SESSION).raw
    if what == "process":
        done = run(COMMAND, "process", raw)
    else:
        done = run(COMMAND, "report", "ana", "--store", locked, "--out", locked / "r.html")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "the folder is read-only; make it writable or name another" in done.stderr
    assert content(locked) == before


def test_the_doctor_says_that_nothing_can_be_recorded_into_it_and_changes_nothing(locked):
    before = content(locked)
    done = run(COMMAND, "doctor", "--no-scan", "--store", locked)
    assert done.returncode == 1
    disk = next(line for line in done.stdout.splitlines() if " disk " in line)
    assert disk.startswith("wrong ")
    assert "the folder is read-only; make it writable or name another" in disk
    assert "disk" in done.stderr
    assert content(locked) == before


def test_a_file_and_a_folder_that_may_not_be_read_cost_themselves(locked):
    (locked / "stances").chmod(0o755)
    folder = locked / "stances" / "athlete=ben"
    folder.mkdir()
    stances = session_files(locked, "ana", SESSION).stances
    hidden = locked / "stances" / "athlete=ana" / "2026-11-23-ffff.stances.parquet"
    hidden.parent.chmod(0o755)
    hidden.write_bytes(stances.read_bytes())
    for path in (folder, hidden):
        path.chmod(0)
    try:
        done = run(QUERY, locked)
        ended = run(COMMAND, "verify", locked)
        again = run(COMMAND, "process", locked)
    finally:
        hidden.chmod(0o644)
        hidden.unlink()
        folder.chmod(0o755)
        folder.rmdir()
        hidden.parent.chmod(0o555)
        (locked / "stances").chmod(0o555)
    assert done.returncode == 0, done.stderr
    for path in (folder, hidden):
        assert f"left out: {path} cannot be opened (permission denied)" in done.stderr
        assert f"{path} cannot be opened (permission denied)" in ended.stdout
    assert f"left out: {folder} cannot be opened (permission denied)" in again.stderr
    assert f"{stances}: " in ended.stdout
    assert ended.returncode == 1
