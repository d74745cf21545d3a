"""Record the demo's run of today: virtual pods on a virtual radio, the recorder's own code.

The event loop's clock jumps from timer to timer, so the run passes as fast as the machine
allows; nothing else differs from a recording in real time.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from imu.simulation import Simulation
from pipelines.capture.one_pod.health import PodHealth
from pipelines.capture.recorder import record
from pipelines.demo.scenario import POD_NAMES, RATE_HZ, Day
from pipelines.radio.virtual.pod import VirtualPod
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual

ADDRESSES = {place: f"C0:00:00:00:00:{16 + k:02X}" for k, place in enumerate(POD_NAMES)}
AFTER_S = 3.0
"""The recorder runs on after the pods' last sample, so that the last frame arrives."""


def virtual_pods(simulation: Simulation) -> list[VirtualPod]:
    """Return the pods that the simulated runner wears, each with its own clock and rate."""
    return [
        VirtualPod(
            name=POD_NAMES[place],
            address=ADDRESSES[place],
            placement=place,
            samples=stream.samples,
            true_time_s=stream.true_time_s,
            scale=stream.scale,
            rate_hz=RATE_HZ,
            seed=number,
        )
        for number, (place, stream) in enumerate(simulation.streams.items())
    ]


def record_day(day: Day, store_root: Path, *, athlete: str, session: str) -> Path:
    """Record `day` from virtual pods through the real Bluetooth stack; return the journal."""
    return run_virtual(_record(day, store_root, athlete, session))


async def _record(day: Day, store_root: Path, athlete: str, session: str) -> Path:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    async with virtual_radio(virtual_pods(day.simulation)) as air:
        loop.call_later(day.simulation.duration_s + AFTER_S, stop.set)
        return await record(
            air.radio,
            {},
            store_root,
            athlete=athlete,
            session=session,
            stop=stop,
            on_health=_quiet,
            clock_ns=loop_clock_ns,
            utc_now=lambda: _virtual_now(day.started),
        )


def _virtual_now(started: datetime) -> datetime:
    return started + timedelta(seconds=asyncio.get_running_loop().time())


def _quiet(_: Sequence[PodHealth]) -> None:
    """Show nothing while recording."""
