"""A pod of a firmware that nobody has written yet: what the virtual radio must offer it."""

import asyncio
from dataclasses import replace

import pytest

pytest.importorskip("bumble")

from bleak import BleakClient, BleakScanner

from firmware_protocols.advertised import Signature, uuid16
from firmware_protocols.orp_v1 import PROTOCOL
from firmware_protocols.requests import Ask, Listen, Pause, Read, Subscribe, Wait, Write
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.trouble import RadioError
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.firmwares import FIRMWARES
from pipelines.radio.virtual.gatt import Advertisement, Can, Characteristic, Service
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

COMMAND, DATA, ABSENT = 0, 1, 2
UUIDS = (uuid16(0xFDA1), uuid16(0xFDA2), uuid16(0xFDA3))
MAKER = 0x0886


class Counting(Firmware):
    """Written to, it counts so far, and begins before the write is confirmed."""

    services = (
        Service(
            uuid16(0xFDF3),
            (
                Characteristic(COMMAND, UUIDS[COMMAND], Can.WRITE | Can.WRITE_WITHOUT_RESPONSE),
                Characteristic(DATA, UUIDS[DATA], Can.NOTIFY),
            ),
        ),
    )

    def __init__(self, *about, **more):
        super().__init__(*about, **more)
        self.written = []

    def advertisement(self):
        name = f"{self.pod.name} Sense 1234567890"
        return Advertisement(name, (self.services[0].uuid,), {MAKER: b"\x01"})

    def connected(self): ...

    def forget(self): ...

    def read(self, channel):
        return b""

    def write(self, channel, payload):
        self.written.append(payload)
        self._spawn(self._count(payload[0]))

    async def _count(self, upto):
        for number in range(upto):
            await self._send(DATA, bytes([number]))


def protocol(**signature):
    return replace(PROTOCOL, name="counting", signature=Signature(**signature), channels=UUIDS)


BY_SERVICE = protocol(services=(uuid16(0xFDF3),))


@pytest.fixture
def pods(monkeypatch, make_pod):
    monkeypatch.setitem(FIRMWARES, "counting", Counting)
    return [make_pod(name, protocol="counting") for name in ("ORP-PEL", "ORP-LSH", "ORP-RSH")]


@pytest.mark.parametrize(
    "signature",
    [{"services": (uuid16(0xFDF3),)}, {"names": ("ORP-PEL Se",)}, {"manufacturers": (MAKER,)}],
)
def test_a_pod_is_found_by_short_service_shortened_name_or_maker(pods, signature):
    async def main():
        async with virtual_radio(pods[:1]) as virtual:
            return await scan(virtual.radio, [protocol(**signature), PROTOCOL], timeout_s=1)

    (found,) = run_virtual(main())
    assert found.protocol.name == "counting"
    assert found.name == "ORP-PEL Sense 123"


def talking(pods, conversation):
    """Hold a conversation with the first pod; return its result and the packets."""
    packets = []

    async def main():
        async with virtual_radio(pods[:1]) as virtual:
            (found,) = await scan(virtual.radio, [BY_SERVICE], enough=1)
            link = connect(virtual.radio, found, packets.append, clock_ns=loop_clock_ns)
            async with link as link:
                result = await converse(link, conversation)
                assert link.kept == {}
                return result

    return run_virtual(main()), [packet.payload for packet in packets]


def test_several_notifications_are_waited_for_one_by_one(pods):
    def counted():
        yield Subscribe(DATA)
        numbers = [(yield Ask(COMMAND, b"\x05", reply=DATA))]
        while numbers[-1] != b"\x04":
            numbers.append((yield Wait(DATA)))
        return numbers

    numbers, packets = talking(pods, counted())
    assert numbers == packets == [bytes([k]) for k in range(5)]


def test_what_does_not_fit_is_passed_over(pods):
    def third():
        yield Subscribe(DATA)
        answer = yield Ask(COMMAND, b"\x05", reply=DATA, fits=lambda said: said[0] == 2)
        return answer, (yield Wait(DATA))

    assert talking(pods, third())[0] == (b"\x02", b"\x03")


@pytest.mark.parametrize("confirmed", [True, False, None])
def test_what_was_listened_for_before_a_write_is_not_missed(pods, confirmed):
    def listening():
        yield Subscribe(DATA)
        yield Listen(DATA)
        yield Write(COMMAND, b"\x03", confirmed)
        yield Pause(2.0)
        numbers = []
        for _ in range(3):
            numbers.append((yield Wait(DATA)))
        return numbers

    assert talking(pods, listening())[0] == [b"\x00", b"\x01", b"\x02"]


def test_waiting_in_vain_is_a_timeout_inside_the_conversation(pods):
    def patient():
        yield Subscribe(DATA)
        yield Write(COMMAND, b"\x03")
        try:
            yield Wait(DATA, fits=lambda said: said == b"never", timeout_s=3.0)
        except TimeoutError:
            return "timeout"

    assert talking(pods, patient())[0] == "timeout"


def test_what_a_pod_need_not_have_may_be_asked_for(pods):
    def optional():
        yield Subscribe(ABSENT, optional=True)
        return (yield Read(ABSENT, optional=True))

    assert talking(pods, optional())[0] == b""


def test_what_a_pod_must_have_and_has_not_is_said(pods):
    def needed():
        yield Read(ABSENT)

    with pytest.raises(RadioError, match="fda3"):
        talking(pods, needed())


def test_clients_that_know_nothing_of_each_other_connect_at_once(pods):
    async def main():
        async with virtual_radio(pods) as virtual:
            scanner = BleakScanner(backend=virtual.radio.scanner_backend)
            async with scanner:
                await asyncio.sleep(1)
            clients = [
                BleakClient(device, backend=virtual.radio.client_backend)
                for device in scanner.discovered_devices
            ]
            await asyncio.gather(*(client.connect() for client in clients))
            names = {client.name for client in clients if client.is_connected}
            await asyncio.gather(*(client.disconnect() for client in clients))
            return names

    assert run_virtual(main()) == {f"{pod.name} Sense 123" for pod in pods}
