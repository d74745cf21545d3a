"""Timing of notifications on a link: connection events, missed events, host jitter.

A link layer delivers at connection events and repeats what was missed at the next one: late,
never lost and never out of order. The host adds its own delay before the application receives it.
"""

from dataclasses import dataclass
from math import floor
from random import Random


@dataclass(frozen=True, slots=True)
class Air:
    """How good the links are. Each connection has its own phase against `interval_s`.

    `missed` is the share of connection events in which nothing gets through; `jitter_s` the mean
    of the exponential delay the host adds.
    """

    interval_s: float = 0.030
    missed: float = 0.02
    packets_per_event: int = 6
    jitter_s: float = 0.002
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.missed < 1:
            raise ValueError(f"{self.missed:g} of all events missed; give a share from 0 to < 1")


@dataclass
class Lane:
    """One direction of one connection: which event the last packet took, when it was received."""

    phase_s: float
    event: int = -1
    booked: int = 0
    received_s: float = 0.0


def book(lane: Lane, now_s: float, air: Air, random: Random) -> float:
    """Give a packet the next free place in `lane`; return when the receiving host has it."""
    event = max(lane.event, floor((now_s - lane.phase_s) / air.interval_s) + 1)
    if event == lane.event and lane.booked >= air.packets_per_event:
        event += 1
    if event != lane.event:
        while random.random() < air.missed:
            event += 1
        lane.event, lane.booked = event, 0
    lane.booked += 1
    received_s = lane.phase_s + event * air.interval_s
    if air.jitter_s:
        received_s += random.expovariate(1 / air.jitter_s)
    # A microsecond apart, so that the order of timers is the order of packets.
    lane.received_s = max(received_s, lane.received_s + 1e-6)
    return lane.received_s
