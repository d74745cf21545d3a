"""Hand what the recorder hears to the live view, and show what that says; never disturb it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from firmware_protocols.protocol import Packet
from pipelines.capture.live.told import PERIOD_S, Told
from pipelines.store.journal.format import Pod

if TYPE_CHECKING:
    from pipelines.capture.live.view import View

LEAST_REST_S: Final = 0.05
HANGS_S: Final = 30.0
MOST_PACKETS: Final = 6_000
"""Of a stream, that may wait while the view is busy: some minutes of them."""
Look = Callable[[Mapping[int, Told]], "View"]


class Live:
    """The live view of one recording: `look` is run by `executor`, `on_view` gets what it says.

    Whatever fails here is said in one sentence, and the recording goes on without it: then
    `on_view` gets None.
    """

    def __init__(
        self, executor: Executor, look: Look, on_view: Callable[[View | None], None]
    ) -> None:
        self._executor, self._look, self._on_view = executor, look, on_view
        self._told: dict[int, Told] = {}
        self._failed = False

    def opened(self, number: int, pod: Pod, answers: Sequence[Packet]) -> None:
        """Take how a pod answered on a new link."""
        if not self._failed:
            told = self._of(number, pod)
            told.opening = tuple(answers)
            told.packets.clear()

    def heard(self, number: int, pod: Pod, packet: Packet) -> None:
        """Take what a pod sent."""
        if not self._failed:
            packets = self._of(number, pod).packets
            packets.append(packet)
            if len(packets) > MOST_PACKETS:
                del packets[: MOST_PACKETS // 2]

    def _of(self, number: int, pod: Pod) -> Told:
        if number not in self._told:
            self._told[number] = Told(pod.placement, pod.protocol)
        return self._told[number]

    async def run(self, say: Callable[[str], None]) -> None:
        """Look again and again, until cancelled."""
        try:
            while True:
                await self._once()
        except Exception as error:
            self._failed = True
            self._told.clear()
            with suppress(Exception):  # it may be the showing that fails
                say(f"the live numbers ended ({_words(error)}); the recording goes on without them")
                self._on_view(None)
        await asyncio.Event().wait()

    async def _once(self) -> None:
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        again_in_s = PERIOD_S
        told, self._told = self._told, {}
        if told:
            async with asyncio.timeout(HANGS_S):  # not wait_for, which may swallow the end
                view = await loop.run_in_executor(self._executor, self._look, told)
            again_in_s = view.again_in_s
            self._on_view(view)
        await asyncio.sleep(max(again_in_s - (loop.time() - begun_s), LEAST_REST_S))


def _words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")
