"""Keep the link to one worn pod, write its packets to the journal, and judge its health."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from firmware_protocols.protocol import Decoded, Packet, Wanted
from imu.frames import Placement
from pipelines.capture.health import (
    Newest,
    PodHealth,
    State,
    Tally,
    counted,
    is_news,
    measured,
    newest,
)
from pipelines.radio.central import (
    Found,
    Link,
    LinkLostError,
    Radio,
    RadioError,
    connect,
    converse,
)
from pipelines.store.journal.writer import JournalWriter

WINDOW_S: Final = 6.0
SILENT_S: Final = 5.0  # connected, yet no new sample: some pods and systems never report why
LOOK_S: Final = 1.0
HELD_S: Final = 600.0  # no pod holds samples back for longer
RETRY_S: Final = (0.1, 2.0)  # first and longest wait before connecting again
ATTEMPTS: Final = 3  # before a pod that has never started ends the recording
NS: Final = 1e-9


class SilentError(LinkLostError):
    """The link stands, but no new sample comes."""


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

    def utc(self, host_ns: int) -> datetime:
        """Return the time of day at `host_ns`."""
        header = self.journal.header
        began = datetime.fromisoformat(header.started_utc)
        return began + timedelta(microseconds=(host_ns - header.started_ns) / 1000)

    def clock_time(self, host_ns: int) -> str:
        """Return the time of day here at `host_ns`, as people say it."""
        return f"{self.utc(host_ns).astimezone():%H:%M:%S}"

    def keep(self, number: int, packet: Packet) -> None:
        """Write a packet to the journal."""
        with suppress(OSError):
            self.journal.append(number, packet.host_ns, packet.payload, packet.channel)


@dataclass(eq=False)
class WornPod:
    """One pod of the recording: stream `number` of the journal.

    Everything it sends is kept, but only a new sample counts as `newest`; `sampling` says that
    one came since the pod was last asked for samples, which was at `asked_ns`. Of pods that can
    share a clock, the one that `leads` gives it.
    """

    number: int
    placement: Placement
    found: Found
    session: Session
    required: bool = True
    leads: bool = True
    serial: str = ""
    state: State = "connecting"
    note: str = ""
    started: bool = False
    received_ns: int | None = None
    asked_ns: int = 0
    newest: Newest | None = None
    sampling: bool = False
    tally: Tally = field(default_factory=Tally)
    opening: list[Packet] = field(default_factory=list, repr=False)
    recent: deque[Packet] = field(default_factory=deque, repr=False)

    def receive(self, packet: Packet) -> None:
        """Keep what the pod said, first of all in the journal."""
        self.session.keep(self.number, packet)
        self.received_ns = packet.host_ns
        (self.recent if self.state == "recording" else self.opening).append(packet)

    def health(self) -> PodHealth:
        """Return how the pod is doing now."""
        said = self.look()
        age_s = None if self.newest is None else self._age_s(self.sampled_ns)
        waits = self.state == "recording" and not self.sampling
        state: State = "connecting" if waits else self.state
        pod = PodHealth(self.placement, self.found.name, state, note=self._note())
        pod = measured(pod, said, tally=self.tally, age_s=age_s, window_s=WINDOW_S)
        if self.serial and pod.serial not in ("", self.serial):
            note = (
                f"this is pod {pod.serial}, but rig.toml has {self.serial} here; "
                "swap the pods or correct rig.toml"
            )
            pod = replace(pod, note=note)
        return pod

    def look(self) -> Decoded | None:
        """Decode what was received lately, and see whether there are new samples in it."""
        while self.recent and self._age_s(self.recent[0].host_ns) > WINDOW_S + 1:
            self.recent.popleft()
        said = self._decoded()
        for one in said.samplings if said else ():
            last = newest(one)
            if last and is_news(last, self.newest, rate_hz=one.rate_hz, in_order=self._in_order):
                since_s = 0.0 if self.newest is None else last.host_s - self.newest.host_s
                most = round((since_s + HELD_S) * one.rate_hz)
                self.newest, self.sampling = last, True
                self.note = "" if self.state == "recording" else self.note
                self.tally = counted(self.tally, one.samples["index"], most=most)
        return said

    @property
    def _in_order(self) -> bool:
        return self.found.protocol.capabilities.in_order

    @property
    def sampled_ns(self) -> int:
        """When the newest sample came; 0 if none did."""
        return 0 if self.newest is None else round(self.newest.host_s / NS)

    def connect(self) -> None:
        """Count what the last link brought, and forget it: the pod may begin anew."""
        self.look()
        self.opening.clear()
        self.recent.clear()
        self.state, self.sampling = "connecting", False

    def begin(self) -> None:
        """Wait for samples from now on: the pod has just been asked for them."""
        self.asked_ns = self.session.clock_ns()
        self.state, self.started = "recording", True

    def check(self) -> None:
        """Raise SilentError, which says what came instead, if new samples have long been due."""
        said = self.look()
        if self._age_s(max(self.asked_ns, self.sampled_ns)) < SILENT_S:
            return
        if self.received_ns is None or self._age_s(self.received_ns) >= SILENT_S:
            raise SilentError(f"nothing was received for {SILENT_S:g} s; bring the pod closer")
        trouble = said.trouble if said else {}
        faults = "".join(f", {count} × {why}" for why, count in trouble.items())
        raise SilentError(
            f"the pod answers, but no new samples came for {SILENT_S:g} s{faults}; "
            "if this continues, switch it off and on"
        )

    def _age_s(self, host_ns: int) -> float:
        return (self.session.clock_ns() - host_ns) * NS

    def _note(self) -> str:
        """Say since when nothing was measured, and why."""
        since_ns = self.sampled_ns or self.session.journal.header.started_ns
        if self.state == "stopped" or (silent_s := self._age_s(since_ns)) < SILENT_S:
            return self.note
        since = f"no samples since {self.session.clock_time(since_ns)} ({silent_s:.0f} s)"
        return f"{since}: {self.note}" if self.note else since

    def _decoded(self) -> Decoded | None:
        # The first answers of a pod hold the unit of its counts.
        with suppress(ValueError):
            return self.found.protocol.decode([*self.opening, *self.recent])
        return None


async def supervise(pod: WornPod) -> None:
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


async def _hold(pod: WornPod) -> None:
    """Hold one link: begin or resume, listen, and end sampling when the session stops."""
    session, protocol = pod.session, pod.found.protocol
    pod.connect()
    async with connect(session.radio, pod.found, pod.receive, clock_ns=session.clock_ns) as link:
        await _start(pod, link)
        session.opened(pod.number, pod.opening)
        pod.begin()
        session.note("started", pod=pod.number)
        try:
            await _listen(pod, link)
        except SilentError:
            await _end_sampling(pod, link)
            raise
        await converse(link, protocol.stop())
        session.note("stopped", pod=pod.number)


async def _start(pod: WornPod, link: Link) -> None:
    session = pod.session
    # A clock set again, a little off, could hide among lost samples; one that is 0 again cannot.
    now_s = 0.0 if pod.started else session.utc(session.clock_ns()).timestamp()
    wanted = replace(session.wanted, leads=pod.leads, utc_ns=round(now_s / NS))
    try:
        await converse(link, pod.found.protocol.start(wanted))
    except TimeoutError as error:
        raise RadioError(f"{pod.found.name}: {error}") from error
    except ValueError as error:
        raise ValueError(f"{pod.found.name}: {error}") from error


async def _end_sampling(pod: WornPod, link: Link) -> None:
    """End the sampling of a pod that has sent none on this link, so that the next begins anew.

    One that sent samples before is only connected again: what it still holds shall not be lost.
    """
    pod.state = "lost"
    if not pod.sampling:
        with suppress(OSError, ValueError):
            await converse(link, pod.found.protocol.stop())


async def _listen(pod: WornPod, link: Link) -> None:
    """Return when the session stops; raise LinkLostError when the link is lost or silent."""
    stop = pod.session.stop
    lost = asyncio.create_task(link.lost.wait())
    ending = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            await asyncio.wait({lost, ending}, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
            if link.lost.is_set():
                raise LinkLostError("the link was lost; bring the pod closer")
            if not stop.is_set():
                pod.check()
    finally:
        lost.cancel()
        ending.cancel()


async def _or_stop(pod: WornPod, work: Awaitable[None]) -> None:
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


def _lost(pod: WornPod, why: str) -> None:
    pod.state, pod.note = "lost", why
    pod.session.note("lost", pod=pod.number, reason=why, sampled_ns=pod.sampled_ns or None)
