"""Links that are lost, refused or silent; radios that are not there."""

import asyncio

import numpy as np
import pytest

pytest.importorskip("bumble")

from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError
from pods.virtual_pods import in_virtual_radio

from firmware_protocols.orp_v1 import PROTOCOL, control
from firmware_protocols.orp_v1.frames import Kind, decode_frame
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.protocol import Wanted
from firmware_protocols.requests import Ask, Read, Subscribe
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import Found, scan
from pipelines.radio.trouble import LinkLostError, RadioError
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual


def test_a_pod_that_is_not_there_cannot_be_connected(rig):
    async def work(virtual):
        device = BLEDevice("C0:00:00:00:00:99", "GONE", None)
        gone = Found(device, device.address, "GONE", PROTOCOL, -90)
        async with connect(virtual.radio, gone, print, clock_ns=loop_clock_ns, timeout_s=3):
            raise AssertionError("connected to nothing")

    with pytest.raises(RadioError, match="GONE: cannot connect"):
        in_virtual_radio(rig, work)


def test_after_a_connect_was_given_up_the_next_one_works(rig):
    async def work(virtual):
        found = await scan(virtual.radio, [PROTOCOL], enough=3)
        absent = Found(BLEDevice("C0:00:00:00:00:99", "GONE", None), "", "GONE", PROTOCOL, -90)
        with pytest.raises(TimeoutError):
            async with (
                asyncio.timeout(1),
                connect(virtual.radio, absent, print, clock_ns=loop_clock_ns),
            ):
                pass
        async with connect(virtual.radio, found[0], print, clock_ns=loop_clock_ns) as link:
            return link.client.is_connected

    assert in_virtual_radio(rig, work)


def test_connecting_at_once_is_done_one_after_the_other(rig):
    async def work(virtual):
        found = await scan(virtual.radio, [PROTOCOL], enough=3)

        async def one(pod):
            async with connect(virtual.radio, pod, print, clock_ns=loop_clock_ns) as link:
                return link.client.address

        return await asyncio.gather(*(one(pod) for pod in found))

    assert set(in_virtual_radio(rig, work)) == {pod.address for pod in rig}


def link_to(virtual, found, keep):
    return connect(virtual.radio, found, keep, clock_ns=loop_clock_ns)


def test_reads_are_packets_stamped_with_the_hosts_clock(rig):
    async def work(virtual):
        (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
        packets, values = [], []

        def reading():
            values.append((yield Read(Channel.BATTERY)))

        async with link_to(virtual, found, packets.append) as link:
            await converse(link, reading())
            return packets, values, loop_clock_ns()

    packets, values, now_ns = in_virtual_radio(rig[:1], work)
    assert [(p.channel, p.payload) for p in packets] == [(Channel.BATTERY, values[0])]
    assert 0 < packets[0].host_ns <= now_ns


def test_a_silent_pod_is_a_timeout_inside_the_conversation(rig):
    seen = []

    def patient():
        yield Subscribe(Channel.BULK)
        try:
            yield Ask(Channel.TIME, control.encode_ping(1), reply=Channel.BULK, timeout_s=3.0)
        except TimeoutError:
            seen.append("timeout")
        seen.append((yield Read(Channel.BATTERY)))

    async def work(virtual):
        (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
        async with link_to(virtual, found, lambda _: None) as link:
            await converse(link, patient())

    in_virtual_radio(rig[:1], work)
    assert seen == ["timeout", b"\x5a"]


def test_a_request_the_pod_refuses_names_the_pod(rig):
    async def work(virtual):
        (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
        async with link_to(virtual, found, lambda _: None) as link:

            def wrong():
                yield Read(Channel.STREAM)

            await converse(link, wrong())

    with pytest.raises(RadioError, match=rig[0].address):
        in_virtual_radio(rig[:1], work)


@pytest.mark.parametrize("request_", [Read(Channel.INFO), Ask(1, b"\x06\x01", 1, 60.0)])
def test_a_link_that_is_lost_ends_whatever_is_being_waited_for(rig, request_):
    async def work(virtual):
        (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
        loop = asyncio.get_running_loop()

        def conversation():
            yield request_

        async with link_to(virtual, found, lambda _: None) as link:
            loop.call_later(0.001, virtual.kill_link[found.name])
            before_s = loop.time()
            with pytest.raises(LinkLostError, match="was lost"):
                await converse(link, conversation())
            assert link.lost.is_set()
            with pytest.raises(LinkLostError):
                await converse(link, conversation())
            return loop.time() - before_s

    assert in_virtual_radio(rig[:1], work) < 0.5


@pytest.mark.parametrize("missed", [0.0, 0.2])
def test_after_a_lost_link_the_stream_resumes_and_the_gap_is_filled_exactly(
    make_pod, missed, caplog
):
    """Two losses, each with a resume; then one back-fill per gap."""
    pod = make_pod("ORP-LSH", seconds=40.0)
    packets = []

    async def once(virtual, found, hold_s, gaps=()):
        async with link_to(virtual, found, packets.append) as link:
            await converse(link, PROTOCOL.start(Wanted()))
            for first, count in gaps:
                promised = await converse(link, PROTOCOL.backfill(first, count))
                assert promised == (first, first + count)
            await asyncio.wait_for(link.lost.wait(), hold_s)

    async def main():
        async with virtual_radio([pod], air=Air(missed=missed), zero_in_s=5.0) as virtual:
            (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
            loop = asyncio.get_running_loop()
            for at_s in (12.0, 20.0):
                loop.call_at(at_s, virtual.kill_link[pod.name])
                await once(virtual, found, 60)
                await asyncio.sleep(0.5)
            before = PROTOCOL.decode(packets)
            index = before.samples["index"]
            ends = np.flatnonzero(np.diff(index) > 1)
            gaps = [(int(index[e]) + 1, int(index[e + 1] - index[e]) - 1) for e in ends]
            with pytest.raises(TimeoutError):
                await once(virtual, found, 30, gaps)
            return before, gaps

    before, gaps = run_virtual(main())
    decoded = PROTOCOL.decode(packets)
    index = decoded.samples["index"]
    gap = np.flatnonzero(np.diff(index) > 1)
    assert len(gaps) == 1
    assert before.lost == gaps[0][1] > 100
    assert len(gap) == 1  # the second loss, which nobody asked to fill
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], pod.samples["acc_lsb"][index])
    assert np.abs(decoded.samples["device_us"] - pod.samples["device_us"][index]).max() <= 1
    assert not decoded.trouble
    assert caplog.records == []


def test_of_what_the_ring_forgot_only_the_rest_is_fetched_again(make_pod):
    pod = make_pod(seconds=40.0, ring_s=5.0)
    packets = []

    async def work(virtual):
        (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
        async with link_to(virtual, found, packets.append) as link:
            await converse(link, PROTOCOL.start(Wanted()))
            await asyncio.sleep(12)
            packets.clear()
            with pytest.raises(ValueError, match="holds none of them"):
                await converse(link, PROTOCOL.backfill(10**6, 10))
            return await converse(link, PROTOCOL.backfill(0, 2000))

    begin, stop = in_virtual_radio([pod], work)
    *again, end = [decode_frame(p.payload) for p in packets if p.channel == Channel.BULK]
    assert 12 * 200 - 1200 < begin < 12 * 200 - 800
    assert stop - begin == 1000, "all that the ring held as it was asked, the oldest included"
    assert [frame.index for frame in again] == list(range(begin, stop, 19))
    assert (end.kind, end.index) == (Kind.END, stop)


def test_a_frame_lost_at_the_edge_of_the_ring_is_sent_again_though_the_ring_is_past_it(make_pod):
    pod = make_pod(seconds=40.0, ring_s=5.0)

    async def work(virtual):
        (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
        async with link_to(virtual, found, lambda _: None) as link:
            await converse(link, PROTOCOL.start(Wanted()))
            await asyncio.sleep(12)
            begin, _ = await converse(link, PROTOCOL.backfill(0, 400))
            await asyncio.sleep(3)
            later = await converse(link, PROTOCOL.backfill(begin, 19))
            await converse(link, PROTOCOL.backfill(begin + 400, 2000))  # 53 more frames
            gone, _ = await converse(link, PROTOCOL.backfill(begin, 19))
            return begin, later, gone

    begin, later, gone = in_virtual_radio([pod], work)
    assert later == (begin, begin + 19)
    assert gone > begin + 19


def test_bleak_itself_fails_instead_of_waiting_when_the_link_is_lost(rig):
    async def work(virtual):
        (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
        lost = []
        client = BleakClient(found.device, lost.append, backend=virtual.radio.client_backend)
        await client.connect()
        loop = asyncio.get_running_loop()
        loop.call_later(0.001, virtual.kill_link[found.name])
        before_s = loop.time()
        with pytest.raises(BleakError, match="disconnected"):
            await client.read_gatt_char(PROTOCOL.channels[Channel.INFO])
        assert (lost, client.is_connected) == ([client], False)
        with pytest.raises(BleakError):
            await client.read_gatt_char(PROTOCOL.channels[Channel.INFO])
        await client.connect()
        value = await client.read_gatt_char(PROTOCOL.channels[Channel.BATTERY])
        await client.disconnect()
        return loop.time() - before_s, bytes(value)

    took_s, value = in_virtual_radio(rig[:1], work)
    assert took_s < 3
    assert value == b"\x5a"
