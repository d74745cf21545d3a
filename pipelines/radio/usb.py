"""A cable as a radio: MetaMotionS pods on USB, to be found, connected and told what others are.

Their serial port carries the messages that they send over the air. So it is put under bleak as a
backend, and scan, connection and conversations are those of Bluetooth. pyserial is the extra
``midstance[usb]`` and is imported only when needed.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any, ClassVar, Final

from bleak.args import SizedBuffer
from bleak.assigned_numbers import CharacteristicPropertyName
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError

from firmware_protocols.metawear.gatt import CHANNELS, SERVICE, Channel
from firmware_protocols.metawear.messages import Debug, Module, message
from firmware_protocols.metawear.usb_frames import (
    BAUD,
    LONGEST_LINE,
    MOST_BYTES,
    PRODUCT,
    VENDOR,
    WHO,
    FrameAssembler,
    decode_who,
    encode_frame,
)
from firmware_protocols.protocol import DecodeError
from firmware_protocols.standard_services import DEVICE_INFORMATION
from pipelines.errors import not_installed
from pipelines.radio.scan import Radio
from pipelines.radio.trouble import RadioError

READ_S: Final = 0.1
SETTLED_S: Final = 0.1
ANSWER_S: Final = 2.0
AT_ONCE: Final = 1024
ATT_BYTES: Final = 3
PRESENT_DBM: Final = 0
_CAN: Final[dict[Channel, list[CharacteristicPropertyName]]] = {
    Channel.COMMAND: ["write-without-response", "write"],
    Channel.NOTIFY: ["notify"],
    Channel.MODEL: ["read"],
    Channel.SERIAL: ["read"],
    Channel.FIRMWARE: ["read"],
}


@dataclass(frozen=True)
class Port:
    """A serial port with a pod: the path by which the system knows it, and the pod's address."""

    path: str
    address: str
    name: str = "MetaMotionS"


def plugged_in() -> list[Port]:
    """Return the pods that are plugged in; RadioError, which says what to install, if need be."""
    _need_pyserial()
    from serial.tools.list_ports import comports

    return [
        Port(one.device, address_of(one.serial_number or one.device), one.product or Port.name)
        for one in comports()
        if (one.vid, one.pid) == (VENDOR, PRODUCT)
    ]


def address_of(serial_number: str) -> str:
    """Return the address that a pod has over the air too: it is the serial number of its port."""
    pairs = [serial_number[at : at + 2] for at in range(0, len(serial_number), 2)]
    hexadecimal = set(serial_number) <= set("0123456789abcdefABCDEF")
    return ":".join(pairs).upper() if len(serial_number) == 12 and hexadecimal else serial_number


def usb_radio(ports: Sequence[Port] | None = None) -> Radio:
    """Return a radio in whose range are the pods on `ports`, by default all that are plugged in."""
    _need_pyserial()

    bound = {"range": _Range(ports)}
    return Radio(type("UsbScanner", (_Scanner,), bound), type("UsbClient", (_Client,), bound))


def radio_with_pods() -> Radio:
    """Return that radio; RadioError, in one sentence, where no pod is plugged in."""
    if not plugged_in():
        raise RadioError(
            "no MetaMotionS is plugged in; plug in all pods of the run, or leave out --usb"
        )
    return usb_radio()


def _need_pyserial() -> None:
    try:
        import serial  # noqa: F401
    except ModuleNotFoundError as error:
        raise RadioError(not_installed("pods on USB need pyserial, which", "usb")) from error


@dataclass(frozen=True)
class _Range:
    """What can be found: `ports`, or what is plugged in."""

    ports: Sequence[Port] | None

    async def found(self) -> Sequence[Port]:
        return await asyncio.to_thread(plugged_in) if self.ports is None else self.ports


class _Scanner(BaseBleakScanner):
    range: ClassVar[_Range]

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
        if not self.is_allowed_uuid([SERVICE]):
            return
        for port in await self.range.found():
            said = AdvertisementData(port.name, {}, {}, [SERVICE], None, PRESENT_DBM, ())
            device = self.create_or_update_device(port.path, port.address, port.name, port, said)
            self.call_detection_callbacks(device, said)

    async def stop(self) -> None:
        """Do nothing: what is plugged in was looked up at once."""


class _Client(BaseBleakClient):
    range: ClassVar[_Range]

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
        self._port: Any = None
        self._strings: dict[Channel, bytes] = {}
        self._receive: Callable[[bytearray], None] | None = None
        self._loop = asyncio.get_running_loop()

    @property
    def name(self) -> str:
        return Port.name

    @property
    def mtu_size(self) -> int:
        return MOST_BYTES

    @property
    def is_connected(self) -> bool:
        return self._port is not None

    async def connect(self, pair: bool, **_: Any) -> None:  # noqa: ARG002, FBT001
        there = await self.range.found()
        path = next((port.path for port in there if port.address == self.address), None)
        if path is None:
            raise BleakDeviceNotFoundError(self.address, "it is not plugged in")
        opened, self._strings = await asyncio.to_thread(_opened, path)
        self._port = opened
        self.services = _services()
        Thread(target=self._read, args=(opened,), daemon=True, name=f"USB {path}").start()

    async def disconnect(self) -> None:
        if self._port is not None:
            goodbye = message(Module.DEBUG, Debug.DISCONNECT)
            with suppress(OSError):
                await asyncio.to_thread(self._port.write, encode_frame(goodbye))
        self._close()

    def _close(self) -> None:
        opened, self._port = self._port, None
        if opened is not None:
            opened.close()
            self._receive = None
            if self._disconnected_callback:
                self._disconnected_callback()

    def _read(self, opened: Any) -> None:
        """Hand on what comes, in a thread, until the port is closed or the cable pulled."""
        assembler = FrameAssembler()
        with suppress(OSError, TypeError):  # pyserial on a port that was closed meanwhile
            while opened.is_open:
                received = opened.read(max(1, min(AT_ONCE, opened.in_waiting)))
                for said in assembler.feed(received):
                    self._loop.call_soon_threadsafe(self._notify, said)
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._gone, opened)

    def _gone(self, opened: Any) -> None:
        if self._port is opened:
            self._close()

    def _notify(self, said: bytes) -> None:
        if self._receive is not None:
            self._receive(bytearray(said))

    async def read_gatt_char(self, characteristic: BleakGATTCharacteristic, **_: Any) -> bytearray:
        return bytearray(self._strings[characteristic.obj])

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,  # noqa: ARG002
        data: SizedBuffer,
        response: bool,  # noqa: ARG002, FBT001
    ) -> None:
        if self._port is None:
            raise BleakError("not connected")
        try:
            await asyncio.to_thread(self._port.write, encode_frame(bytes(data)))
        except OSError as error:
            raise BleakError(f"the cable does not take it ({error})") from error

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,  # noqa: ARG002
        callback: Callable[[bytearray], None],
        **_: Any,
    ) -> None:
        self._receive = callback

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:  # noqa: ARG002
        self._receive = None

    async def read_gatt_descriptor(self, *_: Any, **__: Any) -> bytearray:
        raise BleakError("a serial port has no descriptors")

    async def write_gatt_descriptor(self, *_: Any, **__: Any) -> None:
        raise BleakError("a serial port has no descriptors")

    async def pair(self, *_: Any, **__: Any) -> None:
        raise BleakError("pods on USB do not pair")

    async def unpair(self) -> None:
        raise BleakError("pods on USB do not pair")


def _opened(path: str) -> tuple[Any, dict[Channel, bytes]]:
    """Open a port, throw away what was left in it, and ask who is there."""
    from serial import Serial, SerialException

    try:
        opened = Serial(path, BAUD, timeout=READ_S)
    except (SerialException, OSError) as error:
        raise BleakError(f"{path} cannot be opened ({error}); may you use serial ports?") from error
    time.sleep(SETTLED_S)
    opened.reset_input_buffer()
    opened.reset_output_buffer()
    opened.write(WHO)
    until_s = time.monotonic() + ANSWER_S
    while time.monotonic() < until_s:
        # A pod that streams already sends frames before and behind its answer.
        line = opened.read_until(b"\n", LONGEST_LINE)
        with suppress(DecodeError):
            return opened, decode_who(line)
    opened.close()
    raise BleakError(f"the pod on {path} does not say who it is; unplug it and plug it in again")


def _services() -> BleakGATTServiceCollection:
    found = BleakGATTServiceCollection()
    own = dict.fromkeys((Channel.COMMAND, Channel.NOTIFY), SERVICE)
    homes = {
        uuid: BleakGATTService(None, handle, uuid)
        for handle, uuid in ((100, SERVICE), (200, DEVICE_INFORMATION))
    }
    for home in homes.values():
        found.add_service(home)
    for channel, can in _CAN.items():
        home = homes[own.get(channel, DEVICE_INFORMATION)]
        handle = home.handle + 1 + channel
        one = BleakGATTCharacteristic(
            channel, handle, CHANNELS[channel], can, lambda: MOST_BYTES - ATT_BYTES, home
        )
        found.add_characteristic(one)
    return found
