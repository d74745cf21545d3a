"""Record a run: find the pods of the rig, store everything received, stop cleanly.

All waiting goes through asyncio and every time stamp through `clock_ns`, so the same code runs on
a loop whose time is virtual.
"""

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from firmware_protocols.protocol import Protocol, Wanted
from imu.frames import PLACEMENTS, Placement
from pipelines.capture.health import PodHealth
from pipelines.capture.host_watch import SYNC_S, Machine, keep_synced, steady_ns, watch
from pipelines.capture.pod_choice import choose
from pipelines.capture.pod_link import Session, WornPod, supervise
from pipelines.protocols import PROTOCOLS
from pipelines.radio.central import Found, Radio, scan
from pipelines.store.files import session_files
from pipelines.store.journal.format import Header, Pod, journal_path
from pipelines.store.journal.writer import JournalWriter
from pipelines.store.stated.context_file import keep_stated
from pipelines.store.stated.rig import Rig
from pipelines.time_zone import machine_zone

OnHealth = Callable[[Sequence[PodHealth]], None]
WANTED: Final = Wanted()
STOP_S: Final = 15.0  # pods that do not answer by then are left to themselves


async def record(
    radio: Radio,
    rig: Rig,
    store_root: Path,
    *,
    athlete: str,
    session: str,
    stop: asyncio.Event,
    on_health: OnHealth,
    clock_ns: Callable[[], int] = steady_ns,
    awake_ns: Callable[[], int] | None = None,
    utc_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    protocols: Sequence[Protocol] = tuple(PROTOCOLS.values()),
    wanted: Wanted = WANTED,
    scan_s: float = 8.0,
    allow_missing: bool = False,
    stated: Mapping[str, Any] | None = None,
) -> Path:
    """Record the pods of `rig` until `stop` is set, and return the closed journal.

    Every notification is in the journal before anything looks at it; the journal is synced and
    `on_health` called once a second. `clock_ns` makes all stamps and must never be set;
    `awake_ns`, by default the same, may stand still while the machine sleeps, so that this is
    noticed. What happens to the machine is noted in the journal. A pod that is lost is connected
    again while the others go on. What is `stated` of the run, by the keys of its context, is on
    disk before any pod is started. Cancelling stops the pods and closes the journal too. Raises
    OSError or ValueError with one sentence; whatever was recorded until then is kept.
    """
    path = journal_path(store_root, athlete, session)
    if path.exists():
        raise FileExistsError(f"{path} already exists; choose another session")
    nearby = await _nearby(radio, protocols, rig, scan_s)
    pods = choose(nearby, rig, allow_missing=allow_missing)
    header = Header(
        session,
        athlete,
        utc_now().isoformat(),
        clock_ns(),
        _numbered(pods),
        timezone=machine_zone(),
    )
    with JournalWriter(path, header) as journal:
        shared = Session(radio, journal, clock_ns, replace(wanted, recording=_number_of(header)))
        worn = [
            WornPod(
                number,
                pod.placement,
                pods[pod.placement],
                shared,
                required=not allow_missing,
                leads=number == _leader(header, pod.protocol),
            )
            for number, pod in header.pods.items()
        ]
        for pod in worn:
            pod.serial = rig[pod.placement].serial if pod.placement in rig else ""
        try:
            keep_stated(session_files(store_root, athlete, session), stated or {})
            machine = Machine(clock_ns, awake_ns or clock_ns, utc_now)
            await _run(shared, worn, machine, stop, on_health)
        finally:
            journal.close(clock_ns())
    return path


@contextmanager
def stopping_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM set `stop`; a second one ends the program as usual.

    Where a loop has no signal handlers (Windows), Ctrl-C cancels `record`, which stops cleanly too.
    """
    loop = asyncio.get_running_loop()

    def asked() -> None:
        stop.set()
        release()

    def release() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, asked)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            release()


async def _nearby(
    radio: Radio, protocols: Sequence[Protocol], rig: Rig, scan_s: float
) -> list[Found]:
    """Scan until as many pods are found as can be worn; longer if those are not the right ones."""
    found = await scan(radio, protocols, timeout_s=scan_s, enough=len(rig) or len(PLACEMENTS))
    try:
        choose(found, rig)
    except (OSError, ValueError):
        return await scan(radio, protocols, timeout_s=scan_s)
    return found


def _numbered(pods: Mapping[Placement, Found]) -> dict[int, Pod]:
    return {
        number: Pod(place, found.address, found.name, found.protocol.name)
        for number, (place, found) in enumerate(pods.items(), start=1)
    }


def _number_of(header: Header) -> int:
    """Return a number for this recording that no other has: 64 bits, not 0."""
    words = f"{header.athlete}/{header.session}/{header.started_utc}"
    return int.from_bytes(sha256(words.encode()).digest()[:8]) or 1


def _leader(header: Header, protocol: str) -> int:
    """Return the pod whose clock others that speak the same may follow: the first of them."""
    return min(number for number, pod in header.pods.items() if pod.protocol == protocol)


async def _run(
    shared: Session,
    worn: Sequence[WornPod],
    machine: Machine,
    stop: asyncio.Event,
    on_health: OnHealth,
) -> None:
    """Supervise all pods until `stop` is set or something ends the recording; then stop them."""
    tasks = {asyncio.create_task(supervise(pod)) for pod in worn}
    ending = asyncio.create_task(stop.wait())
    beside = {
        asyncio.create_task(keep_synced(shared)),
        asyncio.create_task(watch(shared, machine)),
    }
    try:
        done: set[asyncio.Task[Any]] = set()
        while not done:
            done, _ = await asyncio.wait(
                tasks | beside | {ending}, timeout=SYNC_S, return_when=asyncio.FIRST_COMPLETED
            )
            shared.journal.flush()
            on_health([pod.health() for pod in worn])
        for task in done:
            task.result()
    finally:
        shared.stop.set()
        await asyncio.wait(tasks, timeout=STOP_S)
        for task in tasks | beside | {ending}:
            task.cancel()
        await asyncio.gather(*tasks, *beside, ending, return_exceptions=True)
