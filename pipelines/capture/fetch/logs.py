"""Which logs lie in the pods of a rig, and which of them is meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from firmware_protocols.protocol import Log, Protocol, Stored
from imu.frames import PLACEMENTS, Placement
from pipelines.capture.fetch.patience import asked
from pipelines.capture.nearby.pod_choice import choose
from pipelines.radio.link import ClockNs
from pipelines.radio.scan import Found, Radio, scan
from pipelines.store.stated.rig import Rig

KEEPS_NONE: Final = "its firmware keeps no log; record with midstance record"
NO_ANSWER: Final = "it does not answer; switch it off and on"
NOTHING_NEW: Final = "it holds no log since it was armed; it was erased meanwhile"


@dataclass(frozen=True)
class PodLogs:
    """One pod of the rig and the logs in it, or in a sentence why none can be had."""

    placement: Placement
    found: Found
    stored: tuple[Stored, ...] = ()
    trouble: str = ""

    @property
    def log(self) -> Log:
        """How the pod gives its logs away."""
        assert self.found.protocol.log is not None
        return self.found.protocol.log

    @property
    def place(self) -> str:
        """Where it is worn, in words."""
        return self.placement.replace("_", " ")


async def pods_near(
    radio: Radio,
    rig: Rig,
    protocols: Sequence[Protocol],
    *,
    scan_s: float,
    allow_missing: bool = True,
) -> dict[Placement, Found]:
    """Scan for the pods of a rig and return those that are near.

    Raises RadioError where none is, or not all are and none may be missing, ValueError where two
    could be worn at one placement.
    """
    found = await scan(radio, protocols, timeout_s=scan_s)
    return choose(found, rig, allow_missing=allow_missing)


async def logs_in(
    radio: Radio, pods: Mapping[Placement, Found], clock_ns: ClockNs
) -> list[PodLogs]:
    """Ask pods for their logs, one after the other; one that cannot be asked says so."""
    return [await _asked(radio, place, pod, clock_ns) for place, pod in pods.items()]


async def _asked(radio: Radio, place: Placement, pod: Found, clock_ns: ClockNs) -> PodLogs:
    if pod.protocol.log is None:
        return PodLogs(place, pod, trouble=KEEPS_NONE)
    try:
        stored = tuple(await asked(radio, pod, pod.protocol.log.stored, clock_ns))
    except (OSError, ValueError) as error:  # a TimeoutError is an OSError
        return PodLogs(place, pod, trouble=str(error) or NO_ANSWER)
    return PodLogs(place, pod, stored, "" if stored else "it holds no log")


def logs_since(pod: PodLogs, held: Mapping[str, Sequence[str]]) -> PodLogs:
    """Return a pod with the logs that it did not hold, by address, as it was armed."""
    if pod.found.address not in held:
        return replace(pod, stored=(), trouble="it was not armed for this run")
    new = tuple(one for one in pod.stored if one.name not in held[pod.found.address])
    return replace(pod, stored=new, trouble=pod.trouble if new or pod.trouble else NOTHING_NEW)


def chosen_logs(pods: Sequence[PodLogs], named: Mapping[str, str]) -> list[PodLogs]:
    """Return the pods that hold any log, with the one to fetch: that `named`, or else its last.

    `named` has the name of a log under a placement, or under "" for all pods. Raises ValueError
    where none is left, or a named one is not there.
    """
    for place in named:
        if place and place not in {pod.placement for pod in pods}:
            raise ValueError(f"no pod of {place} is near; switch it on, or leave its log out")
    chosen = []
    for pod in pods:
        name = named.get(pod.placement, named.get("", ""))
        if name and pod.stored:
            fits = [one for one in pod.stored if one.name == name]
            if not fits:
                there = ", ".join(one.name for one in pod.stored)
                raise ValueError(f"{pod.place} holds no log {name}; it holds {there}")
            chosen.append(replace(pod, stored=(fits[0],)))
        elif pod.stored:
            chosen.append(replace(pod, stored=pod.stored[-1:]))
    if not chosen:
        raise ValueError(
            "; ".join(f"{pod.place} ({pod.found.name}): {pod.trouble}" for pod in pods)
        )
    return chosen


def named_logs(words: Sequence[str]) -> dict[str, str]:
    """Return logs by placement from words as ``pelvis=run2``, or ``run2`` for every pod."""
    named: dict[str, str] = {}
    for word in words:
        place, equals, name = word.rpartition("=")
        if equals and place not in PLACEMENTS:
            raise ValueError(f"{place} is no placement; choose one of {', '.join(PLACEMENTS)}")
        if not name or place in named:
            raise ValueError(f"{word}: name one log, or one for each placement, as pelvis=run2")
        named[place] = name
    return named


def in_words(pod: PodLogs) -> list[str]:
    """Return a pod and its logs as lines."""
    head = f"{pod.place}: {pod.found.name}  {pod.found.protocol.name}"
    if pod.trouble:
        return [f"{head}  {pod.trouble}"]
    return [head, *(f"  {one.name}{_size(one)}" for one in pod.stored)]


def _size(one: Stored) -> str:
    return f"  {one.size_bytes / 1e6:.2f} MB" if one.size_bytes else ""
