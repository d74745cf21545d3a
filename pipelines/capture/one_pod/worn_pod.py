"""One worn pod while it is recorded: what it has said, what of that is new, what is missing."""

from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from firmware_protocols.protocol import Decoded, Packet
from imu.frames import Placement
from pipelines.capture.one_pod.coverage import Coverage, counted_on, coverage_of
from pipelines.capture.one_pod.doubts import doubts
from pipelines.capture.one_pod.health import (
    Newest,
    PodHealth,
    State,
    Tally,
    is_news,
    measured,
    newest,
)
from pipelines.capture.session import Session
from pipelines.radio.scan import Found
from pipelines.radio.trouble import LinkLostError

WINDOW_S: Final = 6.0
SILENT_S: Final = 5.0  # connected, yet no new sample: some pods and systems never report why
HELD_S: Final = 600.0  # no pod holds samples back for longer
LEAST_MTU: Final = 100  # below, a sample costs more than twice the airtime
LOW_PCT: Final = 15
EMPTY_PCT: Final = 7
NS: Final = 1e-9


class SilentError(LinkLostError):
    """The link stands, but no new sample comes."""


@dataclass(eq=False)
class WornPod:
    """One pod of the recording: stream `number` of the journal.

    Everything it sends is kept, but only a new sample counts as `newest`; `sampling` says that
    one came since the pod was last asked for samples, which was at `asked_ns`. `first` is the
    first sample of the present sampling that came. `coverages` say what is here of every sampling,
    those of pods included that were worn here before. Of pods that can share a clock, the one that
    `leads` gives it.
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
    first: Newest | None = None
    newest: Newest | None = None
    sampling: bool = False
    battery_pct: int | None = None
    rate_hz: float = 0.0
    holds_count: int | None = None
    att_mtu: int = 0
    fetching: bool = False
    doubts: dict[str, str] = field(default_factory=dict)
    coverages: list[Coverage] = field(default_factory=list)
    present: Coverage | None = None
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
        pod = measured(pod, said, tally=self.tally(), age_s=age_s, window_s=WINDOW_S)
        if self.serial and pod.serial not in ("", self.serial):
            note = (
                f"this is pod {pod.serial}, but rig.toml has {self.serial} here; "
                "swap the pods or correct rig.toml"
            )
            pod = replace(pod, note=note)
        return pod

    def tally(self) -> Tally:
        """Count the samples of all samplings; those of before the last look."""
        return Tally(
            received=sum(one.held.count for one in self.coverages),
            lost=sum(one.lost for one in self.coverages),
            fetched=sum(one.fetched for one in self.coverages),
        )

    def look(self) -> Decoded | None:
        """Decode what was received lately, and see whether there are new samples in it."""
        while self.recent and self._age_s(self.recent[0].host_ns) > WINDOW_S + 1:
            self.recent.popleft()
        said = self._decoded()
        can = self.found.protocol.capabilities
        for one in said.samplings if said else ():
            if not len(one.samples):
                continue
            if can.in_order and can.keeps_s == 0:
                one = counted_on(self.coverages, self.number, one)
            last = newest(one)
            since_s = last.host_s - self.newest.host_s if last and self.newest else 0.0
            most = round((since_s + HELD_S) * one.rate_hz)
            here = coverage_of(self.coverages, self.number, one, most=most)
            here.add(one)
            if last and is_news(last, self.newest, rate_hz=one.rate_hz, in_order=can.in_order):
                if self.present is not here or self.first is None:
                    self.present, self.first = here, last
                self.newest, self.sampling = last, True
                self.note = "" if self.state == "recording" else self.note
        if said is not None:
            self.rate_hz, self.holds_count = said.rate_hz, said.holds_count
            self.battery_pct = self.battery_pct if said.battery_pct is None else said.battery_pct
            self._doubt(said)
        return said

    def _doubt(self, said: Decoded) -> None:
        """Say once each what is not as it should be; it belongs to the session's reasons."""
        if not self.sampling or self.first is None or self.newest is None:
            return
        wanted = self.session.wanted_of(self.found.protocol)
        found = doubts(said, wanted, self.placement, first=self.first, last=self.newest)
        for what, words in found:
            if what not in self.doubts:
                self.doubts[what] = words
                self.session.remark(f"{self.place}: {words}", pod=self.number)

    @property
    def place(self) -> str:
        """Where it is worn, in words."""
        return self.placement.replace("_", " ")

    def owed(self) -> int:
        """Count what is missing of the present sampling and may still be had."""
        return sum(stop - start for start, stop in self.present.owed()) if self.present else 0

    def remembered(self) -> Coverage | None:
        """Return the newest sampling that is known of this pod, also from before a crash."""
        own = [one for one in self.coverages if one.stream == self.number]
        return own[-1] if own else None

    def away_s(self) -> float:
        """Return for how long nothing new has come."""
        return self._age_s(max(self.asked_ns, self.sampled_ns))

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

    def take(self, found: Found, number: int) -> None:
        """Be `found` from now on, stream `number`: another pod was put on instead of the last."""
        self.connect()
        self.found, self.number, self.serial = found, number, ""
        self.newest = self.first = self.present = self.battery_pct = None
        self.doubts.clear()

    def check(self) -> None:
        """Raise SilentError, which says what came instead, if new samples have long been due."""
        said = self.look()
        if self.away_s() < SILENT_S:
            return
        if self.received_ns is None or self._age_s(self.received_ns) >= SILENT_S:
            raise SilentError(f"nothing was received for {SILENT_S:g} s; bring the pod closer")
        trouble = said.trouble if said else {}
        faults = "".join(f", {count} × {why}" for why, count in trouble.items())
        small = 0 < self.att_mtu < LEAST_MTU
        cure = self.small_packets() if small else "if this continues, switch it off and on"
        raise SilentError(
            f"the pod answers, but no new samples came for {SILENT_S:g} s{faults}; {cure}"
        )

    def small_packets(self) -> str:
        """Say that packets are small."""
        return (
            f"this machine takes packets of {self.att_mtu} bytes at most, too small for a steady "
            "stream; use another Bluetooth adapter"
        )

    def low_battery(self) -> str:
        """Say that the battery is the likely reason why the pod is gone, or ""."""
        if self.battery_pct is None or self.battery_pct > EMPTY_PCT:
            return ""
        return (
            f"its battery had {self.battery_pct} % left and is probably empty: charge it, or "
            "switch on another pod of the same name, which takes over"
        )

    def _age_s(self, host_ns: int) -> float:
        return (self.session.clock_ns() - host_ns) * NS

    def _note(self) -> str:
        """Say since when nothing was measured and why, or what to be aware of."""
        since_ns = self.sampled_ns or self.session.journal.header.started_ns
        silent_s = self._age_s(since_ns)
        if self.state != "stopped" and silent_s >= SILENT_S:
            since = f"no samples since {self.session.clock_time(since_ns)} ({silent_s:.0f} s)"
            return f"{since}: {self.note}" if self.note else since
        return self.note or self._aware()

    def _aware(self) -> str:
        words = list(self.doubts.values())
        if self.battery_pct is not None and self.battery_pct <= LOW_PCT:
            words.append(f"battery at {self.battery_pct} %; charge it after this run")
        if self.fetching:
            words.append("fetching what was missed")
        return "; ".join(words)

    def _decoded(self) -> Decoded | None:
        # The first answers of a pod hold the unit of its counts.
        with suppress(ValueError):
            return self.found.protocol.decode([*self.opening, *self.recent])
        return None
