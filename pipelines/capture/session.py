"""What the pods of one recording share: radio, journal, clock, and what is said to the runner."""

import asyncio
import typing
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from firmware_protocols.protocol import Packet, Protocol, Wanted
from imu.frames import Placement
from pipelines.radio.scan import Found, Radio
from pipelines.store.journal.format import Pod
from pipelines.store.journal.writer import JournalWriter
from pipelines.store.stated.rig import Rig


def silent(_: str) -> None:
    """Say nothing."""


class Listener(typing.Protocol):
    """Who is told at once what the journal gets; it must neither wait nor fail."""

    def opened(self, number: int, pod: Pod, answers: Sequence[Packet], /) -> None:
        """Take how a pod answered as a link began."""
        ...

    def heard(self, number: int, pod: Pod, packet: Packet, /) -> None:
        """Take a packet of a pod."""
        ...


@dataclass(eq=False)
class Session:
    """What the pods of one recording share; `say` tells the runner a sentence.

    What the journal refuses is suppressed here, for the radio calls this and would swallow it: the
    journal tries again, and its next sync, within a second, raises it where it ends the recording.
    `stop` is set when the recording is to end, which was at `stopped_s` on the loop's clock.
    `listener` hears what the journal gets. `rate_hz` is what the runner asked for, if anything.
    """

    radio: Radio
    journal: JournalWriter
    clock_ns: Callable[[], int]
    wanted: Wanted
    rig: Rig = field(default_factory=dict)
    protocols: Sequence[Protocol] = ()
    say: Callable[[str], None] = silent
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    stopped_s: float = 0.0
    in_use: dict[Placement, str] = field(default_factory=dict)
    listener: Listener | None = None
    rate_hz: float | None = None

    def wanted_of(self, protocol: Protocol) -> Wanted:
        """Return what is wanted of a pod that speaks `protocol`."""
        rate_hz = self.rate_hz or protocol.capabilities.usual_hz
        return replace(self.wanted, rate_hz=rate_hz)

    def end(self) -> None:
        """Let the recording end; what pods still hold is fetched first."""
        if not self.stop.is_set():
            self.stopped_s = asyncio.get_running_loop().time()
            self.stop.set()

    def note(self, kind: str, **fields: Any) -> None:
        """Write an event to the journal."""
        with suppress(OSError):
            self.journal.note(self.clock_ns(), kind, **fields)

    def remark(self, words: str, **fields: Any) -> None:
        """Tell the runner a sentence that also belongs to the reasons of the session."""
        self.note("remark", words=words, **fields)
        self.say(words)

    def opened(self, number: int, answers: Sequence[Packet]) -> None:
        """Let the journal repeat how a pod has begun: what it said later cannot be read without."""
        with suppress(OSError):
            self.journal.opened(number, self.clock_ns(), answers)
        if self.listener is not None and (pod := self.journal.header.pods.get(number)):
            self.listener.opened(number, pod, answers)

    def keep(self, number: int, packet: Packet) -> None:
        """Write a packet to the journal."""
        with suppress(OSError):
            self.journal.append(number, packet.host_ns, packet.payload, packet.channel)
        if self.listener is not None and (pod := self.journal.header.pods.get(number)):
            self.listener.heard(number, pod, packet)

    def stream_of(self, placement: Placement, found: Found) -> int:
        """Return the number of a pod in the journal, which is a new one for a pod not seen yet."""
        pod = Pod(placement, found.address, found.name, found.protocol.name)
        pods = self.journal.header.pods
        for number, known in pods.items():
            if (known.placement, known.address) == (placement, found.address):
                return number
        number = max(pods, default=0) + 1
        with suppress(OSError):
            self.journal.add_pod(number, pod, self.clock_ns())
        return number

    def utc(self, host_ns: int) -> datetime:
        """Return the time of day at `host_ns`."""
        header = self.journal.header
        began = datetime.fromisoformat(header.started_utc)
        return began + timedelta(microseconds=(host_ns - header.started_ns) / 1000)

    def clock_time(self, host_ns: int) -> str:
        """Return the time of day here at `host_ns`, as people say it."""
        return f"{self.utc(host_ns).astimezone():%H:%M:%S}"

    def time_now(self) -> str:
        """Return the time of day here, as people say it."""
        return self.clock_time(self.clock_ns())
