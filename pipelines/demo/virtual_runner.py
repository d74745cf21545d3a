"""A virtual runner in real time, whose pods are recorded like real ones, and can be disturbed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import cycle
from random import SystemRandom
from typing import Any, Final

from imu.simulation import Bend, Run, Simulation, Stand, Walk
from imu.simulation.script import Script
from pipelines.capture.marks import Actions
from pipelines.capture.surroundings import Enter, Say, Surroundings
from pipelines.demo.live import virtual_pods
from pipelines.demo.scenario import PACE_MPS, tried_out
from pipelines.radio.virtual.radio import VirtualRadio, virtual_radio

SEED: Final = 7
RUN_S: Final = 600.0
RUN: Final = (Stand(10.0), Walk(5.0), Run(RUN_S, speed_mps=PACE_MPS), Stand(5.0))
CHECK: Final = (
    Stand(13.0),
    Bend(3),
    Stand(5.0),
    Walk(8.0),
    Run(6.0, speed_mps=2.8),
    Walk(8.0),
    Stand(30.0),
)
"""What the check asks; its guide begins some 2 s after the pods are switched on."""
KEYS: Final = "Keys for the virtual pods: k cuts the link of the next one, r reboots the next."
STATED: Final = {"tags": ["virtual"], "excluded": "a virtual runner"}
"""So that no run of hers is taken for one of a person's usual runs."""


def simulated(script: Script) -> Simulation:
    """Simulate the runner, whose pods always sit alike, so that a recording can be resumed."""
    return tried_out(SEED, script=script)


def around(simulation: Simulation) -> Enter:
    """Return what enters surroundings in whose range the pods of `simulation` are."""

    @asynccontextmanager
    async def enter(say: Say) -> AsyncIterator[Surroundings]:
        # Another boot than in any other process, so that none takes them for going on.
        boot = SystemRandom().randrange(2**31)
        pods = [replace(pod, seed=pod.seed + boot) for pod in virtual_pods(simulation)]
        async with virtual_radio(pods) as air:
            say(KEYS)
            home = asyncio.get_running_loop().call_later(
                simulation.duration_s, say, "The virtual runner is home; Ctrl-C ends the recording."
            )
            try:
                yield Surroundings(air.radio, {}, _actions(air, say), STATED)
            finally:
                home.cancel()

    return enter


def _actions(air: VirtualRadio, say: Say) -> Actions:
    names = list(air.kill_link)
    rebooting: set[asyncio.Future[Any]] = set()
    to_cut, to_reboot = cycle(names), cycle(names)

    def cut() -> None:
        name = next(to_cut)
        say(f"the link of {name} is cut")
        air.kill_link[name]()

    def reboot() -> None:
        name = next(to_reboot)
        say(f"{name} is switched off and on")
        rebooting.add(work := asyncio.ensure_future(air.reboot[name]()))
        work.add_done_callback(rebooting.discard)

    return {"k": cut, "r": reboot}
