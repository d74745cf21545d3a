"""A pod as bluetoothd offers it: what it advertised, its link, its services."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakDeviceNotFoundError, BleakError
from dbus_fast import Variant

from bluez.characteristic import Characteristic
from bluez.errors import failed, in_progress
from bluez.object_tree import BusObject, ObjectTree, Properties
from pipelines.radio.scan import Radio

DEVICE = "org.bluez.Device1"
SERVICE = "org.bluez.GattService1"
CONNECT_S = 20.0  # as the kernel waits for a pod

Heard = Callable[[str, str, bytes], None]


@dataclass(frozen=True)
class Daemon:
    """What all devices share: bus, radio, adapter, and when one that has gone is forgotten."""

    tree: ObjectTree
    radio: Radio
    heard: Heard
    adapter: str
    powered: Callable[[], bool]
    forget: Callable[[str], None]
    forget_s: float


class Device:
    """One pod. Its link stays when the client that asked for it leaves the bus.

    Without a link, and while nobody listens for pods, the object goes after a while.
    """

    def __init__(self, daemon: Daemon, found: BLEDevice, said: AdvertisementData) -> None:
        self._daemon = daemon
        self._tree = daemon.tree
        self._found = found
        self._client: BleakClient | None = None
        self._opening: asyncio.Future[None] | None = None
        self._forgetting: asyncio.TimerHandle | None = None
        self._characteristics: dict[str, Characteristic] = {}
        path = f"{daemon.adapter}/dev_{found.address.replace(':', '_')}"
        properties = {
            "Address": Variant("s", found.address),
            "AddressType": Variant("s", "random"),
            "Adapter": Variant("o", daemon.adapter),
            "Connected": Variant("b", False),
            "ServicesResolved": Variant("b", False),
            **{name: Variant("b", False) for name in ("Paired", "Bonded", "Trusted", "Blocked")},
            **_advertised(found, said),
        }
        methods = {"Connect": self.connect, "Disconnect": self.disconnect}
        self.object = BusObject(path, DEVICE, properties, methods)

    def seen(self, found: BLEDevice, said: AdvertisementData) -> None:
        """Say what is new in an advertisement; bluetoothd repeats nothing."""
        self._found = found
        known = self.object.properties
        news = {n: v for n, v in _advertised(found, said).items() if known.get(n) != v}
        if news:
            self._tree.change(self.object, **news)

    def unseen(self) -> None:
        """Forget how strong it was received: nobody listens any more."""
        self._tree.drop(self.object, "RSSI")
        self._forget_later()

    def _forget_later(self) -> None:
        """Begin the time anew: one from before would end too early, or forget its successor."""
        if self._forgetting is not None:
            self._forgetting.cancel()
        loop = asyncio.get_running_loop()
        self._forgetting = loop.call_later(self._daemon.forget_s, self._forget)

    def _forget(self) -> None:
        if self._client is None and self._opening is None and "RSSI" not in self.object.properties:
            self._daemon.forget(self._found.address)

    def left(self, client: str) -> None:
        """End the notify sessions of a client that has left the bus."""
        for one in self._characteristics.values():
            one.left(client)

    async def connect(self, _: str) -> None:
        """Open a link, find the services and offer them."""
        if not self._daemon.powered():
            raise failed("Input/output error")
        if self._client is not None:
            return
        if self._opening is not None:
            raise in_progress()
        self._opening = asyncio.ensure_future(self._open())
        try:
            await asyncio.wait({self._opening})
            if self._opening.cancelled():
                raise failed("br-connection-canceled")
            self._opening.result()
        finally:
            self._opening.cancel()
            self._opening = None
            self._forget_later()

    async def disconnect(self, _: str) -> None:
        """Close the link, or give up opening it."""
        if self._opening is not None:
            self._opening.cancel()
        await self.close()

    async def close(self) -> None:
        """Close the link if there is one."""
        if (client := self._client) is not None:
            await client.disconnect()
            self._gone(client)

    async def _open(self) -> None:
        client = BleakClient(
            self._found, self._gone, timeout=CONNECT_S, backend=self._daemon.radio.client_backend
        )
        try:
            await client.connect()
            self._client = client
            self._say(Connected=True)
            await self._offer(client)
        except BleakDeviceNotFoundError as error:
            raise failed("Connection timed out") from error
        except BleakError as error:
            # A link that broke at once; bluetoothd says that it was there.
            if self._client is None:
                self._say(Connected=True)
                self._say(Connected=False)
            raise failed("le-connection-abort-by-local") from error
        except asyncio.CancelledError:
            await client.disconnect()
            raise

    async def _offer(self, client: BleakClient) -> None:
        """Offer the services, those of an earlier link as the same objects."""
        uuids = {*self.object.properties["UUIDs"].value}
        for service in client.services:
            uuids.add(service.uuid)
            path = f"{self.object.path}/service{service.handle:04x}"
            for found in service.characteristics:
                one = Characteristic(self._tree, path, found, self._received)
                if one.object.path not in self._characteristics:
                    if path not in self._tree:
                        self._tree.add(self._service(path, service.uuid))
                    self._tree.add(one.object, *one.descriptors)
                    self._characteristics[one.object.path] = one
                await self._characteristics[one.object.path].connected(client, found)
        self._tree.change(self.object, UUIDs=Variant("as", sorted(uuids)))
        if self._client is client:
            self._say(ServicesResolved=True)

    def _service(self, path: str, uuid: str) -> BusObject:
        properties = {
            "UUID": Variant("s", uuid),
            "Device": Variant("o", self.object.path),
            "Primary": Variant("b", True),
            "Includes": Variant("ao", []),
        }
        return BusObject(path, SERVICE, properties)

    def _received(self, uuid: str, value: bytes) -> None:
        self._daemon.heard(self._found.address, uuid, value)

    def _gone(self, client: BleakClient) -> None:
        if self._client is client:
            self._client = None
            for one in self._characteristics.values():
                one.disconnected()
            self._say(ServicesResolved=False)
            self._say(Connected=False)
            self._forget_later()

    def _say(self, **states: bool) -> None:
        self._tree.change(self.object, **{n: Variant("b", on) for n, on in states.items()})


def _advertised(found: BLEDevice, said: AdvertisementData) -> Properties:
    properties: dict[str, Any] = {
        "Alias": Variant("s", said.local_name or found.address.replace(":", "-")),
        "UUIDs": Variant("as", [*dict.fromkeys(said.service_uuids)]),
        "RSSI": Variant("n", said.rssi),
    }
    if said.local_name:
        properties["Name"] = Variant("s", said.local_name)
    if said.manufacturer_data:
        by_company = {n: Variant("ay", bytes(v)) for n, v in said.manufacturer_data.items()}
        properties["ManufacturerData"] = Variant("a{qv}", by_company)
    if said.service_data:
        by_uuid = {n: Variant("ay", bytes(v)) for n, v in said.service_data.items()}
        properties["ServiceData"] = Variant("a{sv}", by_uuid)
    return properties
