"""Fetch the logs of the pods of a rig into one journal, which then is a session like any other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from firmware_protocols.protocol import Protocol
from imu.frames import Placement
from pipelines.capture.fetch import on_its_way
from pipelines.capture.fetch.download import Download, check_whole, download
from pipelines.capture.fetch.end_armed import end_armed
from pipelines.capture.fetch.logs import PodLogs, chosen_logs, logs_in, logs_since, pods_near
from pipelines.capture.fetch.on_its_way import OnItsWay
from pipelines.capture.fetch.one_run import ended_early, header_of_run, spans_of
from pipelines.capture.machine.disk import FreeBytes, check_room, free_bytes_at
from pipelines.capture.machine.host_watch import steady_ns
from pipelines.capture.nearby.pod_choice import numbered
from pipelines.capture.session import silent
from pipelines.protocols import PROTOCOLS
from pipelines.radio.conversation import converse
from pipelines.radio.link import ClockNs, connect
from pipelines.radio.scan import Found, Radio
from pipelines.store.files import check_athlete
from pipelines.store.journal.reader import read_journal
from pipelines.store.journal.writer import JournalWriter
from pipelines.store.stated.rig import Rig


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

    async def near(self) -> dict[Placement, Found]:
        """Return the pods of the rig that are near."""
        return await pods_near(self.radio, self.rig, self.protocols, scan_s=self.scan_s)

    async def logs(self, near: Mapping[Placement, Found]) -> list[PodLogs]:
        """Return the logs in each of these pods."""
        return await logs_in(self.radio, near, self.clock_ns)


async def stored_logs(place: Place) -> list[PodLogs]:
    """Return the pods of the rig that are near, and the logs in each."""
    return await place.logs(await place.near())


async def fetch(
    place: Place, named: Mapping[str, str], *, erase: bool = False, allow_missing: bool = False
) -> Path:
    """Fetch one log from each pod and return the closed journal, which is that of the run.

    `named` says which (`chosen_logs`); without, pods that `arm` has set recording are ended, and
    it is what they recorded. A download that was broken off goes on where it ended. Pods keep
    their logs, unless `erase`: then they forget those that are whole on the disk. With
    `allow_missing` a pod of such a run that is away is left out. Raises OSError or ValueError with
    one sentence; what came until then is kept.
    """
    check_athlete(place.athlete)
    check_room(place.store, place.free_bytes)
    near, ways = await place.near(), on_its_way.on_their_way(place.store, place.athlete)
    armed = None if named else _armed(ways, near)
    if armed is not None:
        _check_near(armed, near, allow_missing=allow_missing)
        await end_armed(place.radio, armed, near, clock_ns=place.clock_ns, utc_now=place.utc_now)
    pods = await place.logs(near)
    if armed is not None:
        pods = [logs_since(pod, armed.held or {}) for pod in pods]
        _check_all(pods, armed, allow_missing=allow_missing)
    before = armed or _broken_off(ways, pods, named)
    if before is not None and before.wishes:
        _check_near(before, near, allow_missing=allow_missing)
        pods = [_as_wished(pod, before) for pod in pods]
    wanted = chosen_logs(pods, named)
    for pod in pods:
        if pod.placement not in {one.placement for one in wanted}:
            place.say(f"{pod.place} ({pod.found.name}) is left out: {pod.trouble}")
    return await _fetched(place, wanted, before, erase=erase)


async def _fetched(
    place: Place, wanted: Sequence[PodLogs], before: OnItsWay | None, *, erase: bool
) -> Path:
    """Download the last log of each pod; give the journal its place once all is on the disk."""
    journal, clock_ns = _opened(place, wanted, before)
    with journal:
        if before is None or not before.wishes:
            journal.note(clock_ns(), on_its_way.FETCHED, logs=on_its_way.as_event(wanted))
        downloads = [_download(place, journal, clock_ns, pod, before) for pod in wanted]
        for at, one in enumerate(downloads):
            one.later_bytes = sum(later.stored.size_bytes for later in downloads[at + 1 :])
            place.say(f"{one.pod.place}: fetching {one.stored.name} from {one.pod.found.name}")
            await download(place.radio, one, place.say)
        check_whole(journal.path, downloads)
        _placed_in_time(place, journal, clock_ns)
        journal.close(clock_ns())
    target = on_its_way.publish(place.store, journal.path, journal.header)
    if erase:
        await _erased(place, downloads)
    return target


# Which run it is ---------------------------------------------------------------------------------


def _armed(ways: Sequence[OnItsWay], near: Mapping[Placement, Found]) -> OnItsWay | None:
    """Return the newest run that was armed with a pod that is near, and is not fetched yet."""
    addresses = {found.address for found in near.values()}
    newest = next((way for way in ways if addresses & set(way.held or ())), None)
    return newest if newest is not None and not newest.wishes else None


def _broken_off(
    ways: Sequence[OnItsWay], pods: Sequence[PodLogs], named: Mapping[str, str]
) -> OnItsWay | None:
    """Return the newest run of which a fetch was broken off, if it is of the logs meant now.

    A pod that no longer holds its log, for it forgets what was read, or is away, is no reason
    against it.
    """
    for way in ways:
        if way.wishes and all(_is_meant(way, pod, named) for pod in pods):
            return way
    return None


def _is_meant(way: OnItsWay, pod: PodLogs, named: Mapping[str, str]) -> bool:
    wish = next((wish for wish in way.wishes if wish.placement == pod.placement), None)
    if wish is None:
        return not pod.stored or way.held is not None
    name = named.get(pod.placement, named.get("", ""))
    there = [one.name for one in pod.stored]
    meant = name or (there[-1] if there else wish.stored.name)
    return wish.address == pod.found.address and (
        wish.stored.name == meant or (not name and wish.stored.name not in there)
    )


def _as_wished(pod: PodLogs, way: OnItsWay) -> PodLogs:
    """Return a pod with the log that a fetch that was broken off is about."""
    fits = [w.stored for w in way.wishes if w.address == pod.found.address]
    trouble = "" if fits else pod.trouble or "it is not in the fetch that was broken off"
    return PodLogs(pod.placement, pod.found, tuple(fits), trouble)


def _check_near(way: OnItsWay, near: Mapping[Placement, Found], *, allow_missing: bool) -> None:
    """Raise OSError where a pod of the run is away."""
    here = {found.address for found in near.values()}
    wished = {wish.address for wish in way.wishes} or set(way.held or ())
    away = [
        f"{pod.placement.replace('_', ' ')} ({pod.name})"
        for pod in way.journal.header.pods.values()
        if pod.address in wished - here
    ]
    if away and not allow_missing:
        raise OSError(
            f"{' and '.join(away)} recorded this run and cannot be found; switch it on and bring "
            "it closer, or fetch without it (--allow-missing)"
        )


def _check_all(pods: Sequence[PodLogs], run: OnItsWay, *, allow_missing: bool) -> None:
    """Raise ValueError where a pod that was armed gives no log."""
    none = [pod for pod in pods if pod.found.address in (run.held or ()) and not pod.stored]
    if none and not allow_missing:
        words = "; ".join(f"{pod.place} ({pod.found.name}): {pod.trouble}" for pod in none)
        raise ValueError(f"{words}; fetch again, or without it (--allow-missing)")


# Its journal -------------------------------------------------------------------------------------


def _opened(
    place: Place, pods: Sequence[PodLogs], before: OnItsWay | None
) -> tuple[JournalWriter, ClockNs]:
    """Return the journal to fetch into, and the clock for it."""
    if before is not None:
        clock_ns = on_its_way.clock_of(before.journal, place.clock_ns, place.utc_now)
        return JournalWriter(before.journal.path, before.journal.header, go_on=True), clock_ns
    worn = numbered({pod.placement: pod.found for pod in pods})
    header = on_its_way.new_header(place.athlete, worn, place.utc_now(), place.clock_ns())
    return JournalWriter(on_its_way.path_of(place.store, header), header), place.clock_ns


def _download(
    place: Place, journal: JournalWriter, clock_ns: ClockNs, pod: PodLogs, before: OnItsWay | None
) -> Download:
    (number,) = [
        number
        for number, known in journal.header.pods.items()
        if (known.placement, known.address) == (pod.placement, pod.found.address)
    ]
    known = [] if before is None else list(before.journal.packets[number])
    return Download(pod, pod.stored[-1], number, journal, clock_ns, place.free_bytes, known)


def _placed_in_time(place: Place, journal: JournalWriter, clock_ns: ClockNs) -> None:
    """Date a journal by what it holds, and say of pods that ended by themselves, once."""
    whole = read_journal(journal.path)
    spans = spans_of(whole)
    journal.header = header_of_run(whole.header, spans)
    for words in ended_early(whole, spans):
        place.say(words)
        journal.note(clock_ns(), "remark", words=words)


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
