"""Arm the pods of a rig: all of them record on board from now on, or none does."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from firmware_protocols.protocol import Wanted
from pipelines.capture.arm.fetched_before import fetched_before
from pipelines.capture.arm.readiness import Readiness, readiness, refusal
from pipelines.capture.fetch import on_its_way
from pipelines.capture.fetch.fetch import Place
from pipelines.capture.fetch.logs import pods_near
from pipelines.capture.fetch.patience import asked
from pipelines.capture.machine.disk import check_room
from pipelines.capture.nearby.one_clock import leader, recording_number
from pipelines.capture.nearby.pod_choice import numbered
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.store.files import check_athlete
from pipelines.store.journal.writer import JournalWriter

S_IN_NS: Final = 1_000_000_000


@dataclass(frozen=True)
class Orders:
    """What the runner said: which pods may be missing, and what becomes of logs in the pods."""

    allow_missing: bool = False
    keep_old: bool = False
    erase_old: bool = False
    rate_hz: float | None = None


@dataclass(frozen=True)
class Armed:
    """Pods that record on board from now on, and the journal of their run, on its way."""

    pods: tuple[Readiness, ...]
    journal: Path

    @property
    def session(self) -> str:
        """What the run is called until it is fetched."""
        return self.journal.stem


async def arm(place: Place, orders: Orders) -> Armed:
    """Let every pod of the rig record on board until it is fetched.

    The journal that this begins holds what pods said of their clocks; `fetch` goes on in it. Raises
    OSError or ValueError with one sentence for each pod that cannot be armed, and then arms none.
    """
    check_athlete(place.athlete)
    check_room(place.store, place.free_bytes)
    near = await pods_near(
        place.radio,
        place.rig,
        place.protocols,
        scan_s=place.scan_s,
        allow_missing=orders.allow_missing,
    )
    pods = [await readiness(place.radio, at, pod, place.clock_ns) for at, pod in near.items()]
    _refuse(place, pods, orders)
    pods = [await _cleared(place, pod, orders) for pod in pods]
    return await _begun(place, pods, orders)


def _refuse(place: Place, pods: Sequence[Readiness], orders: Orders) -> None:
    home = fetched_before(place.store)
    refused = [
        f"{pod.place} ({pod.found.name}): {why}"
        for pod in pods
        if (
            why := refusal(
                pod,
                home,
                athlete=place.athlete,
                keep_old=orders.keep_old,
                erase_old=orders.erase_old,
            )
        )
    ]
    if refused:
        raise ValueError(f"no pod was armed. {'; '.join(refused)}")


async def _cleared(place: Place, pod: Readiness, orders: Orders) -> Readiness:
    """End what a pod records, and erase what it holds, where the runner said so."""
    if pod.records:
        await asked(place.radio, pod.found, pod.log.end, place.clock_ns)
        pod = await readiness(place.radio, pod.placement, pod.found, place.clock_ns)
        if pod.trouble:
            raise ValueError(f"{pod.place} ({pod.found.name}): {pod.trouble}")
    erase = pod.log.erase
    if orders.erase_old and erase is not None:
        for one in pod.stored:
            await asked(place.radio, pod.found, partial(erase, one), place.clock_ns)
            place.say(f"{pod.place}: {one.name} was erased from {pod.found.name}")
        pod = replace(pod, stored=())
    return pod


async def _begun(place: Place, pods: Sequence[Readiness], orders: Orders) -> Armed:
    worn = {pod.placement: pod.found for pod in pods}
    now = place.utc_now()
    header = on_its_way.new_header(place.athlete, numbered(worn), now, place.clock_ns())
    path = on_its_way.path_of(place.store, header)
    with JournalWriter(path, header) as journal:
        held = {pod.found.address: [one.name for one in pod.stored] for pod in pods}
        journal.note(place.clock_ns(), on_its_way.ARMED, held=held)
        for number, pod in enumerate(pods, start=1):
            wanted = Wanted(
                rate_hz=orders.rate_hz or pod.log.usual_hz,
                recording=recording_number(header),
                leads=pod.placement == leader(worn, pod.found.protocol.name),
                utc_ns=round(place.utc_now().timestamp() * S_IN_NS),
            )
            try:
                await _begin(place, pod, number, journal, wanted)
            except (OSError, ValueError) as error:
                await _undone(place, pods[:number], path)
                raise ValueError(
                    f"no pod was armed. {pod.place} ({pod.found.name}): {error}"
                ) from error
        journal.sync()
    return Armed(tuple(pods), path)


async def _begin(
    place: Place, pod: Readiness, number: int, journal: JournalWriter, wanted: Wanted
) -> None:
    """Let one pod record, and keep all that it says meanwhile."""
    async with connect(
        place.radio,
        pod.found,
        lambda one: journal.append(number, one.host_ns, one.payload, one.channel),
        clock_ns=place.clock_ns,
    ) as link:
        await converse(link, pod.log.begin(wanted, journal.header.session))


async def _undone(place: Place, pods: Sequence[Readiness], path: Path) -> None:
    """End what was just begun and forget those few seconds, which are of no run."""
    for pod in pods:
        with suppress(OSError, ValueError):
            await asked(place.radio, pod.found, pod.log.end, place.clock_ns)
            there = await asked(place.radio, pod.found, pod.log.stored, place.clock_ns)
            if pod.log.erase is not None:
                for one in there:
                    if one not in pod.stored:
                        stub = partial(pod.log.erase, one)
                        await asked(place.radio, pod.found, stub, place.clock_ns)
    path.unlink()
