"""``PYTHONPATH=.:tests/helpers python -m bluez``: three pods of a virtual runner, until Ctrl-C.

Any client of BlueZ, of whatever language or environment, finds them on the bus that is printed. A
number says for how many seconds she runs, 600 unless given.
"""

import asyncio
import sys
from contextlib import suppress

from bluez.lookalike import bluez
from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.demo.live import virtual_pods


async def main(seconds):
    script = (Stand(5.0), Run(seconds, speed_mps=3.0))
    simulation = simulate(Runner(), script, seed=5, pods=realistic(5), rate_hz=200.0)
    async with bluez(virtual_pods(simulation)) as air:
        print(f"export DBUS_SYSTEM_BUS_ADDRESS={air.bus_address}", flush=True)
        await asyncio.Event().wait()


with suppress(KeyboardInterrupt):
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0))
