"""Killed workers cost no session, and a killed batch goes on: in the end the same bytes."""

import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from as_a_user.many_processes import batch_process, contents, workers_of

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="processes are found by Linux's /proc"
)


def kill_half_way(root, workers, rng):
    """Kill a batch at some moment, and wait for its workers, which end by themselves."""
    process = batch_process(root, "--workers", workers)
    wanted = rng.randrange(4)
    while process.poll() is None and len(list(root.glob("stances/*/2*"))) < wanted:
        time.sleep(0.01)
    left = workers_of(process.pid)
    process.kill()
    process.communicate()
    while any(Path(f"/proc/{one}").exists() for one in left):
        time.sleep(0.05)


def kill_workers(process, rng):
    """Kill two workers of a batch, one as it starts and one at some moment, if it lasts so long."""
    kills = 0
    while process.poll() is None and kills < 2:
        if workers := workers_of(process.pid):
            time.sleep(rng.uniform(0.0, 1.5 if kills else 0.3))
            with suppress(ProcessLookupError):
                os.kill(rng.choice(workers), signal.SIGKILL)
                kills += 1
        time.sleep(0.01)
    return kills


@pytest.mark.faults
@pytest.mark.campaign(short=1, long=40)
def test_killed_batches_and_killed_workers_end_with_the_same_bytes(seed, unprocessed, computed):
    rng, workers = random.Random(seed), 1 + seed % 2
    kill_half_way(unprocessed, workers, rng)
    for place, content in contents(unprocessed).items():
        hidden = place.rpartition("/")[2].startswith(".")
        # What was being written is whole or hidden; the table of sessions had fewer rows.
        assert hidden or place.startswith("sessions/") or content == computed[place]
    again = batch_process(unprocessed, "--workers", workers)
    kills = kill_workers(again, rng)
    _, said = again.communicate(timeout=240)
    assert again.returncode == 0, said
    assert kills
    assert contents(unprocessed) == computed
