"""Let virtual pods record on board, as an app of their maker would."""

import asyncio

from firmware_protocols.protocol import Wanted
from pipelines.protocols import PROTOCOLS
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan


async def talked(air, pod, conversation, *, clock_ns):
    """Hold one conversation with a pod on a link of its own."""
    async with connect(air.radio, pod, lambda _: None, clock_ns=clock_ns) as link:
        return await converse(link, conversation)


async def found(air, only=None):
    """Return the pods near, or the one of that name, in the order of their names."""
    pods = await scan(air.radio, tuple(PROTOCOLS.values()), timeout_s=4.0)
    return sorted((pod for pod in pods if only in (None, pod.name)), key=lambda pod: pod.name)


async def logged(air, name, *, seconds, utc_s, clock_ns, recording=77, only=None):
    """Let pods record for so long, all on the clock of the first if `recording` is not 0."""
    pods = await found(air, only)
    for leads, pod in zip([True, False, False], pods, strict=False):
        wanted = Wanted(recording=recording, leads=leads, utc_ns=round(utc_s * 1e9))
        await talked(air, pod, pod.protocol.log.begin(wanted, name), clock_ns=clock_ns)
    await asyncio.sleep(seconds)
    for pod in pods:
        await talked(air, pod, pod.protocol.log.end(), clock_ns=clock_ns)
