"""`midstance` as a user's process, through bleak's own BlueZ code, with pods of another process."""

import asyncio
import os
import re
import signal
import sys

import numpy as np
import pytest

pytest.importorskip("dbus_fast")

from as_a_user.user_process import ROOT, midstance
from bluez.lookalike import bluez
from pods.kept_frames import frames_kept, only, positions

from firmware_protocols.orp_v1.gatt import CHANNELS, Channel
from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.demo.live import virtual_pods
from pipelines.radio.virtual.link_timing import Air
from pipelines.store.journal.reader import read_journal
from pipelines.store.tables.raw_file import read_raw

QUICK = Air(interval_s=0.0075, missed=0.02, jitter_s=0.001)
ENV = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests" / "helpers")))}
STREAM = CHANNELS[Channel.STREAM]
SCRIPT = (Stand(2.0), Run(120.0, speed_mps=3.0))


@pytest.fixture(scope="module")
def runner():
    """The pods of a runner, who runs longer than any of these tests."""
    simulation = simulate(Runner(), SCRIPT, seed=5, pods=realistic(5), rate_hz=200.0)
    return virtual_pods(simulation)


def sampled(air, pod):
    """Return how many samples of `pod` have gone to the bus so far."""
    return sum((len(frame) - 16) // 12 for frame in air.sent_by(pod, STREAM))


def all_sampled(air, pods, seconds):
    return lambda: all(sampled(air, pod) >= seconds * 200 for pod in pods)


def assert_stored(raw, pod, true):
    """The session holds these samples of `pod` and no others."""
    samples = raw.pods[pod.placement].samples
    np.testing.assert_array_equal(samples["acc_lsb"], pod.samples["acc_lsb"][true])
    np.testing.assert_array_equal(samples["gyr_lsb"], pod.samples["gyr_lsb"][true])


def test_scan_lists_the_pods_of_a_process_beside(runner):
    async def main():
        pods = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bluez", "10"),
            cwd=ROOT,
            env=ENV,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            export = (await pods.stdout.readline()).decode()
            address = export.removeprefix("export DBUS_SYSTEM_BUS_ADDRESS=").strip()
            scanned = await (await midstance(address, "scan", "--seconds", 3)).ended()
        finally:
            pods.send_signal(signal.SIGINT)
            await pods.communicate()
        return scanned, pods.returncode

    (code, said, complained), pods_code = asyncio.run(main())
    assert (code, complained, pods_code) == (0, "", 0)
    expected = [f"{pod.name}  orp_v1  {pod.address}  -50 dBm" for pod in runner]
    assert sorted(said.splitlines()) == sorted(expected)


def test_record_keeps_every_sample_until_ctrl_c_and_processes_them(runner, tmp_path):
    async def main():
        async with bluez(runner, air=QUICK) as air:
            recorder = await midstance(air.bus_address, "record", "ana", "--store", tmp_path)
            await recorder.until(all_sampled(air, runner, seconds=7))
            recorder.send(signal.SIGINT)
            return air, await recorder.ended()

    air, (code, said, complained) = asyncio.run(main())
    assert code == 0, complained
    assert re.match(r"ana \S+: \d\d stances, grade", said)
    journal = read_journal(only(tmp_path, "*.journal"))
    raw = read_raw(only(tmp_path, "*.raw.parquet"))
    assert journal.closed
    for pod in runner:
        sent = air.sent_by(pod, STREAM)
        assert frames_kept(journal, pod) == sent
        true = positions(pod, sent)
        assert (np.diff(true) == 1).all()
        assert_stored(raw, pod, true)


def test_kill_9_loses_nothing_received_and_the_pods_are_found_again(runner, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"

    async def main():
        async with bluez(runner, air=QUICK) as air:
            recorder = await midstance(air.bus_address, "record", "ana", "--store", first)
            await recorder.until(all_sampled(air, runner, seconds=3))
            before = read_journal(only(first, "*.journal"))
            recorder.send(signal.SIGKILL)
            assert (await recorder.ended())[0] == -signal.SIGKILL
            recovery = await midstance(air.bus_address, "recover", "--store", first)
            recovered = await recovery.ended()
            sent = {pod.name: air.sent_by(pod, STREAM) for pod in runner}
            again = await midstance(air.bus_address, "record", "ana", "--store", second)
            await again.until(all_sampled(air, runner, seconds=5))
            again.send(signal.SIGINT)
            await again.ended()
            return air, before, sent, recovered

    air, before, sent, (code, _, complained) = asyncio.run(main())
    assert code == 0, complained
    journal, later = (read_journal(only(store, "*.journal")) for store in (first, second))
    raw = read_raw(only(first, "*.raw.parquet"))
    assert journal.closed
    for pod in runner:
        kept = frames_kept(journal, pod)
        assert kept == sent[pod.name][: len(kept)]
        assert len(kept) >= len(frames_kept(before, pod)) > 0
        true = positions(pod, kept)
        assert (np.diff(true) == 1).all()
        assert_stored(raw, pod, true)
        assert frames_kept(later, pod) == air.sent_by(pod, STREAM)[len(sent[pod.name]) :]


def test_lost_links_are_made_again_and_nothing_is_told_twice(runner, tmp_path):
    lost, *others = runner

    def more(air, pods):
        """Return a check that each of `pods` has sent ten more frames."""
        had = {pod.name: len(air.sent_by(pod, STREAM)) for pod in pods}
        return lambda: all(len(air.sent_by(p, STREAM)) >= had[p.name] + 10 for p in pods)

    async def main():
        async with bluez(runner, air=QUICK) as air:
            recorder = await midstance(air.bus_address, "record", "ana", "--store", tmp_path)
            await recorder.until(more(air, runner))
            air.virtual.kill_link[lost.name]()
            await recorder.until(more(air, runner))
            before = {pod.name: len(air.sent_by(pod, STREAM)) for pod in others}
            path = only(tmp_path, "*.journal")
            await air.adapter.power(on=False)
            await recorder.until(lambda: b"Bluetooth is off on this machine" in path.read_bytes())
            await air.adapter.power(on=True)
            await recorder.until(more(air, runner))
            recorder.send(signal.SIGINT)
            await recorder.ended()
            return air, before

    air, before = asyncio.run(main())
    journal = read_journal(only(tmp_path, "*.journal"))
    for pod in runner:
        kept = frames_kept(journal, pod)
        assert kept == air.sent_by(pod, STREAM)
        true = positions(pod, kept)
        assert len(np.unique(true)) == len(true)
    for pod in others:
        until_off = positions(pod, frames_kept(journal, pod)[: before[pod.name]])
        assert (np.diff(until_off) == 1).all()


def test_pods_that_bluez_forgets_before_their_turn_to_connect_are_found_again(runner, tmp_path):
    async def main():
        # One pod after the other is connected, each in about a second.
        async with bluez(runner, forget_s=1.5) as air:
            recorder = await midstance(air.bus_address, "record", "ana", "--store", tmp_path)
            await recorder.until(all_sampled(air, runner, seconds=0.5))
            recorder.send(signal.SIGINT)
            await recorder.ended()
            return air

    air = asyncio.run(main())
    journal = read_journal(only(tmp_path, "*.journal"))
    for pod in runner:
        assert frames_kept(journal, pod) == air.sent_by(pod, STREAM)
