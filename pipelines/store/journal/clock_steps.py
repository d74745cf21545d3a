"""Find the steps back of the clock that stamped a journal, and undo them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

US_IN_NS: Final = 1000
Record = tuple[int, int, int, bytes]
"""Stream, flags, host time in ns, payload."""


@dataclass(frozen=True, slots=True)
class ClockStep:
    """The recorder's clock was set back by at least `by_ns`, right after the stamp `at_ns`."""

    at_ns: int
    by_ns: int


def monotonic(found: Iterator[Record], steps: list[ClockStep], *, own: int) -> Iterator[Record]:
    """Yield `found` with the stamps after a step back going on 1 µs after the last one.

    Records stand in the order in which they were stamped. A step shows in the pod received first
    after it and holds for all of them; it is added to `steps`. Stream `own` holds no pod.
    """
    shift_ns, last_ns = 0, 0
    received_ns: dict[int, int] = {}
    for stream, flags, host_ns, payload in found:
        if stream != own:
            if host_ns + shift_ns < received_ns.get(stream, host_ns + shift_ns):
                steps.append(ClockStep(last_ns, last_ns - host_ns - shift_ns))
                shift_ns = last_ns + US_IN_NS - host_ns
            last_ns = received_ns[stream] = host_ns + shift_ns
        yield stream, flags, host_ns + shift_ns, payload
