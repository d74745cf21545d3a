"""Record a run: find the pods of the rig, store everything received, stop cleanly.

All waiting goes through asyncio and every time stamp through `clock_ns`, so the same code runs on
a loop whose time is virtual.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from firmware_protocols.protocol import Protocol, Wanted
from imu.frames import PLACEMENTS, Placement
from pipelines.capture.live.feed import Live
from pipelines.capture.machine.disk import FreeBytes, check_room, free_bytes_at, watch_disk
from pipelines.capture.machine.host_watch import SYNC_S, Machine, keep_synced, steady_ns, watch
from pipelines.capture.marks import Keys, note_marks
from pipelines.capture.nearby.one_clock import leader, recording_number
from pipelines.capture.nearby.pod_choice import choose, numbered
from pipelines.capture.one_pod.health import PodHealth
from pipelines.capture.one_pod.resume import clock_after, interrupted, recall
from pipelines.capture.one_pod.supervisor import FETCH_S, GOODBYE_S, supervise
from pipelines.capture.one_pod.worn_pod import WornPod
from pipelines.capture.session import Session, silent
from pipelines.protocols import PROTOCOLS
from pipelines.radio.scan import Found, Radio, scan
from pipelines.radio.trouble import RadioError
from pipelines.store.files import session_files
from pipelines.store.journal.format import Header, journal_path
from pipelines.store.journal.in_progress import in_progress
from pipelines.store.journal.writer import JournalWriter
from pipelines.store.stated.context_file import keep_stated
from pipelines.store.stated.rig import Rig
from pipelines.time_zone import machine_zone

OnHealth = Callable[[Sequence[PodHealth]], None]
WANTED: Final = Wanted()
STOP_S: Final = 7.0 + FETCH_S + GOODBYE_S
"""Pods that do not answer by then are left to themselves."""


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
    rate_hz: float | None = None,
    scan_s: float = 8.0,
    allow_missing: bool = False,
    stated: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = silent,
    keys: Keys | None = None,
    free_bytes: FreeBytes = free_bytes_at,
    go_on: bool = False,
    live: Live | None = None,
) -> Path:
    """Record the pods of `rig` until `stop` is set, and return the closed journal.

    Every notification is in the journal before anything looks at it; the journal is synced and
    `on_health` called once a second. `clock_ns` makes all stamps and must never be set;
    `awake_ns`, by default the same, may stand still while the machine sleeps, so that this is
    noticed. What happens to the machine is noted in the journal. A pod that is lost is connected
    again while the others go on, and what it still holds of that time is fetched, at the latest
    before it is stopped; another of its name takes over where it stays away. `say` gives the runner
    a sentence, `keys` are those that mark laps and moments. The recording ends before the disk is
    full, by what `free_bytes` says. What is `stated` of the run, by the keys of its context, is on
    disk before any pod is started. `go_on` adds to a `session` that a crash interrupted, with what
    its pods have kept since. `live` shows numbers meanwhile, and stores none.
    Cancelling stops the pods and closes the journal too. Raises OSError or ValueError with one
    sentence; whatever was recorded until then is kept.
    """
    path = journal_path(store_root, athlete, session)
    before = interrupted(path) if go_on else None
    if before is None and path.exists():
        raise FileExistsError(f"{path} already exists; choose another session")
    check_room(store_root, free_bytes)
    nearby = await _nearby(radio, protocols, rig, scan_s)
    pods = choose(nearby, rig, allow_missing=allow_missing)
    _refuse_clash(store_root, pods)
    if before is not None:
        header, clock_ns = before.header, clock_after(before, clock_ns, utc_now())
    else:
        started = utc_now().isoformat(), clock_ns()
        header = Header(session, athlete, *started, numbered(pods), timezone=machine_zone())
    with JournalWriter(path, header, go_on=go_on) as journal:
        numbered_wanted = replace(wanted, recording=recording_number(header))
        shared = Session(
            radio,
            journal,
            clock_ns,
            numbered_wanted,
            rig,
            protocols,
            say,
            listener=live,
            rate_hz=rate_hz,
        )
        worn = _worn(shared, pods, required=not allow_missing)
        if before is not None:
            recall(before, worn)
            shared.note("resumed")
        try:
            keep_stated(session_files(store_root, athlete, session), stated or {})
            machine = Machine(clock_ns, awake_ns or clock_ns, utc_now)
            beside = _beside(shared, machine, free_bytes, keys, live)
            await _run(shared, worn, beside, stop, on_health)
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


def _refuse_clash(store_root: Path, pods: Mapping[Placement, Found]) -> None:
    """Raise OSError where another recording into this store has one of `pods`."""
    for path, header in in_progress(store_root):
        taken = {pod.address for pod in header.pods.values()}
        for found in pods.values():
            if found.address in taken:
                raise RadioError(
                    f"{found.name} ({found.address}) is being recorded into {path}; stop that "
                    "recording first"
                )


def _worn(shared: Session, pods: Mapping[Placement, Found], *, required: bool) -> list[WornPod]:
    shared.in_use.update({place: found.address for place, found in pods.items()})
    worn = [
        WornPod(
            shared.stream_of(place, found),
            place,
            found,
            shared,
            required=required,
            leads=place == leader(pods, found.protocol.name),
        )
        for place, found in pods.items()
    ]
    for pod in worn:
        pod.serial = shared.rig[pod.placement].serial if pod.placement in shared.rig else ""
    return worn


def _beside(
    shared: Session, machine: Machine, free_bytes: FreeBytes, keys: Keys | None, live: Live | None
) -> list[Coroutine[Any, Any, None]]:
    """Return what goes on beside the pods while they are recorded."""
    return [
        keep_synced(shared),
        watch(shared, machine),
        watch_disk(shared, free_bytes),
        note_marks(shared, keys),
        *([live.run(shared.say)] if live is not None else []),
    ]


async def _run(
    shared: Session,
    worn: Sequence[WornPod],
    watching: Sequence[Coroutine[Any, Any, None]],
    stop: asyncio.Event,
    on_health: OnHealth,
) -> None:
    """Supervise all pods until `stop` is set or something ends the recording; then stop them."""
    tasks = {asyncio.create_task(supervise(pod)) for pod in worn}
    ending = asyncio.create_task(stop.wait())
    beside = {asyncio.create_task(work) for work in watching}
    try:
        await _until_done(tasks | beside | {ending}, shared, worn, on_health)
        shared.end()
        stopped = asyncio.gather(*tasks)
        await _until_done({asyncio.ensure_future(stopped)}, shared, worn, on_health)
    finally:
        shared.end()
        await asyncio.wait(tasks, timeout=STOP_S)
        for task in tasks | beside | {ending}:
            task.cancel()
        await asyncio.gather(*tasks, *beside, ending, return_exceptions=True)


async def _until_done(
    tasks: set[asyncio.Task[Any]], shared: Session, worn: Sequence[WornPod], on_health: OnHealth
) -> None:
    """Show the health of the pods once a second until one of `tasks` is done; raise what it did."""
    done: set[asyncio.Task[Any]] = set()
    while not done:
        done, _ = await asyncio.wait(tasks, timeout=SYNC_S, return_when=asyncio.FIRST_COMPLETED)
        shared.journal.flush()
        on_health([pod.health() for pod in worn])
    for task in done:
        task.result()
