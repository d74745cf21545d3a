"""Download the log of one pod into a journal, and go on where a broken link ended it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from firmware_protocols.protocol import Packet, Stored
from pipelines.capture.fetch.logs import PodLogs
from pipelines.capture.machine.disk import LEAST_BYTES, MB, FreeBytes
from pipelines.radio.conversation import converse
from pipelines.radio.link import ClockNs, Link, connect
from pipelines.radio.scan import Radio
from pipelines.radio.trouble import RadioError
from pipelines.store.journal.reader import read_journal
from pipelines.store.journal.writer import JournalWriter

LOOK_S: Final = 1.0
ATTEMPTS: Final = 4
"""Links in a row that may break without a byte that is new before a download is given up."""
AGAIN_S: Final = 1.0


@dataclass(eq=False)
class Download:
    """One log on its way into stream `number` of a journal; `received` is all of that stream."""

    pod: PodLogs
    stored: Stored
    number: int
    journal: JournalWriter
    clock_ns: ClockNs
    free_bytes: FreeBytes
    received: list[Packet] = field(default_factory=list)

    def keep(self, packet: Packet) -> None:
        """Write a packet to the journal; what it refuses is raised by the next look at the disk."""
        self.received.append(packet)
        with suppress(OSError):
            self.journal.append(self.number, packet.host_ns, packet.payload, packet.channel)

    def have_bytes(self) -> int:
        """Return how much of the log is here without a hole."""
        return len(self.pod.log.fetched(self.received, self.stored))


async def download(radio: Radio, one: Download, say: Callable[[str], None]) -> None:
    """Return once the log is here and on the disk.

    Raises OSError or ValueError with one sentence; what came is kept in the journal.
    """
    failures = 0
    while True:
        before = one.have_bytes()
        try:
            await _once(radio, one, before)
        except (RadioError, TimeoutError) as error:
            failures = 0 if one.have_bytes() > before else failures + 1
            if failures == ATTEMPTS:
                raise OSError(
                    f"{one.pod.place}: {one.pod.found.name} cannot be reached any more; what came "
                    "is kept, so bring it closer and fetch again, which goes on from there"
                ) from error
            say(f"{one.pod.place}: the link broke at {one.have_bytes() / 1e6:.2f} MB; going on")
            await asyncio.sleep(AGAIN_S)
        else:
            break
    one.journal.sync()


async def _once(radio: Radio, one: Download, offset: int) -> None:
    found = one.pod.found
    async with connect(radio, found, one.keep, clock_ns=one.clock_ns) as link:
        work = asyncio.ensure_future(_conversed(link, one, offset))
        disk = asyncio.ensure_future(_watched(one))
        try:
            await asyncio.wait({work, disk}, return_when=asyncio.FIRST_COMPLETED)
            (disk if disk.done() else work).result()
        finally:
            work.cancel()
            disk.cancel()
            await asyncio.gather(work, disk, return_exceptions=True)


async def _conversed(link: Link, one: Download, offset: int) -> None:
    try:
        await converse(link, one.pod.log.download(one.stored, offset))
    except ValueError as error:
        raise ValueError(f"{one.pod.place} ({one.pod.found.name}): {error}") from error


async def _watched(one: Download) -> None:
    """Raise OSError where the disk takes no more, or soon will not; never return."""
    while True:
        await asyncio.sleep(LOOK_S)
        one.journal.flush()
        if (free := one.free_bytes(one.journal.path.parent)) < LEAST_BYTES:
            raise OSError(
                f"only {free // MB} MB are left on the disk; what came is kept, so free some space "
                "and fetch again, which goes on from there"
            )


def check_whole(path: Path, downloads: list[Download]) -> None:
    """Raise ValueError unless the journal, read from the disk again, holds every log whole."""
    packets = read_journal(path).packets
    for one in downloads:
        here = len(one.pod.log.fetched(packets[one.number], one.stored))
        if here < max(one.stored.size_bytes, 1):
            raise ValueError(
                f"{one.pod.place}: {here} of {one.stored.size_bytes} bytes of {one.stored.name} "
                "are on the disk; fetch again, the pod still has all of it"
            )
