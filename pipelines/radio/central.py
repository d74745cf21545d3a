"""The Bluetooth central: find pods, connect to them, hold conversations with them.

Written against bleak's public interface only, so the same code runs over the operating system's
Bluetooth and over the virtual radio. Nothing here decodes what a pod sends.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from bleak import BleakClient, BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakError
from bleak.uuids import normalize_uuid_str

from firmware_protocols.protocol import Ask, Conversation, Packet, Protocol, Read, Request

T = TypeVar("T")
OnPacket = Callable[[Packet], None]
ClockNs = Callable[[], int]


class RadioError(OSError):
    """Bluetooth could not do what was asked; the message says what to do next."""


class LinkLostError(RadioError):
    """The link to a pod broke; connecting again may bring it back."""


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
    """An open connection to one pod. `lost` is set when it has gone, for whatever reason."""

    client: BleakClient
    protocol: Protocol
    on_packet: OnPacket
    clock_ns: ClockNs
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: dict[int, "asyncio.Future[bytes]"] = field(default_factory=dict, repr=False)


async def scan(
    radio: Radio,
    protocols: Sequence[Protocol],
    *,
    timeout_s: float = 5.0,
    enough: int | None = None,
) -> list[Found]:
    """Return the pods that advertise one of `protocols`, strongest first.

    Listens for `timeout_s`, or until `enough` pods have been found.
    """
    by_service = {normalize_uuid_str(p.service_uuid): p for p in protocols}
    found: dict[str, Found] = {}
    complete = asyncio.Event()

    def detected(device: BLEDevice, said: AdvertisementData) -> None:
        for uuid in said.service_uuids:
            if (protocol := by_service.get(uuid)) is not None:
                name = said.local_name or device.name or device.address
                found[device.address] = Found(device, device.address, name, protocol, said.rssi)
        if enough is not None and len(found) >= enough:
            complete.set()

    with _plain_words("cannot scan"):
        async with BleakScanner(detected, list(by_service), backend=radio.scanner_backend):
            with suppress(TimeoutError):
                await asyncio.wait_for(complete.wait(), timeout_s)
    return sorted(found.values(), key=lambda pod: (-pod.rssi_dbm, pod.address))


@asynccontextmanager
async def connect(
    radio: Radio, pod: Found, on_packet: OnPacket, *, clock_ns: ClockNs, timeout_s: float = 10.0
) -> AsyncIterator[Link]:
    """Hold a link to `pod` open; on leaving it is closed, also when it was lost meanwhile.

    Everything the pod says afterwards is given to `on_packet`, stamped by `clock_ns` on arrival.
    A new client is made for every connection: reusing one delivers notifications twice on some
    systems.
    """
    lost = asyncio.Event()
    client = BleakClient(
        pod.device, lambda _: lost.set(), timeout=timeout_s, backend=radio.client_backend
    )
    try:
        with _plain_words(f"{pod.name}: cannot connect"):
            # bleak's own time limit does not cover the discovery of services everywhere.
            async with radio.connecting, asyncio.timeout(2 * timeout_s):
                await client.connect()
        yield Link(client, pod.protocol, on_packet, clock_ns, lost)
    finally:
        lost.set()
        with suppress(BleakError, OSError, EOFError):
            await client.disconnect()


async def converse(link: Link, conversation: Conversation) -> None:
    """Do what `conversation` asks for, one request after the other, and send it the answers.

    One conversation at a time on a link.
    Answers to reads are packets too; answers to `Ask` are notifications and so already are.
    A pod that does not answer in time raises TimeoutError inside the conversation, which may
    try again. Raises LinkLostError as soon as the link is lost.
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
    except StopIteration:
        return
    finally:
        conversation.close()


async def _answer(link: Link, request: Request) -> bytes:
    uuid = link.protocol.channels[request.channel]
    if isinstance(request, Ask):
        return await _ask(link, request)
    if isinstance(request, Read):
        value = bytes(await link.client.read_gatt_char(uuid))
        link.on_packet(Packet(link.clock_ns(), request.channel, value))
        return value
    await link.client.start_notify(uuid, _receiver(link, request.channel))
    return b""


def _receiver(link: Link, channel: int) -> Callable[[object, bytearray], None]:
    """Return a callback that stamps the time before anything else."""

    def receive(_: object, data: bytearray) -> None:
        host_ns = link.clock_ns()
        payload = bytes(data)
        link.on_packet(Packet(host_ns, channel, payload))
        waiter = link.waiting.pop(channel, None)
        if waiter is not None and not waiter.done():
            waiter.set_result(payload)

    return receive


async def _ask(link: Link, request: Ask) -> bytes:
    uuid = link.protocol.channels[request.channel]
    characteristic = link.client.services.get_characteristic(uuid)
    confirmed = characteristic is not None and "write" in characteristic.properties
    # The pod may answer before the write is confirmed, so listen first.
    reply = asyncio.get_running_loop().create_future()
    link.waiting[request.reply] = reply
    try:
        async with asyncio.timeout(request.timeout_s):
            await link.client.write_gatt_char(uuid, request.payload, response=confirmed)
            return bytes(await reply)
    finally:
        link.waiting.pop(request.reply, None)


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


@contextmanager
def _plain_words(what: str) -> Iterator[None]:
    """Turn what Bluetooth raises into one sentence that says what to do next."""
    try:
        yield
    except BleakBluetoothNotAvailableError as error:
        raise RadioError(_unavailable(what, str(error.args[0]))) from error
    except BleakError as error:
        raise RadioError(f"{what} ({error}); switch the pod off and on, then try again") from error
    except TimeoutError as error:
        raise RadioError(f"{what}, it does not answer; bring it closer or charge it") from error
    except OSError as error:
        # No Bluetooth service at all: on Linux, the D-Bus socket is missing.
        raise RadioError(_unavailable(what, error.strerror or str(error))) from error


def _unavailable(what: str, why: str) -> str:
    return (
        f"{what}: Bluetooth is not available on this machine ({why.rstrip('.')}); "
        "plug in or switch on an adapter"
    )
