"""One virtual MetaWear pod, and what is done on a link with it."""

import asyncio
from dataclasses import replace

import pytest

from firmware_protocols.metawear import PROTOCOL
from firmware_protocols.protocol import Wanted
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import scan
from pipelines.radio.virtual.link_timing import Air
from pipelines.radio.virtual.metawear.firmware import MetaMotionR, MetaWear
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pods.virtual_pods import metawear_pods

BOTH = pytest.mark.parametrize("firmware", [MetaWear, MetaMotionR])


def a_pod(seconds=60, **more):
    return replace(metawear_pods(seconds)[0], **more)


def with_pod(pod, *works, air=Air(missed=0.02), safe=lambda _: None):  # noqa: B008
    """Do each work, `(link, air)`, on a link of its own; return the last result, all packets."""
    packets, result = [], None

    async def main():
        nonlocal result
        async with virtual_radio([pod], air=air) as virtual:
            (found,) = await scan(virtual.radio, [PROTOCOL], enough=1)
            for work in works:
                async with connect(
                    virtual.radio,
                    found,
                    packets.append,
                    clock_ns=loop_clock_ns,
                    make_safe=lambda: safe(packets),
                ) as link:
                    result = await work(link, virtual)

    run_virtual(main())
    return result, packets


def streaming(seconds, **wanted):
    async def work(link, _):
        await converse(link, PROTOCOL.start(Wanted(**wanted)))
        await asyncio.sleep(seconds)
        await converse(link, PROTOCOL.stop())
        silent = len(link.on_packet.__self__)
        await asyncio.sleep(1)
        assert len(link.on_packet.__self__) == silent

    return work


def lost_after(seconds, **wanted):
    async def work(link, virtual):
        await converse(link, PROTOCOL.start(Wanted(**wanted)))
        await asyncio.sleep(seconds)
        (kill,) = virtual.kill_link.values()
        kill()
        await asyncio.sleep(4)

    return work


def told(talk):
    async def work(link, _):
        return await converse(link, talk())

    return work
