"""The interface of a pod firmware: requests to send, and decoding of what is received.

A protocol is a frozen record of pure functions. It never touches a radio: a conversation with
a pod is a generator that yields what to do next and is sent the pod's answer, so the same code
runs over Bluetooth, over a replayed journal and in a test without a loop.
"""

import typing
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field

from imu.frames import FloatArray
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

    `host_ns` is the host's clock on arrival, `channel` the position of the characteristic in
    `Protocol.channels`.
    """

    host_ns: int
    channel: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """Ask the radio to read characteristic number `channel`; answered by its value."""

    channel: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Write `payload` to `channel` and answer with the next notification on `reply`.

    Without one within `timeout_s`, TimeoutError is raised inside the conversation.
    """

    channel: int
    payload: bytes
    reply: int
    timeout_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Ask the radio for the notifications of `channel`; answered by b""."""

    channel: int


Request = Read | Ask | Subscribe
Conversation = Generator[Request, bytes, None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the recorder would like; the pod answers with what it really does."""

    rate_hz: float = 200.0
    acc_range_g: int = 16
    gyr_range_dps: int = 2000
    max_latency_s: float = 0.1


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
    `lost` counts samples known to be missing; `trouble` counts what was skipped of all samplings,
    by reason; `assumed` says in words what was not received and taken from elsewhere. Samplings of
    one and the same `shared_clock`, where it is not empty, have one device time: their pods keep in
    step by themselves.
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
    shared_clock: str = ""

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


@dataclass(frozen=True)
class Protocol:
    """One firmware. `channels` are the characteristic UUIDs that packets refer to by position.

    `start` begins sampling, or resumes it after a lost link; `stop` ends it. Every answer
    the conversation is sent is also a packet, so `decode` needs nothing but packets.
    """

    name: str
    service_uuid: str
    channels: Sequence[str]
    start: Callable[[Wanted], Conversation]
    stop: Callable[[], Conversation]
    decode: Decode
