"""The Bluetooth peripheral of a virtual pod: a GATT server, on bumble, for the pod's firmware."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import Address
from bumble.host import Host
from bumble.transport.common import AsyncPipeSink

from pipelines.radio.virtual import gatt
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.firmwares import FIRMWARES
from pipelines.radio.virtual.gatt import Can
from pipelines.radio.virtual.link import VirtualController, VirtualLink
from pipelines.radio.virtual.pod import VirtualPod

ADVERTISING_INTERVAL_MS = 100.0

_P = Characteristic.Properties
_PROPERTIES = {
    Can.READ: _P.READ,
    Can.WRITE: _P.WRITE,
    Can.WRITE_WITHOUT_RESPONSE: _P.WRITE_WITHOUT_RESPONSE,
    Can.NOTIFY: _P.NOTIFY,
    Can.INDICATE: _P.INDICATE,
}


class Peripheral:
    """One pod, switched on by `power_on`; true time 0 is the loop's `zero_s`.

    Its firmware is added to those `nearby`.
    """

    def __init__(
        self, pod: VirtualPod, link: VirtualLink, *, zero_s: float, nearby: list[Firmware]
    ) -> None:
        self.pod = pod
        firmware = FIRMWARES[pod.protocol]
        self.firmware = firmware(pod, self._send, self._att_mtu, zero_s=zero_s, nearby=nearby)
        self.firmware.power_cycle = self.reboot
        nearby.append(self.firmware)
        self._advertised, self._response = self.firmware.advertisement().packets()
        self._link = link
        self._connection: Connection | None = None
        self._controller = VirtualController(pod.name, link=link, public_address=pod.address)
        host = Host(self._controller, AsyncPipeSink(self._controller))
        self._device = Device(name=pod.name, address=Address(pod.address), host=host)
        self._device.gatt_server.max_mtu = pod.att_mtu
        if pod.missed is not None:
            link.air_of[str(self._device.random_address)] = replace(link.air, missed=pod.missed)
        self._characteristics = {
            one.channel: self._characteristic(one)
            for service in self.firmware.services
            for one in service.characteristics
        }
        for service in self.firmware.services:
            own = [self._characteristics[one.channel] for one in service.characteristics]
            self._device.add_service(Service(service.uuid, own))
        self._device.on(Device.EVENT_CONNECTION, self._connected)

    async def power_on(self) -> None:
        """Begin to advertise; goes on again after every disconnection."""
        await self._device.power_on()
        await self._advertise()

    async def _advertise(self) -> None:
        await self._device.start_advertising(
            auto_restart=True,
            advertising_data=self._advertised,
            scan_response_data=self._response,
            advertising_interval_min=ADVERTISING_INTERVAL_MS,
            advertising_interval_max=ADVERTISING_INTERVAL_MS,
        )

    async def power_off(self) -> None:
        """Fall silent: no goodbye, no further frame."""
        await self.firmware.switch_off()
        await self._device.stop_advertising()
        await self._device.power_off()

    def kill_link(self) -> None:
        """Lose the link without a goodbye; sampling goes on into the ring."""
        self._link.cut(self._controller)

    async def reboot(self, down_s: float = 0.5, then: VirtualPod | None = None) -> None:
        """Lose link and memory, stay silent for `down_s`, and come back, as `then` if given."""
        self.firmware.reboot(then)
        await self.leave(down_s)

    async def leave(self, away_s: float) -> None:
        """Be out of range for `away_s`; sampling goes on into the ring."""
        self.kill_link()
        await asyncio.sleep(0)  # bumble advertises again as soon as a link has gone
        await self._device.stop_advertising()
        await asyncio.sleep(away_s)
        await self._advertise()

    def _connected(self, connection: Connection) -> None:
        self._connection = connection
        connection.on(Connection.EVENT_DISCONNECTION, self._disconnected)
        self.firmware.connected()

    def _disconnected(self, _: int) -> None:
        self._connection = None
        self.firmware.disconnected()

    def _att_mtu(self) -> int | None:
        return None if self._connection is None else self._connection.att_mtu

    async def _send(self, channel: int, payload: bytes) -> None:
        if self._connection is None:
            return
        characteristic = self._characteristics[channel]
        indicates = characteristic.properties & _P.INDICATE
        device = self._device
        send = device.indicate_subscriber if indicates else device.notify_subscriber
        await send(self._connection, characteristic, payload)

    def _characteristic(self, one: gatt.Characteristic) -> Characteristic[bytes]:
        properties = _P(0)
        for can in one.can:
            properties |= _PROPERTIES[can]
        permissions = Characteristic.Permissions(0)
        read: Callable[[Connection], bytes] | None = None
        write: Callable[[Connection, bytes], None] | None = None
        if Can.READ in one.can:
            permissions |= Characteristic.Permissions.READABLE

            def read(_: Connection) -> bytes:
                return self.firmware.read(one.channel)

        if one.can & (Can.WRITE | Can.WRITE_WITHOUT_RESPONSE):
            permissions |= Characteristic.Permissions.WRITEABLE

            def write(_: Connection, value: bytes) -> None:
                self.firmware.write(one.channel, bytes(value))

        def subscribed(_: Connection, notified: bool, indicated: bool) -> None:  # noqa: FBT001
            self.firmware.subscribed(one.channel, on=notified or indicated)

        value = CharacteristicValue(read=read, write=write)
        characteristic: Characteristic[bytes] = Characteristic(
            one.uuid, properties, permissions, value
        )
        characteristic.on(characteristic.EVENT_SUBSCRIPTION, subscribed)
        return characteristic
