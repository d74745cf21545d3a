"""The firmware of a virtual pod, whatever it speaks: what the peripheral needs to know of it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from random import Random
from typing import Any, ClassVar

from pipelines.radio.virtual.gatt import Advertisement, Service
from pipelines.radio.virtual.pod import VirtualPod, booted

Send = Callable[[int, bytes], Coroutine[Any, Any, None]]


class Firmware(ABC):
    """What runs on one pod. True time 0 is the loop's `zero_s`.

    `send` notifies or indicates a channel; `att_mtu` is None while nobody is connected. `nearby`
    are the firmwares of all pods within range of each other, this one among them. `power_cycle`,
    of what carries the firmware, is what `start_anew` does.
    """

    services: ClassVar[tuple[Service, ...]]

    def __init__(
        self,
        pod: VirtualPod,
        send: Send,
        att_mtu: Callable[[], int | None],
        *,
        zero_s: float,
        nearby: "Sequence[Firmware]" = (),
    ) -> None:
        self.pod = pod
        self.nearby = nearby
        self._send = send
        self._att_mtu = att_mtu
        self._zero_s = zero_s
        self._random = Random(pod.seed)
        self._listened: set[int] = set()  # channels the central has subscribed to
        self._tasks: set[asyncio.Task[None]] = set()
        self._player: asyncio.Task[None] | None = None
        self.power_cycle: Callable[[], Coroutine[Any, Any, None]] | None = None
        self._starting: asyncio.Task[None] | None = None

    # What each firmware says for itself ----------------------------------------------------------

    @abstractmethod
    def advertisement(self) -> Advertisement:
        """Return what the pod advertises."""

    @abstractmethod
    def read(self, channel: int) -> bytes:
        """Return the value of a characteristic that can be read."""

    @abstractmethod
    def write(self, channel: int, payload: bytes) -> None:
        """Obey what was written to a characteristic."""

    @abstractmethod
    def forget(self) -> None:
        """Be as after power-up."""

    @abstractmethod
    def connected(self) -> None:
        """Begin what is to be done for the central that has connected."""

    # What all have in common ---------------------------------------------------------------------

    def disconnected(self) -> None:
        """End what was under way for the central; sampling goes on."""
        self._listened.clear()
        for task in self._tasks:
            task.cancel()

    def subscribed(self, channel: int, *, on: bool) -> None:
        """Notify `channel` from now on, or no more: nobody would hear it before."""
        (self._listened.add if on else self._listened.discard)(channel)

    async def switch_off(self) -> None:
        """End everything that is under way; a pod that failed at its samples says so now."""
        running = [*self._tasks, *([self._player] if self._player else [])]
        for task in running:
            task.cancel()
        for ended in await asyncio.gather(*running, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended

    def reboot(self, then: VirtualPod | None = None) -> None:
        """Forget everything and go on as `then`, by default the same pod with its clock at 0."""
        self.disconnected()
        self._end_playing()
        self.pod = booted(self.pod, self._now_s()) if then is None else then
        self._random = Random(self.pod.seed)
        self.forget()

    def start_anew(self) -> None:
        """Reboot because the firmware itself wants to: the link is lost meanwhile."""
        if self.power_cycle is not None:
            self._starting = asyncio.ensure_future(self.power_cycle())

    def _play(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work`, which takes the samples, until it ends or `_end_playing` does so."""
        self._end_playing()
        self._player = asyncio.ensure_future(work)

    def _end_playing(self) -> None:
        if self._player is not None:
            self._player.cancel()
        self._player = None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run `work` for as long as this connection lasts."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time() - self._zero_s
