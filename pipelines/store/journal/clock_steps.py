"""Find where the clock that stamped a journal was set back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

US_IN_NS: Final = 1000
Record = tuple[int, int, int, bytes]
"""Stream, flags, host time in ns, payload."""


@dataclass(frozen=True, slots=True)
class Fall:
    """The recorder's clock was set back by at least `by_ns`, right after the stamp `at_ns`."""

    at_ns: int
    by_ns: int


def never_backward(found: Iterator[Record], falls: list[Fall], *, own: int) -> Iterator[Record]:
    """Yield `found` with the stamps after a fall of the clock going on 1 µs after the last one.

    Records stand in the order in which they were stamped. A fall is told by the pod that is heard
    first after it, and is a fall for all of them; `falls` takes it. Stream `own` holds no pod.
    """
    shift_ns, last_ns = 0, 0
    heard_ns: dict[int, int] = {}
    for stream, flags, host_ns, payload in found:
        if stream != own:
            if host_ns + shift_ns < heard_ns.get(stream, host_ns + shift_ns):
                falls.append(Fall(last_ns, last_ns - host_ns - shift_ns))
                shift_ns = last_ns + US_IN_NS - host_ns
            last_ns = heard_ns[stream] = host_ns + shift_ns
        yield stream, flags, host_ns + shift_ns, payload
