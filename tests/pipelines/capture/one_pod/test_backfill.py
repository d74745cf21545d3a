"""What a link loses is fetched from the ring, at the latest before the end, or is given up."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

pytest.importorskip("bumble")
from pods.long_run import positions
from pods.virtual_pods import noisy_pods

from firmware_protocols.orp_v1 import PROTOCOL
from firmware_protocols.orp_v1.control import Result
from firmware_protocols.orp_v1.gatt import Channel
from pipelines.capture.recorder import record
from pipelines.process.from_journal.decode_journal import received
from pipelines.radio.virtual.orp_v1.firmware import OrpV1
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.journal.reader import read_journal

STARTED = datetime(2026, 11, 22, 7, tzinfo=UTC)


def recorded(store, pods, *, seconds, meanwhile=None, **options):
    """Record virtual pods; `meanwhile` (air) runs beside. Return the journal and what was said."""
    words = []

    async def main():
        async with virtual_radio(pods) as air:
            stop = asyncio.Event()
            asyncio.get_running_loop().call_later(seconds, stop.set)
            beside = asyncio.ensure_future(meanwhile(air)) if meanwhile else None
            given = {
                "athlete": "ana",
                "session": "2026-11-22-a1b2",
                "stop": stop,
                "on_health": lambda _: None,
                "clock_ns": loop_clock_ns,
                "utc_now": lambda: STARTED,
                "say": words.append,
                **options,
            }
            try:
                return await record(air.radio, {}, store, **given)
            finally:
                if beside:
                    beside.cancel()

    return read_journal(run_virtual(main())), words


def lost(journal, pods, *, until_s=np.inf):
    """Return how many samples each pod's record lacks, each sample checked bit for bit."""
    raw = received(journal).pods
    at = [positions(pod, raw[pod.placement].samples) for pod in pods]
    assert all((np.diff(one) > 0).all() for one in at)
    at = [one[pod.true_time_s[one] < until_s] for pod, one in zip(pods, at, strict=True)]
    return [int(one[-1] - one[0] + 1 - len(one)) for one in at]


def dropping(monkeypatch, channel, share):
    """Let the pods' notifications on a channel get lost at random."""
    original, rng = OrpV1.__init__, np.random.default_rng(1)

    def lossy(self, *about, **more):
        original(self, *about, **more)
        real = self._send

        async def lose(on, payload):
            if on != channel or rng.random() >= share:
                await real(on, payload)

        self._send = lose

    monkeypatch.setattr(OrpV1, "__init__", lossy)


def test_notifications_missed_in_the_live_stream_are_fetched(tmp_path, monkeypatch):
    dropping(monkeypatch, Channel.STREAM, 0.05)
    pods = noisy_pods(45, 1)
    journal, _ = recorded(tmp_path, pods, seconds=40)
    # The very last frames are sent while the pod is being stopped, and cannot be asked for.
    assert lost(journal, pods, until_s=39.7) == [0, 0, 0]
    late = [event["fetched"] for event in journal.events if event["kind"] == "stopped"]
    assert all(100 < count < 900 for count in late)
    notes = received(journal).notes
    assert {f"{count} samples came late" in "; ".join(notes) for count in late} == {True}


def test_what_is_fetched_may_be_lost_again_and_is_fetched_again(tmp_path, monkeypatch):
    dropping(monkeypatch, Channel.BULK, 0.10)
    pods = noisy_pods(65, 2)

    async def away(air):
        await asyncio.sleep(15)
        await air.leave["ORP-LSH"](20.0)

    journal, _ = recorded(tmp_path, pods, seconds=60, meanwhile=away)
    assert lost(journal, pods) == [0, 0, 0]


def test_live_data_is_not_held_up_by_what_is_fetched(tmp_path):
    pods = noisy_pods(95, 3)

    async def away(air):
        await asyncio.sleep(15)
        await air.leave["ORP-PEL"](50.0)

    journal, _ = recorded(tmp_path, pods, seconds=90, meanwhile=away)
    assert lost(journal, pods) == [0, 0, 0]
    for number in (1, 2, 3):
        live = [p.host_ns * 1e-9 for p in journal.packets[number] if p.channel == Channel.STREAM]
        after = np.diff([at_s for at_s in live if at_s > 68])
        assert after.max() < 0.3


def test_what_is_missing_at_the_end_is_fetched_before_the_pod_is_stopped(tmp_path):
    pods = noisy_pods(65, 4)

    async def away(air):
        await asyncio.sleep(14)
        await air.leave["ORP-LSH"](28.0)

    journal, words = recorded(tmp_path, pods, seconds=40, meanwhile=away)
    assert lost(journal, pods) == [0, 0, 0], "it came back 2 s after the end"
    assert any("fetching" in line and "Ctrl-C leaves them" in line for line in words)


def test_a_pod_that_is_away_at_the_end_is_said_and_not_waited_for_long(tmp_path):
    pods = noisy_pods(125, 5)

    async def away(air):
        await asyncio.sleep(14)
        await air.leave["ORP-LSH"](100.0)

    journal, words = recorded(tmp_path, pods, seconds=30, meanwhile=away)
    assert journal.closed
    said = [event["host_ns"] for event in journal.events if event["kind"] == "remark"]
    assert max(said) < 60e9
    assert any("shank left: nothing came from ORP-LSH after" in line for line in words)
    assert any("shank left: nothing came" in note for note in received(journal).notes)


def test_what_the_ring_no_longer_holds_is_given_up_with_its_bounds(tmp_path):
    pods = [replace(pod, ring_s=10.0) for pod in noisy_pods(85, 6)]

    async def away(air):
        await asyncio.sleep(15)
        await air.leave["ORP-RSH"](30.0)

    journal, _ = recorded(tmp_path, pods, seconds=80, meanwhile=away)
    raw = received(journal).pods["shank_right"].samples
    at = positions(pods[2], raw)
    (gap,) = np.flatnonzero(np.diff(at) > 1)
    assert 18 * 200 < at[gap + 1] - at[gap] < 24 * 200
    assert raw["index"][gap + 1] - raw["index"][gap] == at[gap + 1] - at[gap]
    gone = [event["span"] for event in journal.events if event["kind"] == "gone"]
    assert max(stop for _, stop in gone) == raw["index"][gap + 1]
    assert lost(journal, pods[:2]) == [0, 0]


def test_a_pod_that_cannot_send_again_is_recorded_as_it_is(tmp_path, monkeypatch):
    dropping(monkeypatch, Channel.STREAM, 0.05)
    without = replace(PROTOCOL, backfill=None)
    pods = noisy_pods(25, 7)
    journal, _ = recorded(tmp_path, pods, seconds=20, protocols=(without,))
    assert min(lost(journal, pods)) > 0
    assert {p.channel for said in journal.packets.values() for p in said} & {Channel.BULK} == set()


@pytest.mark.parametrize("answer", ["nothing", "refusal"])
def test_a_pod_that_promises_and_never_sends_does_not_hold_up_the_end(
    tmp_path, monkeypatch, answer
):
    dropping(monkeypatch, Channel.STREAM, 0.05)
    result = Result.OK if answer == "nothing" else Result.BUSY
    monkeypatch.setattr(OrpV1, "_backfill", lambda self, _: (result, b""))
    pods = noisy_pods(65, 8)
    journal, _ = recorded(tmp_path, pods, seconds=20)
    assert journal.closed
    assert min(lost(journal, pods)) > 0
    assert sum(event["kind"] == "stopped" for event in journal.events) == 3
    assert any("not_fetched" in event["kind"] for event in journal.events)
