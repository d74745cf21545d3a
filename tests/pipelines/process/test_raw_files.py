"""A raw file becomes stances, again and again, and is never touched by it."""

import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest
from runs.store_files import ALL, kinds_of
from runs.virtual_days import SESSION, STARTED, a_day, keep_true

from imu.simulation import Bend, Run, Stand, Walk
from pipelines.demo.past import true_pods
from pipelines.process.session import process_raw
from pipelines.store.files import session_files
from pipelines.store.tables.raw_file import RawSession, write_raw
from pipelines.store.tables.stance_file import read_header, read_stances
from pipelines.store.upkeep.verify import verify

ROOT = Path(__file__).resolve().parents[3]


def test_processing_again_replaces_the_stances_and_not_the_samples(day, tmp_path):
    files = keep_true(day, tmp_path)
    first = process_raw(files.raw)
    before = files.raw.read_bytes()
    files.stances.write_bytes(b"damaged")
    assert process_raw(files.raw) == first
    assert files.raw.read_bytes() == before
    assert len(pd.read_parquet(files.stances)) == first.stances


def test_a_declared_movement_is_used_again_until_it_is_forgotten(tmp_path):
    files = keep_true(a_day(Stand(6.0), Bend(), Stand(4.0), Run(12.0)), tmp_path)

    def notes(**declared):
        process_raw(files.raw, **declared)
        return read_header(files.stances)["alignment"]["pelvis"]["notes"]

    assert notes() == []
    assert notes(functional_s=(6.0, 16.0))[0].startswith("left-right axis taken from the movement")
    assert notes()[0].startswith("left-right axis taken from the movement declared from 6 to 16 s")
    assert notes(functional_s=(0.0, 0.0)) == notes() == []


def test_a_declared_movement_that_tells_nothing_is_said(day, tmp_path):
    files = keep_true(day, tmp_path)
    plain, done = process_raw(files.raw), process_raw(files.raw, functional_s=(2.0, 10.0))
    assert done.grade == plain.grade
    said = [reason for reason in done.reasons if reason not in plain.reasons]
    assert len(said) == 3
    assert said[0].startswith("pelvis: the movement declared from 2 to 10 s is not used: ")
    with pytest.raises(ValueError, match="a movement from 2 to 900 s cannot be used; give the"):
        process_raw(files.raw, functional_s=(2.0, 900.0))


def test_any_executor_can_process(day, tmp_path):
    paths = [keep_true(day, tmp_path, session=f"2026-11-2{k}-a1b2").raw for k in (2, 3)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        done = list(executor.map(process_raw, paths))
    assert [one.session for one in done] == ["2026-11-22-a1b2", "2026-11-23-a1b2"]
    assert pickle.loads(pickle.dumps(done[0])) == done[0]
    assert done[0].stances == done[1].stances > 50


def test_walking_only_is_kept_and_said_in_one_sentence(tmp_path):
    files = keep_true(a_day(Stand(3.0), Walk(10.0)), tmp_path)
    done = process_raw(files.raw)
    assert done.stances == 0
    assert done.blocking_problem.startswith("no running was found in the 13 s of 2026-11-22-a1b2; ")
    assert "\n" not in done.blocking_problem
    read = read_stances(files.stances)
    assert len(read.frame) == 0
    assert "contact_time_s" in read.frame
    assert "running" not in read.header["bouts"]["gait"]
    assert all(not file.problems for file in verify(tmp_path))


def test_what_cannot_be_analysed_keeps_its_samples_and_says_where(day, tmp_path):
    pods = {
        place: replace(pod, scale=replace(pod.scale, acc_mps2=pod.scale.acc_mps2 / 10))
        for place, pod in true_pods(day.simulation).items()
    }
    files = session_files(tmp_path, "ana", SESSION)
    write_raw(files, RawSession(STARTED.isoformat(), pods, {"sha256": "00"}))
    with pytest.raises(ValueError, match=r"not near 9\.81.* \(what was recorded is kept in "):
        process_raw(files.raw)
    assert files.raw.exists()
    assert not files.stances.exists()


@pytest.mark.skipif(os.name == "nt", reason="limits on file size are a Unix thing")
def test_a_disk_that_fills_up_while_processing_loses_nothing(day, tmp_path):
    files = keep_true(day, tmp_path)
    process_raw(files.raw)
    before = [files.table(kind).read_bytes() for kind in ALL]
    script = """
import resource, sys
from pathlib import Path
from pipelines.process.session import process_raw
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    process_raw(Path(sys.argv[1]))
except OSError as error:
    print(error)
"""
    said = subprocess.run(
        [sys.executable, "-c", script, str(files.raw)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    assert said.startswith(f"no space left for {files.stances}; free some disk space")
    assert [files.table(kind).read_bytes() for kind in ALL] == before
    assert kinds_of(files) == ALL


def test_processing_does_not_load_pandas(files):
    """It is 40 MB of memory; a worker needs it for no session."""
    script = """
import sys
from pathlib import Path
from pipelines.process.session import process_raw
print(process_raw(Path(sys.argv[1])).stances, "pyarrow" in sys.modules, "pandas" in sys.modules)
"""
    command = [sys.executable, "-c", script, str(files.raw)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert said.split() == [str(len(read_stances(files.stances).frame)), "True", "False"]


def test_left_and_right_from_the_pelvis_alone_are_said_to_be_and_how_sure(day, tmp_path):
    session = RawSession(day.started.isoformat(), true_pods(day.simulation), {"sha256": "00"})
    alone = replace(session, pods={"pelvis": session.pods["pelvis"]})
    files = session_files(tmp_path, "ana", SESSION)
    write_raw(files, alone)
    done = process_raw(files.raw)
    assert done.reasons[-1].startswith("left and right come from the pelvis alone; ")
    assert done.reasons[-1].endswith(" % of steps agree")
    assert done.grade == "B", "a remark is no trouble of its own"
    complete = process_raw(keep_true(day, tmp_path / "complete").raw)
    assert not any("come from the pelvis" in reason for reason in complete.reasons)
