"""The Bluetooth central: find pods, connect to them, hold conversations with them.

Written against bleak's public interface only, so the same code runs over the operating system's
Bluetooth and over the virtual radio. Nothing here decodes what a pod sends.
"""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakCharacteristicNotFoundError, BleakError
from bleak.uuids import normalize_uuid_str

from firmware_protocols.advertised import Advertised
from firmware_protocols.protocol import (
    Ask,
    Fits,
    Keep,
    Listen,
    Packet,
    Pause,
    Protocol,
    Read,
    Request,
    Subscribe,
    Talk,
    Wait,
    Write,
)
from pipelines.radio.trouble import LinkLostError as LinkLostError
from pipelines.radio.trouble import RadioError as RadioError
from pipelines.radio.trouble import plain_words

T = TypeVar("T")
OnPacket = Callable[[Packet], None]
MakeSafe = Callable[[], None]
ClockNs = Callable[[], int]
UNKNOWN_DBM: Final = -127  # as bleak says it
MOST_KEPT: Final = 10_000  # notifications that a conversation lets wait before the oldest go


@dataclass(frozen=True)
class Radio:
    """Which Bluetooth to use: None is the operating system's own.

    `connecting` serialises connects: two at once fail on BlueZ.
    """

    scanner_backend: type[BaseBleakScanner] | None = None
    client_backend: type[BaseBleakClient] | None = None
    connecting: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False)


@dataclass(frozen=True)
class Found:
    """A pod that advertises: `address` is a UUID of this machine's own making on macOS."""

    device: BLEDevice = field(repr=False, compare=False)
    address: str
    name: str
    protocol: Protocol = field(repr=False, compare=False)
    rssi_dbm: int


@dataclass(eq=False)
class Link:
    """An open connection to one pod. `lost` is set when it has gone, for whatever reason.

    `kept` are the notifications, by channel, that the conversation has not taken yet; `arrived` is
    set when there is a new one. `make_safe` returns once all packets are safe from a crash.
    """

    client: BleakClient
    protocol: Protocol
    on_packet: OnPacket
    clock_ns: ClockNs
    make_safe: MakeSafe = field(default=lambda: None, repr=False)
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    subscribed: set[int] = field(default_factory=set, repr=False)
    kept: dict[int, deque[bytes]] = field(default_factory=dict, repr=False)
    arrived: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def att_mtu(self) -> int:
        """The longest packet of the link, 3 bytes of header included; 0 where that is not known.

        BlueZ says it with each characteristic only, and bleak's client 23 for it.
        """
        of_each = [_characteristic(self, k) for k in range(len(self.protocol.channels))]
        sizes = [one.max_write_without_response_size for one in of_each if one is not None]
        return max(sizes) + 3 if sizes else 0


async def scan(
    radio: Radio,
    protocols: Sequence[Protocol],
    *,
    timeout_s: float = 5.0,
    enough: int | None = None,
    address: str | None = None,
) -> list[Found]:
    """Return the pods that advertise one of `protocols`, strongest first.

    Listens for `timeout_s`, or until `enough` pods, or that of `address`, have been found.
    """
    found: dict[str, Found] = {}
    complete = asyncio.Event()

    def detected(device: BLEDevice, received: AdvertisementData) -> None:
        said = _advertised(device, received)
        protocol = next((p for p in protocols if p.signature.fits(said)), None)
        if protocol is not None:
            name = said.name or device.address
            found[device.address] = Found(device, device.address, name, protocol, received.rssi)
        if (enough is not None and len(found) >= enough) or address in found:
            complete.set()

    with plain_words("cannot scan"):
        for known in await _left_connected(radio, protocols):
            detected(*known)
        async with BleakScanner(detected, _filter(protocols), backend=radio.scanner_backend):
            with suppress(TimeoutError):
                await asyncio.wait_for(complete.wait(), timeout_s)
    return sorted(found.values(), key=lambda pod: (-pod.rssi_dbm, pod.address))


def _advertised(device: BLEDevice, received: AdvertisementData) -> Advertised:
    return Advertised(
        name=received.local_name or device.name or "",
        services=frozenset(normalize_uuid_str(uuid) for uuid in received.service_uuids),
        manufacturer=received.manufacturer_data,
    )


def _filter(protocols: Sequence[Protocol]) -> list[str] | None:
    """Return the services to scan for; None where a pod may be known by something else."""
    filters = [protocol.signature.filter for protocol in protocols]
    return [uuid for one in filters for uuid in one] if all(filters) else None


async def _left_connected(
    radio: Radio, protocols: Sequence[Protocol]
) -> list[tuple[BLEDevice, AdvertisementData]]:
    """Return the pods whose link a killed program left behind.

    BlueZ keeps such a link, and a pod that has one does not advertise: no scan finds it.
    """
    if radio.scanner_backend is not None or sys.platform != "linux":
        return []
    adapter = await BleakAdapter.get()
    return [
        (device, AdvertisementData(device.name, {}, {}, [uuid], None, UNKNOWN_DBM, ()))
        for protocol in protocols
        for uuid in protocol.signature.services
        for device in await adapter.get_connected_devices([uuid])
    ]


@asynccontextmanager
async def connect(
    radio: Radio,
    pod: Found,
    on_packet: OnPacket,
    *,
    clock_ns: ClockNs,
    timeout_s: float = 10.0,
    make_safe: MakeSafe = lambda: None,
) -> AsyncIterator[Link]:
    """Hold a link to `pod` open; on leaving it is closed, also when it was lost meanwhile.

    Everything the pod says afterwards is given to `on_packet`, stamped by `clock_ns` on arrival;
    where a pod is to erase it then, `make_safe` is called before, in a thread. A new client is made
    for every connection: reusing one delivers notifications twice on some systems.
    """
    lost = asyncio.Event()

    def client_of(device: BLEDevice | str) -> BleakClient:
        return BleakClient(
            device, lambda _: lost.set(), timeout=timeout_s, backend=radio.client_backend
        )

    client = client_of(pod.device)
    try:
        with plain_words(f"{pod.name}: cannot connect"):
            # bleak's own time limit does not cover the discovery of services everywhere.
            async with radio.connecting, asyncio.timeout(2 * timeout_s):
                try:
                    await client.connect()
                except BleakError as error:
                    # BlueZ forgets a pod half a minute after its link was lost: scan for it.
                    if radio.client_backend is not None or "not found" not in str(error):
                        raise
                    client = client_of(pod.address)
                    await client.connect()
        yield Link(client, pod.protocol, on_packet, clock_ns, make_safe, lost)
    finally:
        lost.set()
        with suppress(BleakError, OSError, EOFError):
            await client.disconnect()


async def send(link: Link, request: Write) -> None:
    """Write something that no conversation waits for, beside any; LinkLostError if it is lost."""
    await _unless_lost(link, _write(link, request))


async def converse(link: Link, conversation: Talk[T]) -> T:
    """Do what `conversation` asks for, one request after the other; return what it returns.

    One conversation at a time on a link. Answers to reads are packets too; all other answers are
    notifications and so already are. A pod that does not answer in time raises TimeoutError inside
    the conversation, which may try again. Raises LinkLostError as soon as the link is lost.
    """
    try:
        request = next(conversation)
        while True:
            try:
                answer = await _unless_lost(link, _answer(link, request))
            except TimeoutError as error:
                request = conversation.throw(error)
            else:
                request = conversation.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        conversation.close()
        link.kept.clear()


async def _answer(link: Link, request: Request) -> bytes:
    answer = _ANSWERS[type(request)]
    return await answer(link, request)


async def _read(link: Link, request: Read) -> bytes:
    if request.optional and _characteristic(link, request.channel) is None:
        return b""
    uuid = link.protocol.channels[request.channel]
    value = bytes(await link.client.read_gatt_char(uuid))
    link.on_packet(Packet(link.clock_ns(), request.channel, value))
    return value


async def _subscribe(link: Link, request: Subscribe) -> bytes:
    channel = request.channel
    there = not request.optional or _characteristic(link, channel) is not None
    if there and channel not in link.subscribed:
        await link.client.start_notify(link.protocol.channels[channel], _receiver(link, channel))
        link.subscribed.add(channel)
    return b""


def _receiver(link: Link, channel: int) -> Callable[[object, bytearray], None]:
    """Return a callback that stamps the time before anything else."""

    def receive(_: object, data: bytearray) -> None:
        host_ns = link.clock_ns()
        payload = bytes(data)
        link.on_packet(Packet(host_ns, channel, payload))
        if (kept := link.kept.get(channel)) is not None:
            kept.append(payload)
            link.arrived.set()

    return receive


async def _write(link: Link, request: Write | Ask) -> bytes:
    uuid = link.protocol.channels[request.channel]
    confirmed = request.confirmed
    if confirmed is None:
        characteristic = _characteristic(link, request.channel)
        confirmed = characteristic is not None and "write" in characteristic.properties
    await link.client.write_gatt_char(uuid, request.payload, response=confirmed)
    return b""


async def _listen(link: Link, request: Listen) -> bytes:
    link.kept.setdefault(request.channel, deque(maxlen=MOST_KEPT))
    return b""


async def _ask(link: Link, request: Ask) -> bytes:
    # The pod may answer before the write is confirmed, so listen first.
    link.kept[request.reply] = deque(maxlen=MOST_KEPT)
    async with asyncio.timeout(request.timeout_s):
        await _write(link, request)
        return await _next(link, request.reply, request.fits)


async def _wait(link: Link, request: Wait) -> bytes:
    await _listen(link, Listen(request.channel))
    async with asyncio.timeout(request.timeout_s):
        return await _next(link, request.channel, request.fits)


async def _pause(_: Link, request: Pause) -> bytes:
    await asyncio.sleep(request.seconds)
    return b""


async def _keep(link: Link, _: Keep) -> bytes:
    await asyncio.to_thread(link.make_safe)
    return b""


async def _next(link: Link, channel: int, fits: Fits) -> bytes:
    """Take what `channel` notified, oldest first, until one fits."""
    kept = link.kept[channel]
    while True:
        link.arrived.clear()
        while kept:
            payload = kept.popleft()
            if fits(payload):
                return payload
        await link.arrived.wait()


_ANSWERS: Final[Mapping[type[Request], Callable[[Link, Any], Awaitable[bytes]]]] = {
    Read: _read,
    Subscribe: _subscribe,
    Write: _write,
    Listen: _listen,
    Wait: _wait,
    Ask: _ask,
    Pause: _pause,
    Keep: _keep,
}


def _characteristic(link: Link, channel: int) -> BleakGATTCharacteristic | None:
    return link.client.services.get_characteristic(link.protocol.channels[channel])


async def _unless_lost(link: Link, work: Awaitable[T]) -> T:
    """Return what `work` returns, or raise LinkLostError the moment the link is lost.

    Operating systems differ in whether a GATT call fails or waits when the link goes.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(link.lost.wait())
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done() or task.cancelled():
            raise LinkLostError(_lost(link))
        return task.result()
    except BleakCharacteristicNotFoundError as error:
        raise RadioError(
            f"{link.client.address} has not all that {link.protocol.name} needs (no "
            f"{error.char_specifier}), so another firmware; update it"
        ) from error
    except (BleakError, EOFError) as error:
        if not link.client.is_connected:
            raise LinkLostError(_lost(link)) from error
        raise RadioError(f"{link.client.address}: {error}; switch the pod off and on") from error
    finally:
        for pending in (task, gone):
            pending.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


def _lost(link: Link) -> str:
    return f"the link to {link.client.address} was lost; bring the pod closer or charge it"
