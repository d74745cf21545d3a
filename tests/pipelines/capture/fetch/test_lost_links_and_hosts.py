"""What a fetch brings home over lost links and killed hosts is, bit for bit, what pods held."""

import asyncio
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("bumble")
from armed_pods import KINDS, in_memory

from firmware_protocols.protocol import Stored
from pipelines.capture.arm.arm import Orders, arm
from pipelines.capture.fetch.fetch import Place, fetch
from pipelines.protocols import protocol_named
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.journal import crc_records
from pipelines.store.journal.format import Journal
from pipelines.store.journal.reader import read_journal

STARTED = datetime(2026, 11, 22, 7, tzinfo=UTC)


class Disk:
    """How far each file was synced: what a power cut would leave of it."""

    def __init__(self, monkeypatch):
        self.synced = {}
        monkeypatch.setattr(crc_records, "_fdatasync", self._sync)

    def _sync(self, file):
        self.synced[os.fstat(file).st_ino] = os.fstat(file).st_size

    def holds(self, path, content):
        """Return whether what is synced of a journal has these bytes within it."""
        safe = path.read_bytes()[: self.synced[path.stat().st_ino]]
        return all(entry in safe for entry in content)


def watched(firmware, store, disk, unsafe):
    """Note each entry that a MetaWear erases before it is synced."""
    memory = firmware.memory
    drop = memory.drop

    def dropped(count):
        going = memory.entries[: min(count, memory.flushed)]
        (path,) = (store / "fetching" / "ana").iterdir()
        if not disk.holds(path, going):
            unsafe.append(len(going))
        drop(count)

    memory.drop = dropped


@dataclass
class Fetched:
    """The journal that came home, what the pods had held, what was erased too early, what was said.

    `words` are lines with the time, on the loop's clock, at which they were said.
    """

    held: dict[str, bytes] = field(default_factory=dict)
    unsafe: list[int] = field(default_factory=list)
    words: list[tuple[float, str]] = field(default_factory=list)
    journal: Journal | None = None
    ended_s: float = 0.0


def brought_home(tmp_path, monkeypatch, kind, *, ran_s, every_s, hosts):
    """Arm, run, and fetch over links that break every so often, by so many hosts one by one."""
    make, rig = KINDS[kind]
    pods, done, disk = make(ran_s + 60), Fetched(), Disk(monkeypatch)

    async def main():
        loop = asyncio.get_running_loop()
        async with virtual_radio(pods) as air:
            place = Place(
                tmp_path,
                "ana",
                rig,
                air.radio,
                clock_ns=loop_clock_ns,
                utc_now=lambda: STARTED + timedelta(seconds=loop.time()),
                say=lambda line: done.words.append((loop.time(), line)),
            )
            await arm(place, Orders())
            await asyncio.sleep(ran_s)
            beside = asyncio.ensure_future(break_links(air, pods, every_s))
            look = asyncio.ensure_future(look_once(air, pods, tmp_path, disk, done))
            for _ in range(hosts - 1):
                work = asyncio.ensure_future(fetch(place, {}))
                await asyncio.wait([look])
                await asyncio.sleep(2.5 * every_s)
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work
                await asyncio.sleep(1)
            path = await fetch(place, {})
            done.ended_s = loop.time()
            beside.cancel()
            return read_journal(path)

    done.journal = run_virtual(main())
    return done


async def break_links(air, pods, every_s):
    """Break one link after the other."""
    while True:
        for pod in pods:
            await asyncio.sleep(every_s)
            air.kill_link[pod.name]()


async def look_once(air, pods, store, disk, done):
    """See what the pods hold once they have ended, before any of it is erased."""
    while not any("fetching" in line for _, line in done.words):
        await asyncio.sleep(0.1)
    for pod in pods:
        firmware = air.firmware[pod.name]
        done.held[pod.placement] = in_memory(firmware)
        if pod.protocol == "metawear":
            watched(firmware, store, disk, done.unsafe)


def assert_bit_equal(done):
    assert done.journal.closed
    (logs,) = [event["logs"] for event in done.journal.events if event["kind"] == "fetch"]
    names = {place: name for place, _, name, *_ in logs}
    for number, pod in done.journal.header.pods.items():
        log = protocol_named(pod.protocol).log
        here = log.fetched(done.journal.packets[number], Stored(names[pod.placement]))
        assert here == done.held[pod.placement]
    assert done.unsafe == []


@pytest.mark.parametrize("kind", KINDS)
def test_links_break_and_the_host_is_killed(tmp_path, monkeypatch, kind):
    ran_s, every_s = {"capture2go": (60.0, 1.5)}.get(kind, (6.0, 2.5))
    done = brought_home(tmp_path, monkeypatch, kind, ran_s=ran_s, every_s=every_s, hosts=3)
    assert_bit_equal(done)
    assert sum("the link broke" in line for _, line in done.words) > 1


@pytest.mark.long
@pytest.mark.faults
def test_an_hour_of_each_pod_with_links_that_break_every_three_minutes(tmp_path, monkeypatch):
    every_s = 60.0  # one of three pods in turn
    done = brought_home(tmp_path, monkeypatch, "capture2go", ran_s=3600.0, every_s=every_s, hosts=3)
    assert_bit_equal(done)
    assert sum("the link broke" in line for _, line in done.words) > 3


def test_minutes_left_are_told_from_the_speed_that_was_measured(tmp_path, monkeypatch):
    done = brought_home(tmp_path, monkeypatch, "capture2go", ran_s=300.0, every_s=1e6, hosts=1)
    said = [(at_s, re.search(r"take (\d+)\Ws more", line)) for at_s, line in done.words]
    told = [(at_s, int(found[1])) for at_s, found in said if found]
    assert len(told) >= 3
    for at_s, left_s in told:
        assert left_s == pytest.approx(done.ended_s - at_s, rel=0.2, abs=3)
