"""A virtual runner without a laptop: her pods are armed, she runs, her pods are fetched.

The event loop's clock jumps from timer to timer, so this passes as fast as the machine allows, by
the code that arms and fetches real pods.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from firmware_protocols import capture2go
from imu.frames import Placement
from imu.simulation import Run, Simulation, Stand, Walk
from pipelines.capture.arm.arm import Armed, Orders, arm
from pipelines.capture.fetch.fetch import Place, fetch
from pipelines.demo.live import virtual_pods
from pipelines.demo.scenario import PACE_MPS
from pipelines.demo.virtual_runner import STATED, simulated
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.files import session_files
from pipelines.store.stated.context_file import keep_stated
from pipelines.store.stated.rig import Rig, RigPod

SCRIPT: Final = (Stand(10.0), Walk(5.0), Run(240.0, speed_mps=PACE_MPS), Stand(10.0))
ARMING_S: Final = 60.0
"""She stands up only then."""
NAMES: Final[dict[Placement, str]] = {
    "pelvis": "IMU_virt01",
    "shank_left": "IMU_virt02",
    "shank_right": "IMU_virt03",
}
RIG: Final[Rig] = {place: RigPod(capture2go.PROTOCOL.name, name) for place, name in NAMES.items()}


def run_without_laptop(
    store: Path,
    athlete: str,
    orders: Orders,
    *,
    on_armed: Callable[[Armed], None],
    say: Callable[[str], None],
) -> Path:
    """Arm virtual pods of Capture2Go, let her run, fetch; return the journal of the run."""
    return run_virtual(_run(simulated(SCRIPT), store, athlete, orders, on_armed, say))


async def _run(
    simulation: Simulation,
    store: Path,
    athlete: str,
    orders: Orders,
    on_armed: Callable[[Armed], None],
    say: Callable[[str], None],
) -> Path:
    began = datetime.now(UTC) - timedelta(seconds=2 * simulation.duration_s)
    pods = [
        replace(pod, name=NAMES[pod.placement], protocol=capture2go.PROTOCOL.name)
        for pod in virtual_pods(simulation)
    ]
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    async with virtual_radio(pods, zero_in_s=ARMING_S) as air:
        place = Place(
            store,
            athlete,
            RIG,
            air.radio,
            clock_ns=loop_clock_ns,
            utc_now=lambda: began + timedelta(seconds=loop.time() - start_s),
            say=say,
        )
        on_armed(await arm(place, orders))
        home_s = start_s + ARMING_S + simulation.duration_s
        await asyncio.sleep(home_s - loop.time())
        say("The virtual runner is home; her pods are fetched.")
        journal = await fetch(place, {})
    files = session_files(store, journal.parent.name, journal.stem)
    keep_stated(files, STATED)
    return journal
