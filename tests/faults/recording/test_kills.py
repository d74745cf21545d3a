"""Kills, full disks and two at once: what was reported kept is kept, and nothing is half done."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("bumble")
from firmware_protocols.orp_v1.gatt import Channel
from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.capture.interrupted.recover import recover
from pipelines.demo.live import record_day
from pipelines.demo.scenario import Day
from pipelines.process.from_journal.decode_journal import received
from pipelines.process.from_journal.journal import process_journal
from pipelines.store.files import session_files
from pipelines.store.journal.format import journal_path
from pipelines.store.journal.reader import read_journal
from pipelines.store.tables.stance_file import read_stances
from pipelines.store.upkeep.pending import unfinished
from pipelines.store.upkeep.verify import verify

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills and limits are of Unix")

ROOT = Path(__file__).resolve().parents[3]
SESSION = "2026-11-22-a1b2"
SECONDS = 300.0

RECORDER = """
import asyncio, os, sys
from pathlib import Path
sys.path[:0] = ["tests/faults/recording", "tests/helpers"]
from conftest import noisy_pods, recorded
def tell(pods):
    os.write(1, min(pod.received for pod in pods).to_bytes(4, "little"))
store, limit = Path(sys.argv[1]), int(sys.argv[2])
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    recorded(store, noisy_pods(300.0), seconds=300.0, on_health=tell)
except OSError as error:
    sys.exit(str(error))
"""

PROCESSOR = """
import os, sys
from pathlib import Path
import imu, pyarrow.parquet, imu.analysis
from pipelines.capture.interrupted.recover import recover
from pipelines.process.from_journal.journal import process_journal
journal, store, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
os.write(1, b"x")
try:
    recover(journal)
    process_journal(journal, store)
except OSError as error:
    sys.exit(str(error))
"""


def child(script, *words):
    words = [sys.executable, "-c", script, *map(str, words)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)


@pytest.fixture(scope="module")
def pods(noisy_pods):
    return {pod.placement: pod for pod in noisy_pods(SECONDS)}


@pytest.fixture
def assert_kept(tmp_path, pods, positions):
    """Return a check that the journal gives back at least `reported` samples of each pod."""

    def check(reported):
        path = journal_path(tmp_path, "ana", SESSION)
        recover(path)
        journal = read_journal(path)
        for number, worn in journal.header.pods.items():
            frames = [p.payload for p in journal.packets[number] if p.channel == Channel.STREAM]
            true = np.concatenate(positions(pods[worn.placement], frames))
            assert (np.diff(true) == 1).all()
            assert len(true) >= reported
        raw = received(journal).pods
        assert all(len(raw[place].samples) >= reported for place in raw)

    return check


@pytest.mark.campaign(short=1, long=8)
def test_kill_9_of_the_recorder_loses_nothing_it_reported(tmp_path, seed, assert_kept):
    rng = np.random.default_rng(seed)
    with child(RECORDER, tmp_path, 0) as recorder:
        while int.from_bytes(recorder.stdout.read(4), "little") < 200:
            assert recorder.poll() is None
        time.sleep(rng.uniform(0.0, 1.5))
        recorder.kill()
        said = recorder.stdout.read()
    reported = said[: len(said) // 4 * 4][-4:]
    assert_kept(max(200, int.from_bytes(reported, "little")))


@pytest.mark.campaign(short=1, long=8)
def test_a_disk_full_at_any_moment_ends_the_recording_with_all_that_was_reported(
    tmp_path, seed, assert_kept
):
    limit = int(np.random.default_rng(seed).integers(40_000, 1_000_000))
    with child(RECORDER, tmp_path, limit) as recorder:
        said, why = recorder.communicate()
    assert b"no space left for" in why
    assert why.count(b"\n") == 1
    assert_kept(int.from_bytes(said[-4:], "little"))


def test_a_second_recorder_of_one_session_is_refused_and_harms_nothing(tmp_path, assert_kept):
    with child(RECORDER, tmp_path, 0) as first:
        while int.from_bytes(first.stdout.read(4), "little") < 200:
            assert first.poll() is None
        with child(RECORDER, tmp_path, 0) as second:
            _, why = second.communicate()
        assert b"already exists; choose another session" in why
        with pytest.raises(OSError, match="still being recorded; stop that recording first"):
            recover(journal_path(tmp_path, "ana", SESSION))
        first.kill()
        said = first.stdout.read()
    assert_kept(max(200, int.from_bytes(said[: len(said) // 4 * 4][-4:], "little")))


# --- processing ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A journal of a short run, and what comes of it when nothing happens."""
    script = (Stand(6.0), Run(14.0, speed_mps=3.0))
    simulation = simulate(Runner(), script, seed=5, pods=realistic(5), rate_hz=200.0)
    root = tmp_path_factory.mktemp("run")
    day = Day(datetime(2026, 11, 22, 8, 30, tzinfo=UTC), "a1b2", simulation)
    journal = record_day(day, root, athlete="ana", session=SESSION)
    return journal.read_bytes(), process_journal(journal, root)


@pytest.fixture
def journal(run, tmp_path):
    path = journal_path(tmp_path, "ana", SESSION)
    path.parent.mkdir(parents=True)
    path.write_bytes(run[0])
    return path


def assert_as_if_nothing_happened(journal, store, run):
    """Whatever is there is sound, and one more call makes it complete and equal."""
    if list(store.glob("*/athlete=*/*.parquet")):
        assert not [problem for file in verify(store) for problem in file.problems]
    if unfinished(store):
        assert unfinished(store) == [journal]
        done = process_journal(journal, store)
        paths = {"raw_path": done.raw_path, "stances_path": done.stances_path}
        assert done == replace(run[1], **paths)
    files = session_files(store, "ana", SESSION)
    frame, expected = (read_stances(path).frame for path in (files.stances, run[1].stances_path))
    pd.testing.assert_frame_equal(frame, expected)
    assert journal.read_bytes() == run[0]


@pytest.mark.campaign(short=1, long=10)
def test_kill_9_of_processing_leaves_nothing_half_done(tmp_path, seed, journal, run):
    with child(PROCESSOR, journal, tmp_path, 0) as processor:
        assert processor.stdout.read(1) == b"x"
        time.sleep(np.random.default_rng(seed).uniform(0.0, 0.8))
        processor.kill()
    assert_as_if_nothing_happened(journal, tmp_path, run)


@pytest.mark.campaign(short=1, long=6)
def test_a_disk_full_at_any_moment_of_processing_leaves_nothing_half_done(
    tmp_path, seed, journal, run
):
    limit = int(np.random.default_rng(seed).integers(100, run[1].raw_path.stat().st_size))
    with child(PROCESSOR, journal, tmp_path, limit) as processor:
        _, why = processor.communicate()
    assert why.startswith(b"no space left for") or not why
    assert not list(tmp_path.rglob(".*.tmp"))
    assert_as_if_nothing_happened(journal, tmp_path, run)


@pytest.mark.campaign(short=1, long=3)
def test_two_that_process_one_journal_at_once_store_it_once(tmp_path, seed, journal, run):
    both = [child(PROCESSOR, journal, tmp_path, 0) for _ in range(2)]
    said = []
    for one in both:
        with one:
            said.append(one.communicate()[1])
    assert b"" in said
    assert all(b"already exists" in words or not words for words in said)
    assert_as_if_nothing_happened(journal, tmp_path, run)
