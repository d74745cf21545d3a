"""Guide a runner through the check before a run: what to do, step by step, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.capture.one_pod.health import PodHealth


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, in words, and how long there is for it."""

    words: str
    seconds: float


STAND: Final = Step("Stand still, feet apart as the hips, and look ahead.", 9.0)
BOW: Final = Step(
    "Bow from the hips with bent knees, three times, slowly, feet flat, as if to sit down. "
    "Then stand still.",
    12.0,
)
STEPS: Final = (
    STAND,
    BOW,
    Step("Walk straight ahead, as usual.", 8.0),
    Step("Run, ten steps and more, straight ahead.", 6.0),
    Step("Walk back.", 8.0),
    Step("Stand still again, as at first.", 9.0),
)


class Guide:
    """Say the steps one after the other as soon as every pod records, then end the recording.

    `on_health` is for the recorder, `begun_ns` tells when each step began, by `clock_ns`.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        stop: asyncio.Event,
        *,
        clock_ns: Callable[[], int],
        steps: Sequence[Step] = STEPS,
    ) -> None:
        self.begun_ns: list[int] = []
        self._say, self._stop, self._clock_ns, self._steps = say, stop, clock_ns, steps
        self._recording = asyncio.Event()

    def on_health(self, pods: Sequence[PodHealth]) -> None:
        """Begin once every pod records."""
        if pods and all(pod.state == "recording" for pod in pods):
            self._recording.set()

    async def lead(self) -> None:
        """Say each step, give it its time, and end the recording."""
        await self._recording.wait()
        count = len(self._steps)
        for number, step in enumerate(self._steps, start=1):
            self.begun_ns.append(self._clock_ns())
            self._say(f"{number}/{count}  {step.words} ({step.seconds:.0f} s)")
            await asyncio.sleep(step.seconds)
        self._stop.set()

    def span_ns(self, step: Step) -> tuple[int, int] | None:
        """Return when a step began and ended; None where it was not gone through."""
        at = list(self._steps).index(step)
        if at + 1 >= len(self.begun_ns):
            return None
        return self.begun_ns[at], self.begun_ns[at + 1]
