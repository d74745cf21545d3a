"""Hold a conversation with a pod: do what it asks for, hand it the answers.

Nothing here decodes what a pod sends.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

from bleak.exc import BleakCharacteristicNotFoundError, BleakError

from firmware_protocols.protocol import Packet
from firmware_protocols.requests import (
    Ask,
    Fits,
    Keep,
    Listen,
    Pause,
    Read,
    Request,
    Subscribe,
    Talk,
    Wait,
    Write,
)
from pipelines.radio.link import Link, characteristic
from pipelines.radio.trouble import LinkLostError, RadioError

T = TypeVar("T")
MOST_KEPT: Final = 10_000  # notifications that a conversation lets wait before the oldest go


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
    if request.optional and characteristic(link, request.channel) is None:
        return b""
    uuid = link.protocol.channels[request.channel]
    value = bytes(await link.client.read_gatt_char(uuid))
    link.on_packet(Packet(link.clock_ns(), request.channel, value))
    return value


async def _subscribe(link: Link, request: Subscribe) -> bytes:
    channel = request.channel
    there = not request.optional or characteristic(link, channel) is not None
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
        one = characteristic(link, request.channel)
        confirmed = one is not None and "write" in one.properties
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
