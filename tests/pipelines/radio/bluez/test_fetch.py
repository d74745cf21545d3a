"""`midstance fetch` as a user's process: list, break off, go on, process."""

import asyncio
import signal
import time
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("dbus_fast")

from as_a_user.user_process import midstance
from bluez.lookalike import bluez
from pods.armed_pods import break_links
from pods.long_run import positions
from pods.on_board import logged
from pods.recorded_pods import rig_of, running, worn_as

from firmware_protocols.capture2go.gatt import CHANNELS, Channel
from firmware_protocols.capture2go.samples import SCALE
from firmware_protocols.protocol import Stored
from pipelines.protocols import protocol_named
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.rig import write_rig
from pipelines.store.tables.raw_file import read_raw

QUICK = Air(interval_s=0.0075, missed=0.02, jitter_s=0.001)
RIG = rig_of("capture2go", "IMU_aa000")
TX = CHANNELS[Channel.TX]
UTC_S = 1_795_000_000.0


def in_their_unit(orp):
    """Return the pods of the rig that measure the same counts in the unit of Capture2Go."""
    return [replace(pod, scale=SCALE) for pod in worn_as(orp, RIG)]


def test_what_ran_without_a_laptop_is_listed_fetched_and_processed(tmp_path):
    pods = in_their_unit(running(stand_s=12.0))
    write_rig(tmp_path, RIG)

    async def main():
        async with bluez(pods, air=QUICK) as air:
            clock_ns = time.monotonic_ns
            await logged(air.virtual, "run", seconds=22, utc_s=time.time(), clock_ns=clock_ns)
            ask = ("fetch", "ana", "--store", tmp_path, "--seconds", 3)
            listed = await (await midstance(air.bus_address, *ask, "--list")).ended()
            sent = len(air.sent_by(pods[0], TX))
            first = await midstance(air.bus_address, *ask)
            await first.until(lambda: len(air.sent_by(pods[0], TX)) > sent + 40)
            first.send(signal.SIGINT)
            stopped = await first.ended()
            (begun,) = (tmp_path / "fetching" / "ana").iterdir()
            here = begun.stat().st_size
            again = await (await midstance(air.bus_address, *ask)).ended()
            return listed, stopped, here, again

    listed, stopped, here, (code, said, complained) = asyncio.run(main())
    assert [line.split()[0] for line in listed[1].splitlines()] == [
        *("pelvis:", "run", "shank", "run", "shank", "run")
    ]
    assert stopped[0] != 0
    assert here > 5_000
    assert code == 0, complained
    assert "stances, grade" in said
    raw = read_raw(next(tmp_path.rglob("*.raw.parquet")))
    late_s = []
    for pod in pods:
        one = raw.pods[pod.placement]
        at = np.arange(len(one.samples))
        # Who stands still now and then measures the same twice.
        at += round(np.median(positions(pod, one.samples) - at))
        np.testing.assert_array_equal(one.samples["acc_lsb"], pod.counts[at, :3])
        assert len(at) > 20 * 200
        late_s.append(np.median(one.time_s - pod.true_time_s[at]))
    assert np.ptp(late_s) < 1e-3


def filled(pods, *, ran_s):
    """Return what each of these pods holds after a run of so long, by name."""

    async def main():
        async with virtual_radio(pods) as air:
            await logged(air, "run", seconds=ran_s, utc_s=UTC_S, clock_ns=loop_clock_ns)
            return {pod.name: air.firmware[pod.name].memory.recordings for pod in pods}

    return run_virtual(main())


@pytest.mark.long
@pytest.mark.faults
def test_an_hour_of_three_pods_comes_home_though_links_break_and_hosts_are_killed(tmp_path):
    pods = in_their_unit(running(stand_s=12.0, run_s=3580.0, after_s=60.0))
    memories = filled(pods, ran_s=3600.0)
    write_rig(tmp_path, RIG)
    ask = ("fetch", "ana", "--store", tmp_path, "--seconds", 3)

    def here():
        return sum(path.stat().st_size for path in tmp_path.glob("fetching/ana/*"))

    async def main():
        async with bluez(pods, air=QUICK) as air:
            for name, recordings in memories.items():
                air.virtual.firmware[name].memory.recordings.update(recordings)
            beside = asyncio.ensure_future(break_links(air.virtual, pods, 60.0))
            whole = sum(len(held["run"]) for held in memories.values())
            for share in (0.2, 0.7):
                host = await midstance(air.bus_address, *ask, patience_s=7200.0)
                await host.until(lambda least=share * whole: here() > least)
                host.send(signal.SIGKILL)
                assert (await host.ended())[0] == -signal.SIGKILL
            last = await midstance(air.bus_address, *ask, patience_s=7200.0)
            ended = await last.ended()
            beside.cancel()
            return ended

    code, said, complained = asyncio.run(main())
    assert code == 0, complained
    assert "stances, grade" in said
    journal = read_journal(next(tmp_path.glob("journal/ana/*.journal")))
    log = protocol_named("capture2go").log
    names = {pod.placement: pod.name for pod in pods}
    for number, pod in journal.header.pods.items():
        fetched = log.fetched(journal.packets[number], Stored("run"))
        assert fetched == bytes(memories[names[pod.placement]]["run"])
