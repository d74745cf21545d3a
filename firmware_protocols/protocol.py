"""The interface of a pod firmware: conversations with it, and decoding of what is received.

A protocol is a frozen record of pure functions. It never touches a radio: a conversation
(`firmware_protocols.requests`) only says what it would like to be done.
"""

import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from firmware_protocols.advertised import Signature
from firmware_protocols.requests import Conversation, Talk, Write
from imu.frames import BoolArray, FloatArray, Placement
from imu.recording.samples import Samples, Scale


class DecodeError(ValueError):
    """Bytes that are not what the protocol says: `reason` in words, `payload` as received."""

    def __init__(self, reason: str, payload: bytes) -> None:
        super().__init__(f"{reason}: {payload[:16].hex(' ')}{' …' if len(payload) > 16 else ''}")
        self.reason = reason
        self.payload = payload


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet received from a pod: the only part of a recording that cannot be computed again.

    A ping (`Protocol.ping`) is one too, though it was sent. `host_ns` is the host's clock on
    arrival, or as it was sent, `channel` the position of the characteristic in
    `Protocol.channels`.
    """

    host_ns: int
    channel: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the recorder would like; the pod answers with what it really does.

    `recording` is a random number, the same for all pods of a recording and other for the next: by
    it pods that can keep one clock find each other, and a pod that was lost is known to be still at
    it. Of those the one that `leads` gives the clock, set to `utc_ns` where that is not 0.
    """

    rate_hz: float = 200.0
    acc_range_g: int = 16
    gyr_range_dps: int = 2000
    max_latency_s: float = 0.1
    recording: int = 0
    leads: bool = True
    utc_ns: int = 0


TimeQuality = Literal["synced", "device", "host"]
"""Whose clock times the samples: one that pods share, the pod's own, or only the host's."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What pods of a firmware can do. An empty tuple: each pod says so itself.

    `clock` is the best time they give their samples. `shows_loss` says whether every lost sample
    is seen to be missing. `keeps_s` is how long a lost link may last until samples are lost for
    good: 0 where nothing is kept, None where only the pod knows. `in_order` says that live samples
    come once and in the order of measuring, so that one whose time went back is of another start.
    `usual_hz` is the rate to ask for where nobody names one: that of their best time.
    """

    rates_hz: tuple[float, ...] = ()
    acc_ranges_g: tuple[int, ...] = ()
    gyr_ranges_dps: tuple[int, ...] = ()
    clock: TimeQuality = "device"
    shows_loss: bool = True
    keeps_s: float | None = None
    in_order: bool = False
    usual_hz: float = 200.0


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a pod answered about its samples; `number` is what its frames call it."""

    number: int
    scale: Scale
    rate_hz: float


class NoConfigurationError(ValueError):
    """The unit of a pod's counts is not known; the configuration of another pod may give it."""


@dataclass(frozen=True)
class Decoded:
    """Everything received from one pod, decoded: what it is, and its newest sampling.

    A sampling is what a pod measures from one start at which index and clock begin anew to the
    next: one unless it was switched off or rebooted. `earlier` are those before, oldest first.
    `samples` are de-duplicated and in order. `arrival` (k, 2) pairs the device time of the last
    sample of a frame with the host time of its arrival, both in s, for the clock fit.
    `clipped` (n, 2) says for each sample whether the pod reports that its acceleration, or its
    angular rate, clipped at or near it; None where it does not say. `time_quality` is of
    `device_us`, and pods with the same `shared_clock` need no other clock model than each other's.
    `lost` counts samples known to be missing, `holds_count` is how many the pod keeps to be fetched
    again, None where it does not say; `requests` (k, 2) pair the device time at which a ping came
    in with the host time at which it was sent, both in s, in order; `trouble` counts what was
    skipped of all samplings, by reason; `assumed` says in words what was not received and taken
    from elsewhere; `logged` that the pod recorded these on board, `in_utc` that `device_us` counts
    from 1970, in UTC as the pod was told it.
    """

    samples: Samples
    arrival: FloatArray
    scale: Scale
    rate_hz: float
    device: Mapping[str, str]  # serial, firmware, role, boot …: words for the file header
    battery_pct: int | None
    lost: int
    trouble: Mapping[str, int] = field(default_factory=dict)
    config_number: int = 0
    assumed: tuple[str, ...] = ()
    earlier: "tuple[Decoded, ...]" = ()
    clipped: BoolArray | None = None
    time_quality: TimeQuality = "device"
    shared_clock: str = ""
    holds_count: int | None = None
    requests: FloatArray = field(default_factory=lambda: np.zeros((0, 2)))
    logged: bool = False
    in_utc: bool = False

    @property
    def samplings(self) -> "tuple[Decoded, ...]":
        """Every sampling, oldest first."""
        return (*self.earlier, self)

    @property
    def configuration(self) -> Configuration:
        """What the samples of the newest sampling mean."""
        return Configuration(self.config_number, self.scale, self.rate_hz)


class Decode(typing.Protocol):
    """Decode the packets of one pod, in the order in which they arrived.

    `borrowed` are configurations of other pods, to be used, and said to be, for samples whose own
    is not known. Raises NoConfigurationError where none gives the unit of the counts.
    """

    def __call__(
        self, packets: Sequence[Packet], borrowed: Sequence[Configuration] = (), /
    ) -> Decoded:
        """Return what was received."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One recording that lies in a pod: what the pod calls it, and its size, 0 if not known.

    A size that is not `exact` may be a little too large.
    """

    name: str
    size_bytes: int = 0
    exact: bool = True


@dataclass(frozen=True)
class Log:
    """How a firmware records on board, where nobody listens, and gives it away afterwards.

    `begin` and `end` record, `stored` says what lies in the pod. `download` fetches one recording
    from byte `offset` on, and `fetched` returns as much of it as was received without a hole in
    between: its length is the offset to go on from after a lost link. `decode` of the protocol
    reads the samples out of the same packets. `erase` lets the pod forget one recording; None where
    that cannot be done for one alone. `usual_hz` is the rate to ask for where nobody names one.
    `holds_one` says that a pod has room for a single recording, which must be gone before the next.
    """

    begin: Callable[[Wanted, str], Conversation]
    end: Callable[[], Conversation]
    stored: Callable[[], Talk[Sequence[Stored]]]
    download: Callable[[Stored, int], Conversation]
    fetched: Callable[[Sequence[Packet], Stored], bytes]
    erase: Callable[[Stored], Conversation] | None = None
    usual_hz: float = 200.0
    holds_one: bool = False


RECORDS_ON_BOARD: Final = "recording on board"


@dataclass(frozen=True, slots=True)
class About:
    """What a pod says of itself when nobody records. "" and None: it does not say.

    `free_pct` is of the memory for recordings on board, `log_s` how long one fits there at the rate
    usual for it, `holds_s` how long a lost link may last at the pod's fastest rate until samples
    are lost. `doing` is in words, RECORDS_ON_BOARD among them, "" where it rests.
    """

    serial: str = ""
    firmware: str = ""
    battery_pct: int | None = None
    rates_hz: tuple[float, ...] = ()
    acc_ranges_g: tuple[int, ...] = ()
    gyr_ranges_dps: tuple[int, ...] = ()
    holds_s: float | None = None
    free_pct: int | None = None
    log_s: float | None = None
    doing: str = ""


@dataclass(frozen=True)
class Protocol:
    """One firmware. `channels` are the characteristic UUIDs that packets refer to by position.

    `start` begins sampling, or resumes it after a lost link; `stop` ends it. Every answer
    the conversation is sent is also a packet, so `decode` needs nothing but packets.
    `backfill(first, count)` asks for the first `count` samples from index `first` on that the pod
    still holds of its sampling, also as the first thing on a new link, and returns the first and
    one past the last that it promised; None where it cannot. `log` is None where a pod keeps none.
    `about` asks who a pod is and how it is, without starting anything; `identify` lets it blink.
    Both begin on a new link, and are None where a pod cannot.
    `ping(k)` is the k-th request that a pod stamps as it comes in; what it answers belongs to no
    conversation, so it may be sent beside one, and what was sent belongs to the packets as well.
    `worn` are the names that say where a pod is worn.
    """

    name: str
    signature: Signature
    channels: Sequence[str]
    capabilities: Capabilities
    start: Callable[[Wanted], Conversation]
    stop: Callable[[], Conversation]
    decode: Decode
    backfill: Callable[[int, int], Talk[tuple[int, int]]] | None = None
    log: Log | None = None
    about: Callable[[], Talk[About]] | None = None
    identify: Callable[[], Conversation] | None = None
    ping: Callable[[int], Write] | None = None
    worn: Mapping[str, Placement] = field(default_factory=dict)
