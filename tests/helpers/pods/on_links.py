"""A virtual pod on links of its own, one after the other, for tests of our talk with it."""

import asyncio

from firmware_protocols.protocol import Wanted
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

SOME_MISSED = Air(missed=0.02)


def on_links(protocol, pod, *works, air=SOME_MISSED, called=None):
    """Do each work, `(link, kill)`, on a link of its own; return results and all packets.

    The pod is found as `called`, by default by its own name.
    """
    packets, results = [], []

    async def main():
        async with virtual_radio([pod], air=air) as virtual:
            for work in works:
                (found,) = await scan(virtual.radio, [protocol], enough=1)
                assert found.name == (called or pod.name)
                link = connect(virtual.radio, found, packets.append, clock_ns=loop_clock_ns)
                async with link as link:
                    results.append(await work(link, virtual.kill_link[pod.name]))

    run_virtual(main())
    return results, packets


def streaming(protocol, seconds, wanted=Wanted()):  # noqa: B008
    """Return the work of starting, listening and stopping."""

    async def work(link, _):
        await converse(link, protocol.start(wanted))
        await asyncio.sleep(seconds)
        await converse(link, protocol.stop())

    return work
