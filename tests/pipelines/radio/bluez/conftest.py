"""Running midstance as a user's process, against the look-alike on its own D-Bus."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
PATIENCE_S = 120.0  # until something is taken to hang; a slow machine must not fail
collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]


@pytest.fixture(autouse=True)
def _needs_a_bus():
    pytest.importorskip("bumble")
    if shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon is not installed; install it (Debian: dbus) for these tests")


class Process:
    """`midstance`, started with a D-Bus of ours for the system's."""

    def __init__(self, process):
        self._process = process

    async def ended(self):
        """Return exit code, stdout and stderr."""
        async with asyncio.timeout(PATIENCE_S):
            said, complained = await self._process.communicate()
        return self._process.returncode, said.decode(), complained.decode()

    async def until(self, happened):
        """Wait while the process runs until `happened()`; fail if it ends before."""
        async with asyncio.timeout(PATIENCE_S):
            while not happened():
                if self._process.returncode is not None:
                    pytest.fail(f"ended too early: {await self._process.communicate()}")
                await asyncio.sleep(0.02)

    def send(self, signal):
        self._process.send_signal(signal)


async def started(bus_address, *words):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "pipelines.cli", *map(str, words)),
        cwd=ROOT,
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus_address, "COLUMNS": "160"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    return Process(process)


@pytest.fixture
def midstance():
    return started
