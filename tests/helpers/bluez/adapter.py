"""The adapter as bluetoothd offers it: power, discovery for each client, the pods found."""

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from dbus_fast import Variant

from bluez.characteristic import Options
from bluez.device import Daemon, Device, Heard
from bluez.errors import failed, in_progress, not_ready
from bluez.object_tree import BusObject, ObjectTree
from pipelines.radio.scan import Radio

ADAPTER = "org.bluez.Adapter1"
PATH = "/org/bluez/hci0"


class Adapter:
    """The adapter of `radio`, which may be any that bleak can use."""

    def __init__(
        self, tree: ObjectTree, radio: Radio, heard: Heard, *, powered: bool, forget_s: float
    ) -> None:
        self.devices: dict[str, Device] = {}
        self._tree = tree
        self._radio = radio
        self._daemon = Daemon(tree, radio, heard, PATH, self._powered, self._forget, forget_s)
        self._scanner: BleakScanner | None = None
        self._filters: dict[str, Options] = {}
        self._discovering: dict[str, Options] = {}
        properties = {
            "Address": Variant("s", "C0:00:00:00:00:01"),
            "AddressType": Variant("s", "public"),
            "Name": Variant("s", "virtual"),
            "Alias": Variant("s", "virtual"),
            "Powered": Variant("b", powered),
            "Discovering": Variant("b", False),
            "UUIDs": Variant("as", []),
            "Roles": Variant("as", ["central"]),
        }
        methods = {
            "SetDiscoveryFilter": self.set_discovery_filter,
            "StartDiscovery": self.start_discovery,
            "StopDiscovery": self.stop_discovery,
        }
        self.object = BusObject(PATH, ADAPTER, properties, methods)

    async def set_discovery_filter(self, sender: str, wanted: Options) -> None:
        """Keep what `sender` wants to be told of; it counts from its next start on."""
        self._filters[sender] = wanted

    async def start_discovery(self, sender: str) -> None:
        """Listen for pods, for one client more."""
        self._check_power()
        if sender in self._discovering:
            raise in_progress("Operation already in progress")
        self._discovering[sender] = self._filters.get(sender, {})
        if self._scanner is None:
            self._scanner = BleakScanner(self._detected, backend=self._radio.scanner_backend)
            await self._scanner.start()
            self._tree.change(self.object, Discovering=Variant("b", True))

    async def stop_discovery(self, sender: str) -> None:
        """Listen for one client less."""
        self._check_power()
        if sender not in self._discovering:
            raise failed("No discovery started")
        del self._discovering[sender]
        await self._rest()

    def left(self, client: str) -> None:
        """Forget a client that has left the bus; the links it opened stay."""
        self._filters.pop(client, None)
        if self._discovering.pop(client, None) is not None:
            self._tree.run(self._rest())
        for device in self.devices.values():
            device.left(client)

    async def power(self, *, on: bool) -> None:
        """Switch on, or off: what was discovered is kept, links and discoveries end."""
        self._tree.change(self.object, Powered=Variant("b", on))
        if not on:
            self._discovering.clear()
            await self._rest()
            for device in self.devices.values():
                await device.close()

    async def _rest(self) -> None:
        """Stop listening if nobody wants it any more."""
        if self._discovering or self._scanner is None:
            return
        scanner, self._scanner = self._scanner, None
        await scanner.stop()
        for device in self.devices.values():
            device.unseen()
        self._tree.change(self.object, Discovering=Variant("b", False))

    def _detected(self, found: BLEDevice, said: AdvertisementData) -> None:
        if (device := self.devices.get(found.address)) is not None:
            device.seen(found, said)
        elif any(_passes(said, wanted) for wanted in self._discovering.values()):
            device = Device(self._daemon, found, said)
            self.devices[found.address] = device
            self._tree.add(device.object)

    def _forget(self, address: str) -> None:
        if (device := self.devices.pop(address, None)) is not None:
            self._tree.remove(device.object.path)

    def _powered(self) -> bool:
        return bool(self.object.properties["Powered"].value)

    def _check_power(self) -> None:
        if not self._powered():
            raise not_ready()


def _passes(said: AdvertisementData, wanted: Options) -> bool:
    if "UUIDs" in wanted and not {*wanted["UUIDs"].value} & {*said.service_uuids}:
        return False
    return "RSSI" not in wanted or said.rssi >= wanted["RSSI"].value
