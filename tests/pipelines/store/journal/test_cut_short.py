"""A journal whose writer is killed, or whose disk is full, keeps all that was synced."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pods.two_pod_header import HEADER

from pipelines.store.journal.reader import read_journal
from pipelines.store.journal.repair_interrupted import repair_interrupted
from pipelines.store.journal.writer import JournalWriter

REPOSITORY = Path(__file__).resolve().parents[4]


def append_many(out, count):
    for k in range(count):
        out.append(1, k, bytes(200))


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit there")
def test_a_full_disk_keeps_everything_before_and_goes_on_without_a_tear(tmp_path):
    import resource

    path = tmp_path / "a.journal"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with JournalWriter(path, HEADER) as out:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, hard))
        try:
            with pytest.raises(OSError, match=r"no space left .* now is kept: free some disk"):
                append_many(out, 100)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        kept = read_journal(path).packets[1]
        assert [packet.host_ns for packet in kept] == list(range(len(kept)))
        assert len(kept) >= 30
        out.append(1, len(kept) + 1, b"more")
        out.close(0)
    read = read_journal(path)
    assert [packet.host_ns for packet in read.packets[1]] == list(range(len(kept) + 2))
    assert read.damaged_bytes == 0


WRITER = """
import os, sys
from pathlib import Path
from tests_header import HEADER
from pipelines.store.journal.writer import JournalWriter
out = JournalWriter(Path(sys.argv[1]), HEADER)
k = 0
os.write(1, (0).to_bytes(4, "little"))
while True:
    for pod in (1, 2):
        out.append(pod, k, k.to_bytes(4, "little") * 60)
    k += 1
    if k % 5 == 0:
        out.sync()
        os.write(1, k.to_bytes(4, "little"))
"""


def killed_writer(path, after_s):
    """Run a writer, kill it, and return how many packets of each pod it reported as synced."""
    code = WRITER.replace(
        "from tests_header import HEADER",
        f"from pipelines.store.journal.format import Header, Pod\nHEADER = {HEADER!r}",
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, cwd=REPOSITORY
    ) as child:
        assert child.stdout.read(4) == bytes(4)
        time.sleep(after_s)
        child.kill()
        reported = child.stdout.read()
    complete = len(reported) // 4 * 4
    return int.from_bytes(reported[complete - 4 : complete], "little")


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not known there")
@pytest.mark.parametrize("after_s", [random.Random(5 + k).uniform(0.0, 0.2) for k in range(20)])
def test_kill_9_loses_nothing_that_was_synced(tmp_path, after_s):
    path = tmp_path / "a.journal"
    synced = killed_writer(path, after_s)
    read = repair_interrupted(path)
    assert read.closed
    for number in (1, 2):
        got = [packet.host_ns for packet in read.packets[number]]
        assert got == list(range(len(got)))
        assert len(got) >= synced
