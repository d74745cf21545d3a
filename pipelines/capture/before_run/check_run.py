"""Check before a run how the pods are worn: a guided minute, recorded, analysed, thrown away.

It goes through the recorder and the journal, as the run will, and then through the same core.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from pipelines.capture.before_run.check_guide import BOW, STEPS, Guide, Step
from pipelines.capture.machine.host_watch import steady_ns
from pipelines.capture.marks import pressed_keys
from pipelines.capture.recorder import record, stopping_on_signals
from pipelines.capture.surroundings import Enter, this_machine
from pipelines.process.from_journal.decode_journal import received
from pipelines.radio.scan import Radio
from pipelines.store.files import new_session
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.athlete import read_athlete
from pipelines.store.stated.rig import Rig
from pipelines.store.tables.raw_file import RawPod, RawSession, track

if TYPE_CHECKING:
    from imu.frames import Placement
    from imu.quality.how_worn import HowWorn

NS: Final = 1e-9
LEAST_SAMPLES: Final = 2
FAR_FROM: Final = 0.03  # a pod whose rate is that much off what it says
LOW_BATTERY_PCT: Final = 20
LOST_PCT: Final = 2.0
UNLIKE_M: Final = 0.1
"""The height of a pod is found to some 4 cm (SD)."""


@dataclass(frozen=True)
class CheckedPod:
    """One pod of the check: how it is worn, what it is, and what is wrong, a sentence each."""

    placement: Placement
    name: str
    faults: tuple[str, ...]
    seen: tuple[str, ...]
    worn: HowWorn | None
    rate_hz: float | None = None
    lost_pct: float | None = None
    battery_pct: int | None = None

    @property
    def words(self) -> str:
        """The pod in one line."""
        verdict = "; ".join(self.faults) if self.faults else "worn right"
        about = [*self.seen]
        about += [f"{self.rate_hz:.0f} Hz"] if self.rate_hz is not None else []
        about += [f"battery {self.battery_pct} %"] if self.battery_pct is not None else []
        where = self.placement.replace("_", " ")
        return f"{where} ({self.name}): {verdict}" + (f" ({', '.join(about)})" if about else "")


def as_record(pod: CheckedPod) -> dict[str, Any]:
    """Return a pod for machines."""
    return {**asdict(pod), "right": not pod.faults}


def check_pods(
    store: Path, athlete: str, say: Callable[[str], None], *, enter: Enter | None = None
) -> list[CheckedPod]:
    """Guide an athlete through the check with the pods of a store's rig, on this machine.

    `enter` enters other surroundings instead, with other pods.
    """
    known = read_athlete(store, athlete)
    heights = {"shank_left": known.left_pod_height_m, "shank_right": known.right_pod_height_m}
    pods = asyncio.run(_guided_in(enter or this_machine(store), say))
    return [_at_height(pod, heights.get(pod.placement)) for pod in pods]


async def _guided_in(enter: Enter, say: Callable[[str], None]) -> list[CheckedPod]:
    async with enter(say) as around:
        with pressed_keys(around.actions):
            return await guided(around.radio, around.rig, say)


def _at_height(pod: CheckedPod, stated_m: float | None) -> CheckedPod:
    """Return the pod with a fault if it sits elsewhere than athlete.toml says."""
    found_m = pod.worn.height_m if pod.worn is not None else float("nan")
    if stated_m is None or not abs(found_m - stated_m) > UNLIKE_M:
        return pod
    words = (
        f"it sits about {100 * found_m:.0f} cm above the ankle, and athlete.toml says "
        f"{100 * stated_m:.0f}: move it, or correct that"
    )
    return replace(pod, faults=(*pod.faults, words))


async def guided(
    radio: Radio,
    rig: Rig,
    say: Callable[[str], None],
    *,
    clock_ns: Callable[[], int] = steady_ns,
    steps: Sequence[Step] = STEPS,
) -> list[CheckedPod]:
    """Guide a runner through the check and return how each pod is worn.

    Raises OSError or ValueError with one sentence where pods are missing or do not start.
    """
    stop = asyncio.Event()
    guide = Guide(say, stop, clock_ns=clock_ns, steps=steps)
    with TemporaryDirectory(prefix="midstance-check-") as folder, stopping_on_signals(stop):
        leading = asyncio.create_task(guide.lead())
        try:
            path = await record(
                radio,
                rig,
                Path(folder),
                athlete="check",
                session=new_session(datetime.now(UTC)),
                stop=stop,
                on_health=guide.on_health,
                clock_ns=clock_ns,
            )
        finally:
            leading.cancel()
            with suppress(asyncio.CancelledError):
                await leading
        journal = read_journal(path)
        began_ns, span_ns = journal.header.started_ns, guide.span_ns(BOW)
        if span_ns is None:
            raise ValueError("the check was stopped before its end; begin it again")
        begin_s, end_s = ((at - began_ns) * NS for at in span_ns)
        return judged(received(journal), bow_s=(begin_s, end_s))


def judged(session: RawSession, *, bow_s: tuple[float, float] | None) -> list[CheckedPod]:
    """Return how each pod of a recorded check is worn; `bow_s` is on the session clock."""
    from imu.quality.how_worn import how_worn
    from imu.recording.timebase import align

    usable = {p: pod for p, pod in session.pods.items() if len(pod.samples) >= LEAST_SAMPLES}
    worn: Mapping[Placement, HowWorn] = {}
    if usable:
        recording = align([track(place, pod) for place, pod in usable.items()])
        worn = how_worn(recording, bow_s=bow_s)
    return [_checked(place, pod, worn.get(place)) for place, pod in session.pods.items()]


def _checked(place: Placement, pod: RawPod, worn: HowWorn | None) -> CheckedPod:
    from imu.quality.worn_right import faults, seen

    name = pod.device.get("name", "") or place
    if worn is None:
        return CheckedPod(place, name, ("nothing was received: bring it closer",), (), None)
    rate_hz, lost_pct = _rate_hz(pod), _lost_pct(pod)
    wrong = [*faults(place, worn), *_of_link(pod, rate_hz, lost_pct)]
    return CheckedPod(
        place, name, tuple(wrong), tuple(seen(worn)), worn, rate_hz, lost_pct, pod.battery_pct
    )


def _of_link(pod: RawPod, rate_hz: float, lost_pct: float) -> list[str]:
    """Return what is wrong with rate, link and battery of a pod."""
    wrong = []
    if abs(rate_hz - pod.rate_hz) > FAR_FROM * pod.rate_hz:
        wrong.append(f"it measures at {rate_hz:.0f} Hz, not at {pod.rate_hz:.0f}: restart it")
    if lost_pct > LOST_PCT:
        wrong.append(f"{lost_pct:.0f} % of its samples were lost: carry the receiver on the body")
    if pod.battery_pct is not None and pod.battery_pct < LOW_BATTERY_PCT:
        wrong.append(f"battery at {pod.battery_pct} %: charge it")
    return wrong


def _rate_hz(pod: RawPod) -> float:
    """Return the rate at which a pod measured, by its own count and the session clock."""
    index, time_us = pod.samples["index"], pod.time_us
    return float((index[-1] - index[0]) / (time_us[-1] - time_us[0]) * 1e6)


def _lost_pct(pod: RawPod) -> float:
    index = pod.samples["index"]
    return 100 * (1 - len(index) / float(index[-1] - index[0] + 1))
