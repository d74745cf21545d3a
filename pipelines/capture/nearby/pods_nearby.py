"""Ask the pods nearby who they are and how they are, let one blink, say who is worn where."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from time import monotonic_ns
from typing import TYPE_CHECKING, Any, Final, TypeVar

from firmware_protocols.protocol import About, DecodeError
from firmware_protocols.requests import Talk
from pipelines.capture.nearby.pod_choice import choose
from pipelines.protocols import PROTOCOLS
from pipelines.radio.conversation import converse
from pipelines.radio.link import connect
from pipelines.radio.scan import Found, Radio, scan

if TYPE_CHECKING:
    from imu.frames import Placement
    from pipelines.store.stated.rig import Rig

T = TypeVar("T")
NONE_FOUND: Final = "no pods found; switch them on and bring them closer"


@dataclass(frozen=True)
class NearbyPod:
    """A pod nearby: what it said of itself, or in a sentence why it did not."""

    found: Found
    about: About
    trouble: str = ""

    @property
    def names(self) -> tuple[str, str, str]:
        """By what a person may call it: its serial ("" if not known), its address, its name."""
        return self.about.serial, self.found.address, self.found.name


def look(scan_s: float, *, to_blink: str | None = None) -> list[NearbyPod]:
    """Return the pods within reach of this machine; the one called `to_blink` blinks."""
    return asyncio.run(_look(Radio(), scan_s, to_blink))


async def _look(radio: Radio, scan_s: float, to_blink: str | None) -> list[NearbyPod]:
    found = await ask_all(radio, scan_s=scan_s)
    if to_blink is not None:
        await blink(radio, called(found, to_blink).found)
    return found


async def ask_all(radio: Radio, *, scan_s: float) -> list[NearbyPod]:
    """Scan for `scan_s` and ask every pod found, one after the other, strongest first."""
    found = await scan(radio, tuple(PROTOCOLS.values()), timeout_s=scan_s)
    return [await ask(radio, pod) for pod in found]


async def ask(radio: Radio, pod: Found) -> NearbyPod:
    """Ask one pod; what goes wrong becomes a sentence."""
    about = pod.protocol.about
    if about is None:
        return NearbyPod(pod, About(), f"{pod.name}: says nothing of itself before it is recorded")
    try:
        return NearbyPod(pod, await _conversed(radio, pod, about))
    except (OSError, ValueError) as error:
        return NearbyPod(pod, About(), str(error))


async def blink(radio: Radio, pod: Found) -> None:
    """Let a pod blink; OSError or ValueError with one sentence where it cannot or does not."""
    if pod.protocol.identify is None:
        raise ValueError(
            f"{pod.name} speaks {pod.protocol.name}, in which no pod can be made to blink; switch "
            "the others off to see which one it is"
        )
    await _conversed(radio, pod, pod.protocol.identify)


async def _conversed(radio: Radio, pod: Found, conversation: Callable[[], Talk[T]]) -> T:
    async with connect(radio, pod, lambda _: None, clock_ns=monotonic_ns) as link:
        try:
            return await converse(link, conversation())
        except TimeoutError as error:
            why = str(error) or "it does not answer; switch it off and on"
            raise TimeoutError(f"{pod.name}: {why}") from error
        except DecodeError as error:
            raise ValueError(
                f"{pod.name} does not answer as {pod.protocol.name} does ({error.reason}), so it "
                "has another firmware; update that or midstance"
            ) from error
        except ValueError as error:
            raise ValueError(f"{pod.name}: {error}") from error


def called(pods: Sequence[NearbyPod], word: str) -> NearbyPod:
    """Return the pod with this serial, address or name; ValueError where none or several have it.

    A serial goes before an address, an address before a name.
    """
    if not pods:
        raise ValueError(NONE_FOUND)
    for kind in range(3):
        fits = [pod for pod in pods if pod.names[kind].casefold() == word.casefold()]
        if len(fits) > 1:
            which = " and ".join(pod.found.address for pod in fits)
            raise ValueError(f"{which} are both called {word}; name one by its serial or address")
        if fits:
            return fits[0]
    there = ", ".join(next(filter(None, pod.names)) for pod in pods)
    raise ValueError(f"no pod nearby is called {word}; nearby are {there}")


def placements(pods: Sequence[NearbyPod], rig: Rig) -> dict[str, Placement]:
    """Return where each pod is worn by `rig`, or without one by its name; by address."""
    with suppress(OSError, ValueError):  # `record` will say what is wrong
        chosen = choose([pod.found for pod in pods], rig, allow_missing=True)
        return {found.address: place for place, found in chosen.items()}
    return {}


def as_record(pod: NearbyPod, placement: Placement | None) -> dict[str, Any]:
    """Return a pod for machines."""
    return {
        "placement": placement,
        "name": pod.found.name,
        "address": pod.found.address,
        "protocol": pod.found.protocol.name,
        "rssi_dbm": pod.found.rssi_dbm,
        **asdict(pod.about),
        "trouble": pod.trouble,
    }


def in_words(pod: NearbyPod, placement: Placement | None) -> str:
    """Return a pod as one line: where it is worn, who it is, how it is."""
    found, about = pod.found, pod.about
    place = placement.replace("_", " ") if placement else "not assigned"
    parts = [f"{place}: {found.name}", found.protocol.name, found.address]
    if pod.trouble:
        return "  ".join([*parts, pod.trouble])
    parts += [f"serial {about.serial}" if about.serial else "", about.firmware]
    parts += [_number(about.battery_pct, "battery {} %"), _largest(about.rates_hz, "{:g} Hz")]
    parts += [_largest(about.acc_ranges_g, "±{} g"), _largest(about.gyr_ranges_dps, "±{} °/s")]
    parts += [_number(about.holds_s, "holds {:.0f} s"), _number(about.free_pct, "{} % free")]
    return "  ".join(part for part in (*parts, about.doing, f"{found.rssi_dbm} dBm") if part)


def _largest(values: Sequence[float], words: str) -> str:
    return _number(max(values, default=None), words)


def _number(value: float | None, words: str) -> str:
    return "" if value is None else words.format(value)
