"""A characteristic as bluetoothd offers it: reads, writes, and a notify session for each client."""

from collections.abc import Callable
from typing import Any

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import BleakError
from dbus_fast import Variant

from bluez.errors import failed, not_supported, of_gatt
from bluez.object_tree import BusObject, ObjectTree

CHARACTERISTIC = "org.bluez.GattCharacteristic1"
DESCRIPTOR = "org.bluez.GattDescriptor1"
Options = dict[str, Variant]


class Characteristic:
    """Stays when the link goes, and so do its notify sessions: they begin again with the next link.

    So a client that makes a second session after a lost link without having left is told
    everything twice, as by bluetoothd, which sends a signal for each session.
    """

    def __init__(
        self,
        tree: ObjectTree,
        service: str,
        found: BleakGATTCharacteristic,
        heard: Callable[[str, bytes], None],
    ) -> None:
        self.found = found
        self._tree = tree
        self._heard = heard
        self._client: BleakClient | None = None
        self._sessions: list[str] = []
        # bluetoothd counts by the declaration, which comes right before the value.
        path = f"{service}/char{found.handle - 1:04x}"
        self.object = BusObject(
            path,
            CHARACTERISTIC,
            {
                "UUID": Variant("s", found.uuid),
                "Service": Variant("o", service),
                "Value": Variant("ay", b""),
                "Flags": Variant("as", list(found.properties)),
                "MTU": Variant("q", 23),
            },
            {
                "ReadValue": self.read,
                "WriteValue": self.write,
                "StartNotify": self.start_notify,
                "StopNotify": self.stop_notify,
            },
        )
        if self._can_notify:
            self.object.properties["Notifying"] = Variant("b", False)
        self.descriptors = [self._descriptor(one.handle, one.uuid) for one in found.descriptors]

    async def connected(self, client: BleakClient, found: BleakGATTCharacteristic) -> None:
        """Use `client` from now on, and begin the sessions of before again."""
        self._client, self.found = client, found
        mtu = found.max_write_without_response_size + 3
        self._tree.change(self.object, MTU=Variant("q", mtu))
        if self._sessions:
            await self._subscribe(client)

    def disconnected(self) -> None:
        """Fall silent; the sessions stay."""
        self._client = None
        self._notifying(on=False)

    def left(self, client: str) -> None:
        """Forget the session of a client that has left the bus."""
        if client in self._sessions:
            self._tree.run(self._end_session(client))

    async def read(self, _: str, __: Options) -> tuple[str, list[Any]]:
        """Answer with the value; every session is told it as well."""
        client = self._connected()
        try:
            value = bytes(await client.read_gatt_char(self.found))
        except BleakError as error:
            raise of_gatt(error) from error
        self._tree.change(self.object, Value=Variant("ay", value))
        return "ay", [value]

    async def write(self, _: str, value: bytes, options: Options) -> None:
        """Write with or without a response of the pod, as the client says."""
        client = self._connected()
        default = "request" if "write" in self.found.properties else "command"
        asked = options["type"].value if "type" in options else default
        try:
            await client.write_gatt_char(self.found, value, response=asked == "request")
        except BleakError as error:
            raise of_gatt(error) from error

    async def start_notify(self, sender: str) -> None:
        """Begin a session of `sender`; without a link, it begins with the next one."""
        if not self._can_notify:
            raise not_supported()
        if sender in self._sessions:
            return
        self._sessions.append(sender)
        if self._client is not None and len(self._sessions) == 1:
            try:
                await self._subscribe(self._client)
            except BleakError as error:
                self._sessions.remove(sender)
                raise of_gatt(error) from error

    async def stop_notify(self, sender: str) -> None:
        """End the session of `sender`."""
        if sender not in self._sessions:
            raise failed("No notify session started")
        await self._end_session(sender)

    @property
    def _can_notify(self) -> bool:
        return bool({"notify", "indicate"} & set(self.found.properties))

    def _connected(self) -> BleakClient:
        if self._client is None:
            raise failed("Not connected")
        return self._client

    async def _subscribe(self, client: BleakClient) -> None:
        await client.start_notify(self.found, self._notified)
        self._notifying(on=True)

    def _notified(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        value = bytes(data)
        self._heard(self.found.uuid, value)
        for _ in self._sessions:
            self._tree.change(self.object, Value=Variant("ay", value))

    async def _end_session(self, sender: str) -> None:
        self._sessions.remove(sender)
        if self._sessions:
            return
        self._notifying(on=False)
        if self._client is not None:
            try:
                await self._client.stop_notify(self.found)
            except BleakError:  # the link has just gone, and the subscription with it
                return

    def _notifying(self, *, on: bool) -> None:
        if self._can_notify and self.object.properties["Notifying"].value != on:
            self._tree.change(self.object, Notifying=Variant("b", on))

    def _descriptor(self, handle: int, uuid: str) -> BusObject:
        async def read(_: str, __: Options) -> tuple[str, list[Any]]:
            client = self._connected()
            try:
                return "ay", [bytes(await client.read_gatt_descriptor(handle))]
            except BleakError as error:
                raise of_gatt(error) from error

        properties = {
            "UUID": Variant("s", uuid),
            "Characteristic": Variant("o", self.object.path),
            "Value": Variant("ay", b""),
        }
        path = f"{self.object.path}/desc{handle:04x}"
        return BusObject(path, DESCRIPTOR, properties, {"ReadValue": read})
