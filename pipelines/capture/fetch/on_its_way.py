"""Runs without a laptop that are on their way home: armed, or fetched in part.

Each is a journal in ``<store>/fetching``, where neither ``record --resume`` nor ``recover`` takes
it for an interrupted run; it moves to the others once all of it is here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from firmware_protocols.protocol import Stored
from imu.frames import Placement
from pipelines.capture.fetch.logs import PodLogs
from pipelines.capture.one_pod.resume import clock_after
from pipelines.radio.link import ClockNs
from pipelines.store.files import new_session
from pipelines.store.journal.format import Header, Journal, Pod, journal_path
from pipelines.store.journal.reader import read_journal
from pipelines.time_zone import machine_zone

FOLDER: Final = "fetching"
ARMED: Final = "armed"
FETCHED: Final = "fetch"
NS: Final = 1e-9


@dataclass(frozen=True)
class Wish:
    """Which log of which pod a fetch is about."""

    placement: Placement
    address: str
    stored: Stored


@dataclass(frozen=True)
class OnItsWay:
    """A run that is not home yet. `held` are the logs that pods held, by address, as it was armed.

    `wishes` are those that a fetch of it, if there was one, is about.
    """

    journal: Journal
    held: Mapping[str, tuple[str, ...]] | None
    wishes: tuple[Wish, ...]


def on_their_way(store: Path, athlete: str) -> list[OnItsWay]:
    """Return the runs of an athlete that are not home yet, newest first."""
    return sorted(_read(store, athlete), key=lambda one: one.journal.header.started_utc)[::-1]


def _read(store: Path, athlete: str) -> Iterator[OnItsWay]:
    for path in (store / FOLDER / athlete).glob("*.journal"):
        with suppress(ValueError):
            journal = read_journal(path)
            if not journal.closed:
                yield OnItsWay(journal, _held(journal), _wishes(journal))


def _held(journal: Journal) -> dict[str, tuple[str, ...]] | None:
    said = [event["held"] for event in journal.events if event["kind"] == ARMED]
    return {address: tuple(names) for address, names in said[-1].items()} if said else None


def _wishes(journal: Journal) -> tuple[Wish, ...]:
    said = [event["logs"] for event in journal.events if event["kind"] == FETCHED]
    return tuple(
        Wish(placement, address, Stored(*stored))
        for logs in said[-1:]
        for placement, address, *stored in logs
    )


def as_event(pods: Sequence[PodLogs]) -> list[list[str | int | bool]]:
    """Return that the last log of each of these is fetched, as the journal says it."""
    return [
        [pod.placement, pod.found.address, one.name, one.size_bytes, one.exact]
        for pod in pods
        for one in pod.stored[-1:]
    ]


def new_header(athlete: str, pods: Mapping[int, Pod], started: datetime, started_ns: int) -> Header:
    """Return the header of a run that begins its way home now."""
    return Header(
        new_session(started),
        athlete,
        started.isoformat(),
        started_ns,
        pods,
        timezone=machine_zone(),
    )


def path_of(store: Path, header: Header) -> Path:
    """Return where the journal of a run lies while it is on its way."""
    return store / FOLDER / header.athlete / f"{header.session}.journal"


def clock_of(before: Journal, clock_ns: ClockNs, utc_now: Callable[[], datetime]) -> ClockNs:
    """Return the clock for further stamps: where the machine's began anew, the time of day.

    Between arming and fetching nothing else tells how long the run was away.
    """
    now, started = utc_now(), datetime.fromisoformat(before.header.started_utc)
    if clock_after(before, clock_ns, now) is clock_ns:
        return clock_ns
    passed_ns = round((now.astimezone(UTC) - started).total_seconds() / NS)
    ahead_ns = before.header.started_ns + passed_ns - clock_ns()
    return lambda: clock_ns() + ahead_ns


def publish(store: Path, path: Path, header: Header) -> Path:
    """Give a whole journal its place among the others."""
    target = journal_path(store, header.athlete, header.session)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise FileExistsError(f"{target} already exists; move it away, then fetch again")
    path.rename(target)
    return target
