"""Ask a pod again whose link broke: a question alone changes nothing in it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from firmware_protocols.requests import Talk
from pipelines.radio.conversation import converse
from pipelines.radio.link import ClockNs, OnPacket, connect
from pipelines.radio.scan import Found, Radio, scan
from pipelines.radio.trouble import RadioError

T = TypeVar("T")
ATTEMPTS: Final = 4
"""Links in a row that may break without anything new before it is given up."""
AGAIN_S: Final = 1.0
LOOK_S: Final = 5.0


def unheard(_: object) -> None:
    """Keep nothing of what a pod says."""


async def asked(
    radio: Radio,
    found: Found,
    conversation: Callable[[], Talk[T]],
    clock_ns: ClockNs,
    on_packet: OnPacket = unheard,
) -> T:
    """Hold a conversation on a link of its own, and again where the link breaks.

    It must be one that can be held twice. Raises what went wrong the last time.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return await _once(radio, found, conversation, clock_ns, on_packet)
        except (RadioError, TimeoutError):
            found = await seen_again(radio, found)
    return await _once(radio, found, conversation, clock_ns, on_packet)


async def seen_again(radio: Radio, found: Found) -> Found:
    """Return a pod as it is seen now: systems forget one that had no link for half a minute."""
    await asyncio.sleep(AGAIN_S)
    with suppress(RadioError):
        seen = await scan(radio, (found.protocol,), timeout_s=LOOK_S, address=found.address)
        return next((one for one in seen if one.address == found.address), found)
    return found


async def _once(
    radio: Radio,
    found: Found,
    conversation: Callable[[], Talk[T]],
    clock_ns: ClockNs,
    on_packet: OnPacket,
) -> T:
    async with connect(radio, found, on_packet, clock_ns=clock_ns) as link:
        return await converse(link, conversation())
