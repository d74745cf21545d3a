"""A pod on a cable: found, told, recorded and its log fetched, over a real pseudo terminal."""

import asyncio
from time import monotonic_ns

import numpy as np
import pytest

pytest.importorskip("serial")
pytest.importorskip("termios")

from pods.pod_on_usb import pod_on_usb
from pods.virtual_pods import metawear_pods, taken

from firmware_protocols.metawear import PROTOCOL
from firmware_protocols.protocol import Wanted
from pipelines.radio import usb
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.trouble import LinkLostError, RadioError
from pipelines.radio.usb import Port, address_of, usb_radio

SECONDS = 120


def with_pod(work):
    """Do `work(found, linked, cable)`; return its result, all packets, and the pod."""
    (pod, *_), packets = metawear_pods(SECONDS), []

    async def main():
        async with asyncio.timeout(60), pod_on_usb(pod) as cable:
            radio = usb_radio([cable.port])

            async def found():
                (one,) = await scan(radio, [PROTOCOL], enough=1)
                return one

            def linked(one):
                return connect(radio, one, packets.append, clock_ns=monotonic_ns)

            return await work(found, linked, cable)

    return asyncio.run(main()), packets, pod


async def until(said):
    while not said():
        await asyncio.sleep(0.01)


def test_a_pod_is_found_by_its_address_and_says_who_it_is():
    async def work(found, linked, _):
        one = await found()
        async with linked(one) as link:
            assert link.att_mtu == 255
            return one, await converse(link, PROTOCOL.about())

    (one, about), _, pod = with_pod(work)
    assert one.address == pod.address
    assert (about.serial, about.firmware, about.battery_pct) == ("000010", "1.7.2", 90)


@pytest.mark.parametrize("rate_hz", [100, 200])
def test_the_samples_of_a_stream_are_those_that_were_taken(rate_hz):
    async def work(found, linked, _):
        async with linked(await found()) as link:
            await converse(link, PROTOCOL.start(Wanted(rate_hz=rate_hz)))
            packets = link.on_packet.__self__
            await until(lambda: len(PROTOCOL.decode(packets).samples) > 150)
            await converse(link, PROTOCOL.stop())

    _, packets, pod = with_pod(work)
    decoded = PROTOCOL.decode(packets)
    np.testing.assert_array_equal(np.diff(taken(pod, decoded.samples)), 200 // rate_hz)
    assert decoded.lost == 0


def test_a_log_is_fetched_bit_by_bit():
    async def work(found, linked, cable):
        one = await found()
        async with linked(one) as link:
            await converse(link, PROTOCOL.log.begin(Wanted(rate_hz=200), "run"))
        await until(lambda: len(cable.firmware.memory.entries) > 1200)
        async with linked(one) as link:
            await converse(link, PROTOCOL.log.end())
            kept = b"".join(cable.firmware.memory.entries)
            (stored,) = await converse(link, PROTOCOL.log.stored())
            await converse(link, PROTOCOL.log.download(stored, 0))
        return kept, stored

    (kept, stored), packets, pod = with_pod(work)
    assert PROTOCOL.log.fetched(packets, stored) == kept
    decoded = PROTOCOL.decode(packets)
    assert len(decoded.samples) == len(kept) // 9 // 4
    np.testing.assert_array_equal(np.diff(taken(pod, decoded.samples)), 1)


def test_a_pulled_cable_is_a_lost_link():
    async def work(found, linked, cable):
        async with linked(await found()) as link:
            await converse(link, PROTOCOL.start(Wanted()))
            cable.pull()
            await link.lost.wait()
            with pytest.raises((LinkLostError, RadioError)):
                await converse(link, PROTOCOL.stop())

    with_pod(work)


def test_what_is_not_there_and_what_is_missing_is_one_sentence(monkeypatch):
    async def gone():
        radio = usb_radio([])
        found = await scan(radio, [PROTOCOL], timeout_s=0.1)
        assert found == []

    asyncio.run(gone())
    monkeypatch.setitem(__import__("sys").modules, "serial", None)
    with pytest.raises(
        RadioError, match=r'pods on USB need pyserial.* pip install "midstance\[usb\]"'
    ):
        usb_radio()


def test_only_ports_of_pods_are_listed(monkeypatch):
    class Found:
        def __init__(self, vid, pid):
            self.vid, self.pid, self.product = vid, pid, "MetaMotionS"
            self.device, self.serial_number = "/dev/ttyACM3", "E8C98F527B07"

    ports = [Found(0x1915, 0xD978), Found(0x1915, 0x520F), Found(None, None)]
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: ports)
    assert usb.plugged_in() == [Port("/dev/ttyACM3", "E8:C9:8F:52:7B:07")]


@pytest.mark.parametrize("said", ["", "/dev/ttyACM0", "E8C98F527B0"])
def test_a_serial_number_that_is_no_address_is_taken_as_it_is(said):
    assert address_of(said) == said
