"""Watch the recording machine and note clock steps, sleep, stalls and a slow disk."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pipelines.capture.session import Session
from pipelines.process.from_journal.host_events import SET, SLOW_DISK, STALLED, SUSPENDED

BEAT_S: Final = 0.2
NOTICED_S: Final = 0.5
SYNC_S: Final = 1.0


def _sleepless_clock() -> Callable[[], int]:
    """Return a clock in ns that is never set and goes on while the machine sleeps, as pods do."""
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC_RAW"):  # Linux, macOS; Windows' own does it
        if hasattr(time, name):
            number: int = getattr(time, name)
            return lambda: time.clock_gettime_ns(number)
    return time.perf_counter_ns


steady_ns: Final = _sleepless_clock()


@dataclass(frozen=True, slots=True)
class Clocks:
    """What three clocks say at one moment, in s: `awake_s` rests while the machine sleeps."""

    steady_s: float
    awake_s: float
    utc_s: float


@dataclass(frozen=True)
class Machine:
    """The clocks of the machine that records."""

    steady_ns: Callable[[], int]
    awake_ns: Callable[[], int]
    utc_now: Callable[[], datetime]

    def clocks(self) -> Clocks:
        """Return what the clocks say now."""
        return Clocks(self.steady_ns() * 1e-9, self.awake_ns() * 1e-9, self.utc_now().timestamp())


def noticed(before: Clocks, after: Clocks, *, expected_s: float) -> Iterator[tuple[str, float]]:
    """Yield what happened between two looks at the clocks meant to be `expected_s` apart, in s."""
    passed_s = after.steady_s - before.steady_s
    awake_s = after.awake_s - before.awake_s
    found = {
        SUSPENDED: passed_s - awake_s,
        STALLED: awake_s - expected_s,
        SET: after.utc_s - before.utc_s - passed_s,
    }
    yield from ((kind, size_s) for kind, size_s in found.items() if abs(size_s) > NOTICED_S)


async def watch(session: Session, machine: Machine) -> None:
    """Note whatever happens to the machine, until cancelled."""
    before = machine.clocks()
    while True:
        await asyncio.sleep(BEAT_S)
        after = machine.clocks()
        for kind, size_s in noticed(before, after, expected_s=BEAT_S):
            session.note(kind, seconds=round(size_s, 3))
        before = after


async def keep_synced(session: Session) -> None:
    """Sync the journal once a second, off the loop: a slow disk must not delay what pods say.

    Until cancelled; raises OSError with one sentence when the disk refuses.
    """
    while True:
        await asyncio.sleep(SYNC_S)
        session.journal.flush()
        began_ns = session.clock_ns()
        await _in_thread(session.journal.sync_flushed)
        took_s = (session.clock_ns() - began_ns) * 1e-9
        if took_s > NOTICED_S:
            session.note(SLOW_DISK, seconds=round(took_s, 3))


async def _in_thread(work: Callable[[], Any]) -> None:
    """Run `work` in a thread; when cancelled, wait for it first, for it cannot be stopped."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise
