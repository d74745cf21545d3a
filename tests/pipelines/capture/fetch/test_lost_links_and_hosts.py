"""What a fetch brings home over lost links and killed hosts is, bit for bit, what pods held."""

import asyncio
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import pytest

pytest.importorskip("bumble")
from pods.armed_pods import KINDS, break_links, in_memory, place_at

from firmware_protocols.protocol import Stored
from pipelines.capture.arm.arm import Orders, arm
from pipelines.capture.fetch.fetch import fetch
from pipelines.process.from_journal.decode_journal import received
from pipelines.protocols import protocol_named
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import run_virtual
from pipelines.store.journal import crc_records
from pipelines.store.journal.format import Journal
from pipelines.store.journal.reader import read_journal


class Disk:
    """How far each file was synced: what a power cut would leave of it."""

    def __init__(self, monkeypatch):
        self.synced, self._sought = {}, {}
        monkeypatch.setattr(crc_records, "_fdatasync", self._sync)

    def _sync(self, file):
        self.synced[os.fstat(file).st_ino] = os.fstat(file).st_size

    def holds(self, path, content, of):
        """Return whether what is synced of a journal has these bytes, in order.

        They are sought from where those of a pod were found last, for a log comes in order.
        """
        at = self._sought.get(of, 0)
        with path.open("rb") as file:
            file.seek(at)
            safe, found = file.read(self.synced[path.stat().st_ino] - at), 0
        for entry in content:
            if (found := safe.find(entry, found)) < 0:
                return False
        self._sought[of] = at + found
        return True


def watched(firmware, store, disk, unsafe):
    """Note each entry that a MetaWear erases before it is synced."""
    memory = firmware.memory
    drop = memory.drop

    def dropped(count):
        going = memory.entries[: min(count, memory.flushed)]
        (path,) = (store / "fetching" / "ana").iterdir()
        if not disk.holds(path, going, firmware.pod.name):
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


ARMING_S, ENDING_S = 60.0, 60.0
"""Pods need samples until all have been ended: without any they say nothing of their clocks."""


def brought_home(tmp_path, monkeypatch, kind, *, ran_s, every_s, hosts, memory_bytes=None):
    """Arm, run, and fetch over links that break every so often, by so many hosts one by one.

    Once armed, pods have a memory of `memory_bytes`, where that is given.
    """
    make, rig = KINDS[kind]
    pods, done, disk = make(ARMING_S + ran_s + ENDING_S), Fetched(), Disk(monkeypatch)

    async def main():
        loop = asyncio.get_running_loop()
        async with virtual_radio(pods) as air:

            def say(line):
                done.words.append((loop.time(), line))

            place, _ = place_at(tmp_path, air, rig, say=say)
            await arm(place, Orders())
            for pod in pods if memory_bytes else ():
                air.firmware[pod.name].memory.size_bytes = memory_bytes
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


@pytest.fixture
def unheard_log(monkeypatch):
    """Spare bumble to put each packet into words for a log that nobody reads."""
    monkeypatch.setattr("bumble.hci.HCI_Object.format_fields", lambda *_, **__: "")


@pytest.mark.long
@pytest.mark.faults
@pytest.mark.usefixtures("unheard_log")
@pytest.mark.parametrize("kind", KINDS)
def test_long_runs_of_each_family_with_links_that_break_every_three_minutes(
    tmp_path, monkeypatch, kind
):
    """An hour, which a DOT ends after 45 min; ten minutes of a MetaWear have as many packets."""
    ran_s = {"metawear": 600.0}.get(kind, 3600.0)
    every_s = 60.0  # one of three pods in turn
    done = brought_home(tmp_path, monkeypatch, kind, ran_s=ran_s, every_s=every_s, hosts=3)
    assert_bit_equal(done)
    assert sum("the link broke" in line for _, line in done.words) > 3


def test_what_a_full_memory_ended_is_fetched_and_said_once(tmp_path, monkeypatch):
    done = brought_home(
        tmp_path,
        monkeypatch,
        "movella_dot",
        ran_s=110.0,
        every_s=30.0,
        hosts=2,
        memory_bytes=190_000,
    )
    assert_bit_equal(done)
    assert all(0.87 < len(held) / 190_000 < 0.88 for held in done.held.values())
    session = received(done.journal)
    spans = [pod.time_s[-1] - pod.time_s[0] for pod in session.pods.values()]
    np.testing.assert_allclose(spans, 30.2, atol=0.2)
    early = [line for _, line in done.words if "ended by itself" in line]
    assert early == [note for note in session.notes if "ended by itself" in note]
    assert len(early) == 3
    assert re.match(r"pelvis recorded from 2026-11-22 .* and ended by itself \d", early[0])
    assert any(re.search(r"all pods take \d", line) for _, line in done.words)


def test_minutes_left_are_told_from_the_speed_that_was_measured(tmp_path, monkeypatch):
    done = brought_home(tmp_path, monkeypatch, "capture2go", ran_s=300.0, every_s=1e6, hosts=1)
    said = [(at_s, re.search(r"take (\d+)\Ws more", line)) for at_s, line in done.words]
    told = [(at_s, int(found[1])) for at_s, found in said if found]
    assert len(told) >= 3
    for at_s, left_s in told:
        assert left_s == pytest.approx(done.ended_s - at_s, rel=0.2, abs=3)
