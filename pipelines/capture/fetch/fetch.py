"""Fetch the logs of the pods of a rig into one journal, which then is a session like any other.

On its way it lies in ``<store>/fetching``, where a download that was broken off is found again.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from firmware_protocols.protocol import Protocol, Stored
from imu.frames import Placement
from pipelines.capture.fetch.download import Download, check_whole, download
from pipelines.capture.fetch.logs import PodLogs, chosen_logs, logs_of
from pipelines.capture.fetch.one_run import header_of_run
from pipelines.capture.machine.disk import FreeBytes, check_room, free_bytes_at
from pipelines.capture.machine.host_watch import steady_ns
from pipelines.capture.nearby.pod_choice import numbered
from pipelines.capture.one_pod.resume import clock_after
from pipelines.capture.session import silent
from pipelines.protocols import PROTOCOLS
from pipelines.radio.conversation import converse
from pipelines.radio.link import ClockNs, connect
from pipelines.radio.scan import Radio
from pipelines.store.files import check_athlete, new_session
from pipelines.store.journal.format import Header, Journal, journal_path
from pipelines.store.journal.reader import read_journal
from pipelines.store.journal.writer import JournalWriter
from pipelines.store.stated.rig import Rig
from pipelines.time_zone import machine_zone

ON_ITS_WAY: Final = "fetching"
FETCHED: Final = "fetch"


@dataclass(frozen=True)
class Place:
    """Where, from whom and how it is fetched: a store, its rig, a radio and two clocks."""

    store: Path
    athlete: str
    rig: Rig
    radio: Radio
    clock_ns: ClockNs = steady_ns
    utc_now: Callable[[], datetime] = lambda: datetime.now(UTC)
    say: Callable[[str], None] = silent
    free_bytes: FreeBytes = free_bytes_at
    protocols: Sequence[Protocol] = tuple(PROTOCOLS.values())
    scan_s: float = 8.0


async def stored_logs(place: Place) -> list[PodLogs]:
    """Return the pods of the rig that are near, and the logs in each."""
    return await logs_of(
        place.radio, place.rig, place.protocols, scan_s=place.scan_s, clock_ns=place.clock_ns
    )


async def fetch(place: Place, named: Mapping[str, str], *, erase: bool = False) -> Path:
    """Fetch one log from each pod and return the closed journal, which is that of the run.

    `named` says which (`chosen_logs`). A download that was broken off goes on where it ended. Pods
    keep their logs, unless `erase`: then they forget those that are whole on the disk. Raises
    OSError or ValueError with one sentence; what came until then is kept.
    """
    check_athlete(place.athlete)
    check_room(place.store, place.free_bytes)
    pods = await stored_logs(place)
    chosen = chosen_logs(pods, named)
    for pod in pods:
        if pod.placement not in chosen:
            place.say(f"{pod.place} ({pod.found.name}) is left out: {pod.trouble}")
    wanted = [pod for pod in pods if pod.placement in chosen]
    before = _broken_off(place, wanted, chosen)
    path, clock_ns = _begun(place, before)
    header = _header(place, wanted, path, clock_ns) if before is None else before.header
    with JournalWriter(path, header, go_on=before is not None) as journal:
        if before is None:
            journal.note(clock_ns(), FETCHED, logs=_about(wanted, chosen))
        downloads = []
        for number, pod in enumerate(wanted, start=1):
            known = [] if before is None else list(before.packets[number])
            stored = chosen[pod.placement]
            one = Download(pod, stored, number, journal, clock_ns, place.free_bytes, known)
            place.say(f"{pod.place}: fetching {stored.name} from {pod.found.name}")
            await download(place.radio, one, place.say)
            downloads.append(one)
        check_whole(path, downloads)
        journal.header = header_of_run(read_journal(path))
        journal.close(clock_ns())
    target = _published(place, path, journal.header)
    if erase:
        await _erased(place, downloads)
    return target


def _about(pods: Sequence[PodLogs], chosen: Mapping[Placement, Stored]) -> list[list[str]]:
    """Return which logs are fetched, as the journal says it."""
    return [[pod.placement, pod.found.address, chosen[pod.placement].name] for pod in pods]


def _broken_off(
    place: Place, pods: Sequence[PodLogs], chosen: Mapping[Placement, Stored]
) -> Journal | None:
    """Return the journal of a download of just these logs that did not come to its end."""
    for path in sorted((place.store / ON_ITS_WAY / place.athlete).glob("*.journal"), reverse=True):
        with suppress(ValueError):
            journal = read_journal(path)
            said = [event["logs"] for event in journal.events if event["kind"] == FETCHED]
            if not journal.closed and said == [_about(pods, chosen)]:
                return journal
    return None


def _begun(place: Place, before: Journal | None) -> tuple[Path, ClockNs]:
    if before is not None:
        return before.path, clock_after(before, place.clock_ns, place.utc_now())
    session = new_session(place.utc_now())
    return place.store / ON_ITS_WAY / place.athlete / f"{session}.journal", place.clock_ns


def _header(place: Place, pods: Sequence[PodLogs], path: Path, clock_ns: ClockNs) -> Header:
    worn = numbered({pod.placement: pod.found for pod in pods})
    started = place.utc_now().isoformat()
    return Header(path.stem, place.athlete, started, clock_ns(), worn, timezone=machine_zone())


def _published(place: Place, path: Path, header: Header) -> Path:
    """Give a whole journal its place among the others."""
    target = journal_path(place.store, header.athlete, header.session)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise FileExistsError(f"{target} already exists; move it away, then fetch again")
    path.rename(target)
    return target


async def _erased(place: Place, downloads: Sequence[Download]) -> None:
    """Let the pods forget what is on the disk; say of one that cannot."""
    for one in downloads:
        pod = one.pod
        if pod.log.erase is None:
            place.say(f"{pod.place}: {pod.found.name} keeps it; erase it with the maker's program")
            continue
        try:
            async with connect(
                place.radio, pod.found, lambda _: None, clock_ns=one.clock_ns
            ) as link:
                await converse(link, pod.log.erase(one.stored))
        except (OSError, ValueError) as error:
            place.say(f"{pod.place}: {one.stored.name} was not erased: {error}")
        else:
            place.say(f"{pod.place}: {one.stored.name} was erased from {pod.found.name}")
