"""Download the log of one pod into a journal, and go on where a broken link ended it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from firmware_protocols.protocol import Packet, Stored
from pipelines.capture.fetch.logs import PodLogs
from pipelines.capture.fetch.patience import ATTEMPTS, seen_again
from pipelines.capture.fetch.progress import Progress
from pipelines.capture.machine.disk import LEAST_BYTES, MB, FreeBytes
from pipelines.radio.conversation import converse
from pipelines.radio.link import ClockNs, Link, connect
from pipelines.radio.scan import Radio
from pipelines.radio.trouble import RadioError
from pipelines.store.journal.reader import read_journal
from pipelines.store.journal.writer import JournalWriter

LOOK_S: Final = 1.0


@dataclass(eq=False)
class Download:
    """One log on its way into stream `number` of a journal; `received` is all of that stream.

    `refused` is why the disk did not take the newest packets, None where it took all.
    """

    pod: PodLogs
    stored: Stored
    number: int
    journal: JournalWriter
    clock_ns: ClockNs
    free_bytes: FreeBytes
    received: list[Packet] = field(default_factory=list)
    later_bytes: int = 0
    refused: OSError | None = None

    def keep(self, packet: Packet) -> None:
        """Write a packet to the journal; what it refuses is raised by the next look at the disk."""
        self.received.append(packet)
        try:
            self.journal.append(self.number, packet.host_ns, packet.payload, packet.channel)
        except OSError as error:
            self.refused = error
        else:
            self.refused = None

    def make_safe(self) -> None:
        """Return once all that came is on the disk; OSError where it is not, so nothing is erased.

        Runs in a thread, while the journal goes on.
        """
        if self.refused is not None:
            raise self.refused
        self.journal.sync_flushed()

    def have_bytes(self) -> int:
        """Return how much of the log is here without a hole."""
        return len(self.pod.log.fetched(self.received, self.stored))


async def download(radio: Radio, one: Download, say: Callable[[str], None]) -> None:
    """Return once the log is here and on the disk.

    Raises OSError or ValueError with one sentence; what came is kept in the journal.
    """
    failures, here_bytes = 0, one.have_bytes()
    while True:
        try:
            await _once(radio, one, here_bytes, say)
        except (RadioError, TimeoutError) as error:
            before, here_bytes = here_bytes, one.have_bytes()
            failures = 0 if here_bytes > before else failures + 1
            if failures == ATTEMPTS:
                raise OSError(
                    f"{one.pod.place}: {one.pod.found.name} cannot be reached any more; what came "
                    "is kept, so bring it closer and fetch again, which goes on from there"
                ) from error
            here = f"{here_bytes / 1e6:.2f} MB"
            why = str(error) or "the pod does not answer"
            say(f"{one.pod.place}: the link broke at {here}; going on ({why})")
            one.pod = replace(one.pod, found=await seen_again(radio, one.pod.found))
        else:
            break
    one.journal.sync()


async def _once(radio: Radio, one: Download, offset: int, say: Callable[[str], None]) -> None:
    found = one.pod.found
    async with connect(
        radio, found, one.keep, clock_ns=one.clock_ns, make_safe=one.make_safe
    ) as link:
        work = asyncio.ensure_future(_conversed(link, one, offset))
        disk = asyncio.ensure_future(_watched(one, offset, say))
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


async def _watched(one: Download, offset: int, say: Callable[[str], None]) -> None:
    """Raise OSError where the disk takes no more, or soon will not; never return.

    Says how far the download is. How much of the log each packet of this link brings is counted
    once: to count all of a long log anew each time would cost more than to receive it.
    """
    loop, known, each_bytes = asyncio.get_running_loop(), len(one.received), 0.0
    progress = Progress(one.stored.size_bytes, one.later_bytes, loop.time(), offset, loop.time())
    while True:
        await asyncio.sleep(LOOK_S)
        one.journal.flush()
        if (free := one.free_bytes(one.journal.path.parent)) < LEAST_BYTES:
            raise OSError(
                f"only {free // MB} MB are left on the disk; what came is kept, so free some space "
                "and fetch again, which goes on from there"
            )
        if progress.is_due(loop.time()) and (new := len(one.received) - known):
            if each_bytes <= 0:
                each_bytes = (await asyncio.to_thread(one.have_bytes) - offset) / new
            here_bytes = offset + round(each_bytes * new)
            say(f"{one.pod.place}: {progress.words(here_bytes, loop.time())}")


def check_whole(path: Path, downloads: list[Download]) -> None:
    """Raise ValueError unless the journal, read from the disk again, holds every log whole."""
    packets = read_journal(path).packets
    for one in downloads:
        here, came = (
            one.pod.log.fetched(said, one.stored) for said in (packets[one.number], one.received)
        )
        least = one.stored.size_bytes if one.stored.exact else 0
        if here != came or len(here) < max(least, 1):
            raise ValueError(
                f"{one.pod.place}: {len(here)} of {max(least, len(came))} bytes of "
                f"{one.stored.name} are on the disk; fetch again"
            )
