"""`midstance record` against a real bluetoothd, inside the machine that `run` starts.

The controller of the pods' radio is the kernel's adapter (/dev/vhci). Says "every check holds" at
the end, or what does not.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from as_a_user.user_process import midstance
from bluez.private_bus import private_bus
from bumble.hci import LeFeatureMask
from bumble.transport import open_transport
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from pods.kept_frames import frames_kept, only, positions
from pods.virtual_pods import noisy_pods

from pipelines.radio.virtual.link import VirtualController, VirtualLink
from pipelines.radio.virtual.peripheral import Peripheral
from pipelines.radio.virtual.radio import GOOD_AIR
from pipelines.store.journal.reader import read_journal

PATIENCE_S = 600.0  # an emulated processor is some twenty times slower
ENOUGH = 20  # frames of every pod


def say(what):
    print(f"[{time.monotonic():6.1f} s] {what}", flush=True)


@asynccontextmanager
async def bluetoothd(root, libraries, bus_address):
    """Run the daemon on a bus."""
    known = {"DBUS_SYSTEM_BUS_ADDRESS": bus_address, "LD_LIBRARY_PATH": libraries}
    daemon = root / "usr/libexec/bluetooth/bluetoothd"
    process = await asyncio.create_subprocess_exec(daemon, "-n", env={**os.environ, **known})
    try:
        yield
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def adapter_with(pods):
    """Plug in an adapter in whose range `pods` are; yield what cuts the link of each, by name."""
    link, transport = VirtualLink(GOOD_AIR), await open_transport("vhci")
    # Without a public address: bumble's link finds the central by its random one only.
    controller = VirtualController(
        "hci0", host_source=transport.source, host_sink=transport.sink, link=link
    )
    # With either, the kernel waits for an event that bumble's controller does not send.
    controller.le_features &= ~(LeFeatureMask.LL_PRIVACY | LeFeatureMask.LE_EXTENDED_ADVERTISING)
    zero_s, nearby = asyncio.get_running_loop().time(), []
    peripherals = [Peripheral(pod, link, zero_s=zero_s, nearby=nearby) for pod in pods]
    for one in peripherals:
        await one.power_on()
    try:
        yield {one.pod.name: one.kill_link for one in peripherals}
    finally:
        await transport.close()


async def switch(bus, *, on):
    """Switch the adapter, as soon as it is there."""
    asked = Message(
        destination="org.bluez",
        path="/org/bluez/hci0",
        interface="org.freedesktop.DBus.Properties",
        member="Set",
        signature="ssv",
        body=["org.bluez.Adapter1", "Powered", Variant("b", on)],
    )
    while (await bus.call(asked)).message_type == MessageType.ERROR:
        asked.serial = 0
        await asyncio.sleep(0.2)


class Recording:
    """A recording of `pods` that runs, and what its journal holds."""

    def __init__(self, process, store, pods):
        self.process, self.store, self.pods = process, store, pods

    def frames(self):
        if not list(self.store.rglob("*.journal")):
            return [[] for _ in self.pods]
        journal = read_journal(only(self.store, "*.journal"))
        return [frames_kept(journal, pod) for pod in self.pods]

    async def goes_on(self):
        """Wait for enough more of every pod."""
        had = [len(kept) for kept in self.frames()]
        enough = [n + ENOUGH for n in had]
        await self.process.until(
            lambda: all(len(kept) >= n for kept, n in zip(self.frames(), enough, strict=True))
        )

    async def ended_by(self, number):
        self.process.send(number)
        return await self.process.ended()

    def check_whole(self):
        """No sample is missing within, none is there twice."""
        for pod, kept in zip(self.pods, self.frames(), strict=True):
            assert (np.diff(positions(pod, kept)) == 1).all(), pod.name


async def begun(address, pods):
    store = Path(tempfile.mkdtemp())
    words = ("record", "ana", "--store", store)
    recording = Recording(await midstance(address, *words, patience_s=PATIENCE_S), store, pods)
    await recording.goes_on()
    return recording


async def check(address, bus, kill_link, pods):
    recording = await begun(address, pods)
    await recording.ended_by(signal.SIGINT)
    assert read_journal(only(recording.store, "*.journal")).closed
    recording.check_whole()
    say(f"Ctrl-C: {[len(kept) for kept in recording.frames()]} frames, whole")

    recording = await begun(address, pods)
    before = recording.frames()
    await recording.ended_by(signal.SIGKILL)
    words = ("recover", "--store", recording.store)
    await (await midstance(address, *words, patience_s=PATIENCE_S)).ended()
    recording.check_whole()
    after = recording.frames()
    assert all(a[: len(b)] == b for a, b in zip(after, before, strict=True))
    say(f"kill -9 and recover: {[len(kept) for kept in after]} frames, whole")

    recording = await begun(address, pods)
    say("recording again: the pods were found although bluetoothd still held their links")
    kill_link[pods[0].name]()
    await recording.goes_on()
    say("a lost link was made again")
    await switch(bus, on=False)
    journal = only(recording.store, "*.journal")
    await recording.process.until(lambda: b"cannot connect" in journal.read_bytes())
    await switch(bus, on=True)
    await recording.goes_on()
    await recording.ended_by(signal.SIGINT)
    for kept in recording.frames():
        assert len(set(kept)) == len(kept)
    say("Bluetooth off and on again: recording went on, nothing was told twice")


async def main(root, libraries):
    pods = noisy_pods(3600)
    async with (
        private_bus() as address,
        bluetoothd(root, libraries, address),
        adapter_with(pods) as kill_link,
    ):
        bus = await MessageBus(bus_address=address).connect()
        await switch(bus, on=True)
        say("the adapter is on")
        await check(address, bus, kill_link, pods)
    say("every check holds")


asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
