"""One worn pod while it records: its link kept up, its words to the journal, its health."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from firmware_protocols.protocol import Decoded, Packet, Wanted
from imu.frames import Placement
from pipelines.capture.health import PodHealth, State, Tally, counted, measured
from pipelines.radio.central import (
    Found,
    Link,
    LinkLostError,
    Radio,
    RadioError,
    connect,
    converse,
)
from pipelines.store.journal import JournalWriter

WINDOW_S: Final = 6.0
SILENT_S: Final = 5.0  # connected, yet nothing heard: some systems never tell of a lost link
RETRY_S: Final = (0.1, 2.0)  # first and longest wait before connecting again
ATTEMPTS: Final = 3  # before a pod that has never started ends the recording
NS: Final = 1e-9


@dataclass(eq=False)
class Session:
    """What the pods of one recording share.

    What the journal refuses is suppressed here, for the radio calls this and would swallow it: the
    journal tries again, and its next sync, within a second, raises it where it ends the recording.
    """

    radio: Radio
    journal: JournalWriter
    clock_ns: Callable[[], int]
    wanted: Wanted
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, kind: str, **fields: Any) -> None:
        """Write an event to the journal."""
        with suppress(OSError):
            self.journal.note(self.clock_ns(), kind, **fields)

    def opened(self, number: int, answers: Sequence[Packet]) -> None:
        """Let the journal repeat how a pod has begun: what it said later cannot be read without."""
        with suppress(OSError):
            self.journal.opened(number, self.clock_ns(), answers)

    def keep(self, number: int, packet: Packet) -> None:
        """Write a packet to the journal."""
        with suppress(OSError):
            self.journal.append(number, packet.host_ns, packet.payload, packet.channel)


@dataclass(eq=False)
class Worn:
    """One pod of the recording: stream `number` of the journal."""

    number: int
    placement: Placement
    found: Found
    session: Session
    required: bool = True
    serial: str = ""
    state: State = "connecting"
    note: str = ""
    started: bool = False
    heard_ns: int | None = None
    tally: Tally = field(default_factory=Tally)
    opening: list[Packet] = field(default_factory=list, repr=False)
    recent: deque[Packet] = field(default_factory=deque, repr=False)

    def receive(self, packet: Packet) -> None:
        """Keep what the pod said, first of all in the journal."""
        self.session.keep(self.number, packet)
        self.heard_ns = packet.host_ns
        (self.recent if self.state == "recording" else self.opening).append(packet)

    def health(self) -> PodHealth:
        """Return how the pod is doing now."""
        now_ns = self.session.clock_ns()
        while self.recent and (now_ns - self.recent[0].host_ns) * NS > WINDOW_S + 1:
            self.recent.popleft()
        said = self._decoded()
        if said is not None:
            self.tally = counted(self.tally, said.samples["index"])
        age_s = None if self.heard_ns is None else (now_ns - self.heard_ns) * NS
        pod = PodHealth(self.placement, self.found.name, self.state, note=self.note)
        pod = measured(pod, said, tally=self.tally, age_s=age_s, window_s=WINDOW_S)
        if self.serial and pod.serial not in ("", self.serial):
            note = f"this is pod {pod.serial}, but rig.toml says {self.serial}; swap or correct it"
            pod = replace(pod, note=note)
        return pod

    def _decoded(self) -> Decoded | None:
        # How a pod began tells the unit of what it says now.
        with suppress(ValueError):
            return self.found.protocol.decode([*self.opening, *self.recent])
        return None


async def supervise(pod: Worn) -> None:
    """Keep one pod recording until the session stops, connecting again whenever it is lost.

    Raises what went wrong if the pod could not even be started; a pod that is lost later is
    noted, and the others go on.
    """
    stop, wait_s, failures = pod.session.stop, RETRY_S[0], 0
    while not stop.is_set():
        try:
            await _or_stop(pod, _hold(pod))
            wait_s, failures = RETRY_S[0], 0
        except (OSError, ValueError) as error:
            failures += 1
            _lost(pod, str(error))
            if pod.required and not pod.started and failures >= ATTEMPTS:
                raise
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait_s)
        wait_s = min(2 * wait_s, RETRY_S[1])
    pod.state = "stopped"


async def _hold(pod: Worn) -> None:
    """Hold one link: begin or resume, listen, and end sampling when the session stops."""
    session, protocol = pod.session, pod.found.protocol
    pod.opening.clear()
    pod.state = "connecting"
    async with connect(session.radio, pod.found, pod.receive, clock_ns=session.clock_ns) as link:
        await _start(pod, link)
        session.opened(pod.number, pod.opening)
        pod.state, pod.note, pod.started = "recording", "", True
        session.note("started", pod=pod.number)
        await _listen(pod, link)
        await converse(link, protocol.stop())
        session.note("stopped", pod=pod.number)


async def _start(pod: Worn, link: Link) -> None:
    try:
        await converse(link, pod.found.protocol.start(pod.session.wanted))
    except TimeoutError as error:
        raise RadioError(f"{pod.found.name}: {error}") from error
    except ValueError as error:
        raise ValueError(f"{pod.found.name}: {error}") from error


async def _listen(pod: Worn, link: Link) -> None:
    """Return when the session stops; raise LinkLostError when the link is lost or silent."""
    stop = pod.session.stop
    lost = asyncio.create_task(link.lost.wait())
    ending = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            heard_ns = pod.heard_ns
            await asyncio.wait(
                {lost, ending}, timeout=SILENT_S, return_when=asyncio.FIRST_COMPLETED
            )
            if link.lost.is_set():
                raise LinkLostError("the link was lost; bring the pod closer")
            if pod.heard_ns == heard_ns and not stop.is_set():
                raise LinkLostError(f"nothing was heard for {SILENT_S:g} s; bring the pod closer")
    finally:
        lost.cancel()
        ending.cancel()


async def _or_stop(pod: Worn, work: Awaitable[None]) -> None:
    """Await `work`, but give it up when the session stops before the pod is recording."""
    task = asyncio.ensure_future(work)
    ending = asyncio.ensure_future(pod.session.stop.wait())
    try:
        await asyncio.wait({task, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done() and pod.state != "recording":
            task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.result()
    finally:
        task.cancel()
        ending.cancel()
        await asyncio.gather(task, ending, return_exceptions=True)


def _lost(pod: Worn, why: str) -> None:
    pod.state, pod.note = "lost", why
    pod.session.note("lost", pod=pod.number, reason=why)
