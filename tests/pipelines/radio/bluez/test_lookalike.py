"""The look-alike does to bleak's own Linux backend what bluetoothd does."""

import asyncio
from contextlib import asynccontextmanager

import pytest

pytest.importorskip("dbus_fast")

from bleak import BleakClient, BleakScanner
from bleak.backends.bluezdbus.manager import get_global_bluez_manager
from bleak.backends.bluezdbus.utils import assert_gatt_reply
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakDBusError, BleakError, BleakGATTProtocolError
from bluez.device import Daemon, Device
from bluez.errors import of_gatt
from bluez.lookalike import bluez
from dbus_fast import Message
from pods.virtual_pods import noisy_pods

from firmware_protocols.orp_v1.control import encode_ping
from firmware_protocols.orp_v1.gatt import CHANNELS, SERVICE, Channel
from firmware_protocols.orp_v1.info import decode_info
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.time import run_virtual

QUICK = Air(interval_s=0.0075, missed=0.0, jitter_s=0.0)
CCC = "00002902-0000-1000-8000-00805f9b34fb"


@pytest.fixture
def bus(monkeypatch):
    """The look-alike in whose range three pods are, taken for the system's by bleak."""

    @asynccontextmanager
    async def opened():
        async with asyncio.timeout(60), bluez(noisy_pods(60), air=QUICK) as air:
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", air.bus_address)
            yield air
            await left()

    return opened


async def left():
    """Close bleak's own connection to the bus, which otherwise stays open after the loop."""
    manager = await get_global_bluez_manager()
    manager._bus.disconnect()
    await asyncio.wait({manager._bus_watcher_task})


async def found(name="ORP-PEL"):
    device = await BleakScanner.find_device_by_name(name, service_uuids=[SERVICE])
    assert device is not None
    return device


def test_only_pods_that_pass_the_filter_are_found(bus):
    async def main():
        async with bus() as air:
            async with BleakScanner(service_uuids=[CHANNELS[Channel.BATTERY]]) as strangers:
                await asyncio.sleep(0.5)
            nobody = [*air.adapter.devices]
            async with BleakScanner(service_uuids=[SERVICE]) as scanner:
                while len(scanner.discovered_devices) < 3:
                    await asyncio.sleep(0.02)
            again = await found()
            return nobody, strangers, scanner.discovered_devices_and_advertisement_data, again

    nobody, strangers, seen, again = asyncio.run(main())
    assert (nobody, strangers.discovered_devices) == ([], [])
    assert {device.name for device, _ in seen.values()} == {"ORP-PEL", "ORP-LSH", "ORP-RSH"}
    for _, said in seen.values():
        assert (said.service_uuids, said.rssi) == ([SERVICE], -50)
    assert again.name == "ORP-PEL"  # it was known, and is reported when it is received anew


def test_a_pod_has_its_services_and_answers(bus):
    async def main():
        async with bus(), BleakClient(await found()) as client:
            of = client.services.get_characteristic
            stream, control = of(CHANNELS[Channel.STREAM]), of(CHANNELS[Channel.CONTROL])
            assert stream.properties == ["notify"]
            assert control.properties == ["write", "indicate"]
            assert stream.max_write_without_response_size == 244
            assert [one.uuid for one in stream.descriptors] == [CCC]
            assert bytes(await client.read_gatt_descriptor(stream.descriptors[0])) == b"\0\0"
            assert await client.read_gatt_char(CHANNELS[Channel.BATTERY]) == bytes([90])
            info = decode_info(bytes(await client.read_gatt_char(CHANNELS[Channel.INFO])))
            assert info.serial == "virtual-c00000000010"
            with pytest.raises(BleakDBusError, match="NotSupported"):
                await client.start_notify(CHANNELS[Channel.INFO], print)

    asyncio.run(main())


@pytest.mark.parametrize("code", [0x02, 0x03, 0x06, 0x07, 0x08, 0x0D, 0x0E, 0x13, 0x80])
def test_what_a_pod_refuses_is_worded_so_that_its_code_can_be_told(code):
    error = of_gatt(BleakGATTProtocolError(code))
    call = Message(path="/", member="ReadValue", serial=1)
    with pytest.raises(BleakGATTProtocolError) as caught:
        assert_gatt_reply(Message.new_error(call, error.type, error.text))
    assert caught.value.code == code


async def pinged(client, said):
    """Ping, and return how often the one pong was delivered to `said`."""
    said.clear()
    await client.write_gatt_char(CHANNELS[Channel.TIME], encode_ping(1), response=False)
    while not said:
        await asyncio.sleep(0.01)
    # What was sent for this pong comes before the answer to a call that is made now.
    await client.read_gatt_char(CHANNELS[Channel.BATTERY])
    return len(said)


def test_what_is_read_is_notified_as_well(bus):
    async def main():
        async with bus(), BleakClient(await found()) as client:
            said = []
            await client.start_notify(CHANNELS[Channel.STATUS], lambda _, data: said.append(data))
            value = await client.read_gatt_char(CHANNELS[Channel.STATUS])
            assert value in said

    asyncio.run(main())


@pytest.mark.parametrize(("disconnects", "times"), [(False, 2), (True, 1)])
def test_a_client_that_stays_after_a_lost_link_doubles_every_notification(bus, disconnects, times):
    async def main():
        async with bus() as air:
            device, said = await found(), []
            lost = asyncio.Event()
            old = BleakClient(device, lambda _: lost.set())
            await old.connect()
            await old.start_notify(CHANNELS[Channel.TIME], lambda _, data: said.append(data))
            assert await pinged(old, said) == 1
            air.virtual.kill_link["ORP-PEL"]()
            await lost.wait()
            if disconnects:
                await old.disconnect()
            async with BleakClient(device) as new:
                await new.start_notify(CHANNELS[Channel.TIME], lambda _, data: said.append(data))
                count = await pinged(new, said)
            await old.disconnect()
            return count

    assert asyncio.run(main()) == times


def test_what_was_asked_when_the_link_went_fails(bus):
    async def main():
        async with bus() as air:
            client = BleakClient(await found())
            await client.connect()
            reading = asyncio.ensure_future(client.read_gatt_char(CHANNELS[Channel.INFO]))
            await asyncio.sleep(0)
            air.virtual.kill_link["ORP-PEL"]()
            with pytest.raises(BleakError):
                await reading
            assert not client.is_connected
            await client.disconnect()

    asyncio.run(main())


class Properties:
    """What of a tree of objects a device changes, without a bus."""

    def change(self, one, **news):
        one.properties.update(news)

    def drop(self, one, name):
        one.properties.pop(name, None)


def test_a_pod_is_forgotten_half_a_minute_after_it_was_heard_last_and_once():
    forgotten = []
    loop = asyncio.get_running_loop
    daemon = Daemon(
        tree=Properties(),
        radio=None,
        heard=print,
        adapter="/hci0",
        powered=bool,
        forget=lambda address: forgotten.append((loop().time(), address)),
        forget_s=30.0,
    )
    pod = BLEDevice("C0:00:00:00:00:10", "ORP-PEL", None)
    said = AdvertisementData("ORP-PEL", {}, {}, [SERVICE], None, -50, ())

    async def main():
        device = Device(daemon, pod, said)
        device.unseen()
        await asyncio.sleep(20)
        device.seen(pod, said)
        device.unseen()
        await asyncio.sleep(100)

    run_virtual(main())
    assert forgotten == [(50.0, pod.address)]
