"""bleak over bumble: scanners and clients that talk through a bumble central.

bleak takes backend classes, not objects, so `backends` makes two classes bound to one central.
GATT calls fail when the link is lost instead of waiting for ever.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import CharacteristicPropertyName
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_str
from bumble.att import ATT_Error
from bumble.core import UUID, AdvertisingData, BaseBumbleError
from bumble.core import TimeoutError as BumbleTimeoutError
from bumble.device import Advertisement, Connection, Device, Peer
from bumble.gatt import Characteristic
from bumble.hci import Address, HCI_LE_Create_Connection_Cancel_Command

T = TypeVar("T")
ATT_MTU: Final = 247  # fills one packet of the air: 251 bytes, less 4 of L2CAP
_PROPERTIES: dict[Characteristic.Properties, CharacteristicPropertyName] = {
    Characteristic.Properties.READ: "read",
    Characteristic.Properties.WRITE_WITHOUT_RESPONSE: "write-without-response",
    Characteristic.Properties.WRITE: "write",
    Characteristic.Properties.NOTIFY: "notify",
    Characteristic.Properties.INDICATE: "indicate",
}


@dataclass(eq=False)
class _Central:
    """What all scanners and clients share. A controller connects to one pod at a time."""

    device: Device
    connecting: asyncio.Lock = field(default_factory=asyncio.Lock)
    scanners: list["_Scanner"] = field(default_factory=list)


def backends(device: Device) -> tuple[type[BaseBleakScanner], type[BaseBleakClient]]:
    """Return the scanner and client classes that make bleak use the central `device`."""
    central = _Central(device)

    def detected(advertisement: Advertisement) -> None:
        for scanner in tuple(central.scanners):
            scanner.detect(advertisement)

    device.on(Device.EVENT_ADVERTISEMENT, detected)
    bound = {"central": central}
    return type("BumbleScanner", (_Scanner,), bound), type("BumbleClient", (_Client,), bound)


def _uuid(uuid: UUID) -> str:
    return normalize_uuid_str(uuid.to_hex_str("-"))


class _Scanner(BaseBleakScanner):
    central: ClassVar[_Central]

    def __init__(
        self,
        detection_callback: Callable[[BLEDevice, AdvertisementData], None] | None,
        service_uuids: list[str] | None,
        scanning_mode: str,  # noqa: ARG002
        **_: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        self.seen_devices = {}
        self.central.scanners.append(self)
        if not self.central.device.is_scanning:
            await self.central.device.start_scanning(filter_duplicates=False)

    async def stop(self) -> None:
        self.central.scanners.remove(self)
        if not self.central.scanners:
            await self.central.device.stop_scanning()

    def detect(self, advertisement: Advertisement) -> None:
        data, kind = advertisement.data, AdvertisingData.Type
        uuids = [
            _uuid(uuid)
            for several in (
                data.get_all(kind.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS),
                data.get_all(kind.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS),
                data.get_all(kind.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS),
                data.get_all(kind.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS),
            )
            for listed in several
            for uuid in listed
        ]
        if self.is_allowed_uuid(uuids):
            name = data.get(kind.COMPLETE_LOCAL_NAME) or data.get(kind.SHORTENED_LOCAL_NAME)
            made = dict(data.get_all(kind.MANUFACTURER_SPECIFIC_DATA))
            address = advertisement.address.to_string(with_type_qualifier=False)
            said = AdvertisementData(name, made, {}, uuids, None, advertisement.rssi, ())
            device = self.create_or_update_device(
                address, address, name, advertisement.address, said
            )
            self.call_detection_callbacks(device, said)


class _Client(BaseBleakClient):
    central: ClassVar[_Central]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **_: Any,
    ) -> None:
        super().__init__(
            address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout
        )
        self._name = self.address
        if isinstance(address_or_ble_device, BLEDevice) and address_or_ble_device.name:
            self._name = address_or_ble_device.name
        self._connection: Connection | None = None
        self._subscribed: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        return self._name

    @property
    def mtu_size(self) -> int:
        return self._connection.att_mtu if self._connection else 23

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    async def connect(self, pair: bool, **_: Any) -> None:  # noqa: ARG002, FBT001
        if self._connection is not None:
            raise BleakError("already connected")
        device = self.central.device
        try:
            async with self.central.connecting:
                connection = await device.connect(Address(self.address), timeout=self._timeout)
        except BumbleTimeoutError as error:
            raise BleakDeviceNotFoundError(self.address, "it does not answer") from error
        except BaseBumbleError as error:
            raise BleakError(f"connection failed ({error})") from error
        except asyncio.CancelledError:
            # The controller would go on trying, and refuse every other connection meanwhile.
            with suppress(BaseBumbleError):
                await device.send_sync_command(HCI_LE_Create_Connection_Cancel_Command())
            raise
        self._connection = connection
        connection.on(Connection.EVENT_DISCONNECTION, self._disconnected)
        peer = Peer(connection)
        await self._unless_lost(peer.request_mtu(ATT_MTU))
        self.services = await self._unless_lost(self._discovered(peer))

    async def disconnect(self) -> None:
        if self._connection is not None:
            with suppress(BaseBumbleError):
                await self._connection.disconnect()

    def _disconnected(self, _: int) -> None:
        self._connection = None
        self.services = None
        self._subscribed.clear()
        if self._disconnected_callback:
            self._disconnected_callback()

    async def _discovered(self, peer: Peer) -> BleakGATTServiceCollection:
        found = BleakGATTServiceCollection()
        for service in await peer.discover_services():
            home = BleakGATTService(service, service.handle, _uuid(service.uuid))
            found.add_service(home)
            for characteristic in await service.discover_characteristics():
                one = BleakGATTCharacteristic(
                    characteristic,
                    characteristic.handle,
                    _uuid(characteristic.uuid),
                    [name for bit, name in _PROPERTIES.items() if characteristic.properties & bit],
                    lambda: self.mtu_size - 3,
                    home,
                )
                found.add_characteristic(one)
                for descriptor in await characteristic.discover_descriptors():
                    uuid = _uuid(descriptor.type)
                    found.add_descriptor(
                        BleakGATTDescriptor(descriptor, descriptor.handle, uuid, one)
                    )
        return found

    async def _unless_lost(self, work: Coroutine[Any, Any, T]) -> T:
        """Await `work`; BleakError if the link goes first, for bumble itself may never notice."""
        if self._connection is None:
            work.close()
            raise BleakError("not connected")
        connection = self._connection
        lost = asyncio.Event()
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(lost.wait())

        def notice(_: int) -> None:
            lost.set()

        connection.on(Connection.EVENT_DISCONNECTION, notice)
        try:
            await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
            if not task.done() or task.cancelled():
                raise BleakError("disconnected")
            return task.result()
        except ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except BaseBumbleError as error:
            raise BleakError(str(error)) from error
        finally:
            connection.remove_listener(Connection.EVENT_DISCONNECTION, notice)
            task.cancel()
            gone.cancel()
            await asyncio.gather(task, gone, return_exceptions=True)

    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        *,
        use_cached: bool = False,  # noqa: ARG002
        **_: Any,
    ) -> bytearray:
        return bytearray(await self._unless_lost(characteristic.obj.read_value()))

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,  # noqa: FBT001
    ) -> None:
        write = characteristic.obj.write_value(bytes(data), with_response=response)
        await self._unless_lost(write)

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: Callable[[bytearray], None],
        **_: Any,
    ) -> None:
        if characteristic.handle in self._subscribed:
            raise BleakError("notifications are on already")

        def receive(value: bytes) -> None:
            callback(bytearray(value))

        self._subscribed[characteristic.handle] = receive
        await self._unless_lost(characteristic.obj.subscribe(receive))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        receive = self._subscribed.pop(characteristic.handle)
        await self._unless_lost(characteristic.obj.unsubscribe(receive))

    async def read_gatt_descriptor(self, descriptor: BleakGATTDescriptor, **_: Any) -> bytearray:
        return bytearray(await self._unless_lost(descriptor.obj.read_value()))

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        await self._unless_lost(descriptor.obj.write_value(bytes(data), with_response=True))

    async def pair(self, *_: Any, **__: Any) -> None:
        raise BleakError("pods of the virtual radio do not pair")

    async def unpair(self) -> None:
        raise BleakError("pods of the virtual radio do not pair")
