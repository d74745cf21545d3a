"""How each pod is before it is armed, and in one sentence why it cannot be."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from firmware_protocols.protocol import RECORDS_ON_BOARD, About, Stored
from imu.frames import Placement
from pipelines.capture.fetch.logs import KEEPS_NONE, NO_ANSWER, PodLogs
from pipelines.capture.fetch.patience import asked
from pipelines.radio.link import ClockNs
from pipelines.radio.scan import Found, Radio

LEAST_S: Final = 600.0
"""A memory with less room than this takes no run."""
LOW_BATTERY_PCT: Final = 20


@dataclass(frozen=True)
class Readiness(PodLogs):
    """A pod that shall be armed: the logs it holds, and what it said of itself.

    `trouble` is why it cannot be armed, "" if it can.
    """

    about: About = field(default_factory=About)

    @property
    def records(self) -> bool:
        """Whether it records on board already."""
        return self.about.doing == RECORDS_ON_BOARD

    @property
    def words(self) -> str:
        """The pod as one line."""
        about = self.about
        parts = [f"{self.place}: {self.found.name}"]
        if about.battery_pct is not None:
            low = ", charge it" if about.battery_pct < LOW_BATTERY_PCT else ""
            parts.append(f"battery {about.battery_pct} %{low}")
        if about.log_s is not None:
            parts.append(f"memory for {about.log_s / 60:.0f} min")
        elif about.free_pct is not None:
            parts.append(f"{about.free_pct} % of its memory free (it does not say for how long)")
        parts += [f"keeps {_names(self.stored)}"] if self.stored else []
        return "  ".join(parts)

    @property
    def record(self) -> dict[str, Any]:
        """The pod for machines."""
        return {
            "placement": self.placement,
            "name": self.found.name,
            "address": self.found.address,
            "protocol": self.found.protocol.name,
            "battery_pct": self.about.battery_pct,
            "memory_min": None if self.about.log_s is None else round(self.about.log_s / 60),
            "free_pct": self.about.free_pct,
            "holds": [one.name for one in self.stored],
        }


async def readiness(
    radio: Radio, placement: Placement, found: Found, clock_ns: ClockNs
) -> Readiness:
    """Ask one pod how it is, without starting or ending anything."""
    one = Readiness(placement, found)
    log, about = found.protocol.log, found.protocol.about
    if log is None:
        return replace(one, trouble=KEEPS_NONE)
    try:
        if about is not None:
            one = replace(one, about=await asked(radio, found, about, clock_ns))
        if not one.records:
            one = replace(one, stored=tuple(await asked(radio, found, log.stored, clock_ns)))
    except (OSError, ValueError) as error:
        return replace(one, trouble=str(error) or NO_ANSWER)
    return one


def refusal(
    pod: Readiness,
    home: Mapping[str, Container[str]],
    *,
    athlete: str,
    keep_old: bool,
    erase_old: bool,
) -> str:
    """Return why a pod cannot be armed; "" if it can.

    `home` are the logs that were fetched, by the address of their pod. What is old and not among
    them is in nobody's way only if the runner said what shall become of it.
    """
    if pod.trouble:
        return pod.trouble
    if pod.records and not (keep_old or erase_old):
        return (
            f"it records on board already; midstance fetch {athlete} ends that and brings it home, "
            "--keep-old ends it and leaves it in the pod"
        )
    if erase_old and pod.stored and pod.log.erase is None:
        return "its logs cannot be erased by midstance; do so with its maker's program"
    new = [one for one in pod.stored if one.name not in home.get(pod.found.address, ())]
    if new and pod.log.holds_one and not erase_old:
        return (
            f"it still holds a log that was not fetched, and has room for one alone; midstance "
            f"fetch {athlete} brings it home, --erase-old erases it for good"
        )
    if new and not (keep_old or erase_old):
        return (
            f"it still holds {_names(new)}, not fetched yet; midstance fetch {athlete} --log NAME "
            "brings it home, --keep-old leaves it in the pod"
        )
    return "" if erase_old else _full(pod)


def _full(pod: Readiness) -> str:
    about = pod.about
    if about.log_s is not None and about.log_s < LEAST_S:
        left = f"has room for {about.log_s / 60:.0f} min"
    elif about.free_pct == 0:
        left = "has no room"
    else:
        return ""
    how = (
        "fetch its logs with --erase, or arm with --erase-old"
        if pod.log.erase is not None
        else "fetch its logs, then erase them with its maker's program"
    )
    return f"its memory {left}, and a run is longer; {how}"


def _names(stored: tuple[Stored, ...] | list[Stored]) -> str:
    return ", ".join(one.name for one in stored)
