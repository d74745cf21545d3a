"""What happened to the recording machine (clock, sleep, disk): notes and corrections.

The recorder notes each of these in the journal; here stand their names, and what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from imu.recording.host_jumps import joins_s
from pipelines.protocols import protocol_named

if TYPE_CHECKING:
    from imu.frames import FloatArray
    from pipelines.store.journal.clock_steps import ClockStep
    from pipelines.store.journal.format import Journal

S_IN_NS: Final = 1_000_000_000
SUSPENDED: Final = "suspended"
STALLED: Final = "stalled"
SET: Final = "clock_set"
SLOW_DISK: Final = "slow_sync"

_MEANING: Final[Mapping[str, str]] = {
    SUSPENDED: "the recording machine was asleep for {0}; what the pods could not buffer is lost",
    STALLED: "the recording program stalled for {0}; packets of that time are stamped late",
    SET: "the recording machine's clock was set by {0}; times within the run are not affected",
    SLOW_DISK: "the disk took {0} to store what was recorded; check it, or use another",
}


def host_notes(journal: Journal) -> list[str]:
    """Return a sentence for each kind of event of the recording machine."""
    seconds: dict[str, list[float]] = {}
    for event in journal.events:
        if event["kind"] in _MEANING and isinstance(size_s := event.get("seconds"), float | int):
            seconds.setdefault(event["kind"], []).append(size_s)
    notes = [_MEANING[kind].format(_sizes(found)) for kind, found in seconds.items()]
    if journal.clock_steps:
        by = _sizes([step.by_ns / S_IN_NS for step in journal.clock_steps])
        notes.append(
            f"the clock that stamped this recording was set back by {by}; "
            "the time since was taken from the pods' own clocks"
        )
    return notes


def _sizes(seconds: Sequence[float]) -> str:
    largest = max(seconds, key=abs)
    return f"{largest:.1f} s" if len(seconds) == 1 else f"up to {largest:.1f} s ({len(seconds)}×)"


def with_steady_clock(journal: Journal) -> Journal:
    """Return `journal` as if its host clock had never been set back.

    Its stamps go on as if no time had passed at such a moment; how much had, the pods' clocks show.
    """
    if not journal.clock_steps:
        return journal
    at_s = [step.at_ns / S_IN_NS for step in journal.clock_steps]
    off_ns = [round(off_s * S_IN_NS) for off_s in joins_s(_arrivals(journal), at_s)]
    shifts = list(zip(journal.clock_steps, off_ns, strict=True))
    packets = {
        number: [replace(packet, host_ns=_undone(packet.host_ns, shifts)) for packet in said]
        for number, said in journal.packets.items()
    }
    events: list[Mapping[str, Any]] = [
        {**event, "host_ns": _undone(event["host_ns"], shifts)} for event in journal.events
    ]
    return replace(journal, packets=packets, events=events)


def _undone(host_ns: int, shifts: Sequence[tuple[ClockStep, int]]) -> int:
    return host_ns - sum(off_ns for step, off_ns in shifts if host_ns > step.at_ns)


def _arrivals(journal: Journal) -> list[FloatArray]:
    """Return device and host time of every sampling of every pod that can be understood."""
    found = []
    for number, pod in journal.header.pods.items():
        with suppress(ValueError):
            decoded = protocol_named(pod.protocol).decode(journal.packets[number])
            found += [sampling.arrival for sampling in decoded.samplings]
    return [arrival for arrival in found if len(arrival)]
