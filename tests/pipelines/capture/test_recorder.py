"""A run is recorded sample by sample, whatever happens to links, disk and program meanwhile."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from pods.recorded_pods import ORP_RIG as RIG
from pods.recorded_pods import SESSION, decoded_pods
from pods.recorded_pods import orp_recorded as recorded

from firmware_protocols.orp_v1 import PROTOCOL
from imu.recording.timebase import session_time_s
from pipelines.capture.interrupted.recover import recover
from pipelines.capture.recorder import stopping_on_signals
from pipelines.store.files import session_files
from pipelines.store.journal.format import journal_path
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.context import RunContext
from pipelines.store.stated.context_file import change_context, read_context
from pipelines.store.upkeep.verify import verify


def assert_bit_exact(pod, samples):
    """Every sample is the one the pod took at that device time."""
    first = np.searchsorted(pod.samples["device_us"], samples["device_us"][0])
    at = first + samples["index"] - samples["index"][0]
    np.testing.assert_array_equal(samples["acc_lsb"], pod.samples["acc_lsb"][at])
    np.testing.assert_array_equal(samples["gyr_lsb"], pod.samples["gyr_lsb"][at])
    assert np.abs(samples["device_us"] - pod.samples["device_us"][at]).max() <= 2
    return at


def test_three_pods_are_recorded_bit_for_bit_without_a_lost_sample(tmp_path, make_pods):
    pods, health = make_pods(45), []
    path = recorded(tmp_path, pods, seconds=40, health=health)
    said, journal = decoded_pods(path)
    assert path == journal_path(tmp_path, "ana", SESSION)
    assert journal.closed
    assert journal.damaged_bytes == 0
    assert journal.header.started_utc == "2026-11-22T07:00:00+00:00"
    assert [pod.placement for pod in journal.header.pods.values()] == list(RIG)
    for pod in pods:
        decoded = said[pod.name]
        at = assert_bit_exact(pod, decoded.samples)
        assert (decoded.lost, decoded.trouble) == (0, {})
        assert len(decoded.samples) > 34 * 200
        assert pod.true_time_s[at[-1]] > 40.0  # what was left in the pod came before its goodbye
        time_s, clock = session_time_s(decoded.samples, decoded.arrival, pod=pod.name)
        late_s = time_s - pod.true_time_s[at]
        assert late_s.min() > 0.0
        assert late_s.max() < 0.010
        assert clock.uncertainty_s < 0.005
    assert len(health) >= 39
    for pod in health[-2]:
        assert (pod.state, pod.lost, pod.note, pod.battery_pct) == ("recording", 0, "", 90)
        assert pod.rate_hz == pytest.approx(200, rel=1e-3)
        assert pod.cadence_spm == pytest.approx(170, rel=0.03)
        assert pod.clipped_pct == 0
        assert pod.age_s < 0.5


def test_what_is_stated_is_there_from_the_first_sample_and_may_be_changed_meanwhile(
    tmp_path, make_pods
):
    files, seen = session_files(tmp_path, "ana", SESSION), []

    async def add(*_):
        await asyncio.sleep(2)
        seen.append(read_context(files))
        change_context(files, {"tags": ["easy"]})

    recorded(tmp_path, make_pods(8), seconds=5, stated={"shoes": "old"}, meanwhile=add)
    assert seen == [RunContext(shoes="old")]
    assert read_context(files) == RunContext(shoes="old", tags=("easy",))
    assert [one.notes for one in verify(files.context)] == [()]


def test_without_a_rig_the_names_of_the_pods_decide(tmp_path, make_pods):
    said, journal = decoded_pods(recorded(tmp_path, make_pods(8), seconds=5, rig={}))
    worn = {pod.name: pod.placement for pod in journal.header.pods.values()}
    assert worn == {"ORP-PEL": "pelvis", "ORP-LSH": "shank_left", "ORP-RSH": "shank_right"}
    assert all(decoded.lost == 0 for decoded in said.values())


def test_a_lost_link_costs_the_others_nothing_and_is_taken_up_again(tmp_path, make_pods):
    async def kill(air, *_):
        await asyncio.sleep(12)
        air.kill_link["ORP-LSH"]()

    pods, health = make_pods(35), []
    said, journal = decoded_pods(
        recorded(tmp_path, pods, seconds=30, meanwhile=kill, health=health)
    )
    assert [decoded.lost for decoded in said.values()] == [0, 0, 0], "fetched from its ring"
    back = said["ORP-LSH"]
    assert back.samples["device_us"][-1] > pods[1].samples["device_us"][28 * 200]
    for pod in pods:
        assert_bit_exact(pod, said[pod.name].samples)
    kinds = [(event["kind"], event["pod"]) for event in journal.events]
    assert kinds.count(("lost", 2)) == 1
    assert kinds.count(("started", 2)) == 2
    assert [kind for kind, _ in kinds].count("stopped") == 3
    assert {pod.state for pod in health[-2]} == {"recording"}
    assert (health[-2][1].lost, health[-2][0].fetched) == (0, 0)
    assert 0 < health[-2][1].fetched < 4 * 200


def test_a_pod_that_never_comes_back_does_not_hold_up_the_end(tmp_path, make_pods):
    async def keep_killing(air, *_):
        await asyncio.sleep(10)
        while True:
            air.kill_link["ORP-PEL"]()
            await asyncio.sleep(0.05)

    pods, health = make_pods(35), []
    path = recorded(tmp_path, pods, seconds=30, meanwhile=keep_killing, health=health)
    said, journal = decoded_pods(path)
    assert journal.closed
    assert said["ORP-LSH"].lost == said["ORP-RSH"].lost == 0
    assert len(said["ORP-LSH"].samples) > 26 * 200
    assert len(said["ORP-PEL"].samples) < 11 * 200
    assert health[27][0].state in ("lost", "connecting")
    assert health[27][0].rate_hz is None
    assert health[27][0].age_s > 15
    last = [event for event in journal.events if event["kind"] == "lost"][-1]
    assert last["reason"]


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit there")
def test_a_full_disk_ends_the_recording_and_keeps_everything_synced(tmp_path, make_pods):
    import resource

    health = []
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, hard))
    try:
        with pytest.raises(OSError, match=r"no space left .* until now is kept: free some disk"):
            recorded(tmp_path, make_pods(45), seconds=40, health=health)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    path = journal_path(tmp_path, "ana", SESSION)
    assert not read_journal(path).closed
    recover(path)
    said, journal = decoded_pods(path)
    assert journal.closed
    assert [decoded.lost for decoded in said.values()] == [0, 0, 0]
    for pod in health[-1]:
        assert len(said[pod.name].samples) >= pod.received > 1000


def test_ctrl_c_stops_the_pods_and_closes_the_journal(tmp_path, make_pods):
    async def interrupt(air, stop, task):
        with stopping_on_signals(stop):
            await asyncio.sleep(6)
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)

    _, journal = decoded_pods(recorded(tmp_path, make_pods(45), seconds=40, meanwhile=interrupt))
    assert journal.closed
    assert [event["kind"] for event in journal.events].count("stopped") == 3
    assert max(packets[-1].host_ns for packets in journal.packets.values()) < 8e9


def test_cancelling_stops_the_pods_and_closes_the_journal_too(tmp_path, make_pods):
    async def cancel(air, stop, task):
        await asyncio.sleep(6)
        task.cancel()

    with pytest.raises(asyncio.CancelledError):
        recorded(tmp_path, make_pods(45), seconds=40, meanwhile=cancel)
    journal = read_journal(journal_path(tmp_path, "ana", SESSION))
    assert journal.closed
    assert [event["kind"] for event in journal.events].count("stopped") == 3


def test_trouble_in_showing_the_health_does_not_cost_the_journal(tmp_path, make_pods):
    def broken(pods):
        if all(pod.received for pod in pods):
            raise RuntimeError("the terminal went away")

    with pytest.raises(RuntimeError, match="the terminal went away"):
        recorded(tmp_path, make_pods(15), seconds=10, on_health=broken)
    said, journal = decoded_pods(journal_path(tmp_path, "ana", SESSION))
    assert journal.closed
    assert all(len(decoded.samples) for decoded in said.values())


def test_a_session_that_exists_is_refused_before_anything_is_scanned(tmp_path, make_pods):
    path = recorded(tmp_path, make_pods(8), seconds=5)
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="already exists"):
        recorded(tmp_path, [], seconds=5)
    assert path.read_bytes() == before


CHILD = """
import asyncio, os, sys
from pathlib import Path
sys.path[:0] = [str(Path("tests/pipelines/capture")), str(Path("tests/helpers"))]
from conftest import running_pods
from pipelines.capture.recorder import record
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

def tell(pods):
    os.write(1, min(pod.received for pod in pods).to_bytes(4, "little"))

async def main():
    async with virtual_radio(running_pods(3600)) as air:
        await record(
            air.radio, {}, Path(sys.argv[1]), athlete="ana", session=sys.argv[2],
            stop=asyncio.Event(), on_health=tell, clock_ns=loop_clock_ns,
            stated={"shoes": "blue pair", "pain": {"knee": 3}},
        )

run_virtual(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not known there")
@pytest.mark.parametrize("after_s", [random.Random(k).uniform(0.0, 0.3) for k in range(20)])
def test_kill_9_of_the_recorder_loses_nothing_it_had_synced(tmp_path, after_s):
    command = [sys.executable, "-c", CHILD, str(tmp_path), SESSION]
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as child:
        while int.from_bytes(child.stdout.read(4), "little") < 200:
            assert child.poll() is None
        time.sleep(after_s)
        child.kill()
        reported = child.stdout.read()
    complete = len(reported) // 4 * 4
    synced = int.from_bytes(reported[complete - 4 : complete], "little")
    recovered = recover(journal_path(tmp_path, "ana", SESSION))
    assert recovered.closed
    known = read_context(session_files(tmp_path, "ana", SESSION))
    assert known == RunContext(shoes="blue pair", pain={"knee": 3.0})
    for packets in recovered.packets.values():
        decoded = PROTOCOL.decode(packets)
        assert decoded.lost == 0
        assert len(decoded.samples) >= max(synced, 200)
