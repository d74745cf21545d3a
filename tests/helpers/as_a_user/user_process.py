"""`midstance` as a user's process, on a D-Bus that is named to it as the system's."""

import asyncio
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class Process:
    """A command that runs; after `patience_s` without what is waited for, it is taken to hang."""

    def __init__(self, process, patience_s):
        self._process = process
        self._patience_s = patience_s

    async def ended(self):
        """Return exit code, stdout and stderr."""
        async with asyncio.timeout(self._patience_s):
            said, complained = await self._process.communicate()
        return self._process.returncode, said.decode(), complained.decode()

    async def until(self, happened):
        """Wait until `happened()`; raises what the process said if it ends before."""
        async with asyncio.timeout(self._patience_s):
            while not happened():
                if self._process.returncode is not None:
                    raise AssertionError(f"ended too early: {await self._process.communicate()}")
                await asyncio.sleep(0.02)

    def send(self, signal):
        self._process.send_signal(signal)


async def midstance(bus_address, *words, patience_s=120.0):
    """Start the command of these `words`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "pipelines.cli", *map(str, words)),
        cwd=ROOT,
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus_address, "COLUMNS": "160"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    return Process(process, patience_s)
