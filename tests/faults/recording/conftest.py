import asyncio
from datetime import UTC, datetime

import numpy as np
import pytest
from pods.virtual_pods import noisy_pods

from pipelines.capture.recorder import record
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

SESSION = "2026-11-22-a1b2"
STARTED = datetime(2026, 11, 22, 7, tzinfo=UTC)


def recorded(store, pods, *, seconds, faults=(), on_health=lambda _: None):
    """Record virtual pods through the Bluetooth stack; return where the journal is.

    `faults` are (when in s, what to do with the radio).
    """

    async def one(air, when_s, do):
        await asyncio.sleep(when_s)
        await do(air)

    async def main():
        async with virtual_radio(pods) as air:
            stop = asyncio.Event()
            asyncio.get_running_loop().call_later(seconds, stop.set)
            beside = [asyncio.create_task(one(air, *fault)) for fault in faults]
            path = await record(
                air.radio,
                {},
                store,
                athlete="ana",
                session=SESSION,
                stop=stop,
                on_health=on_health,
                clock_ns=loop_clock_ns,
                utc_now=lambda: STARTED,
            )
            await asyncio.gather(*beside)
            return path

    return run_virtual(main())


def positions(pod, payloads):
    """Return, straight from the bytes of frames, which samples of `pod` they hold: one array each.

    The truth of these tests, so none of our decoders has a part in it.
    """
    known = {counts.tobytes(): k for k, counts in enumerate(pod.counts.astype("<i2"))}
    return [
        np.array([known[payload[at : at + 12]] for at in range(14, len(payload) - 2, 12)])
        for payload in payloads
    ]


@pytest.fixture(scope="session", name="noisy_pods")
def _noisy_pods():
    return noisy_pods


@pytest.fixture(scope="session", name="recorded")
def _recorded():
    return recorded


@pytest.fixture(scope="session", name="positions")
def _positions():
    return positions
