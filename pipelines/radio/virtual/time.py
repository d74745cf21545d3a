"""An event loop whose clock jumps to the next timer instead of waiting for it.

A recording over the virtual radio then passes as fast as the machine allows, through the very
same code as in real time, and twice the same. What a thread does takes no time, unless it rests.
"""

import asyncio
import selectors
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.DefaultSelector):
    now_s = 0.0
    threads_at_work = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let the time pass at once; without a timer, wait for threads and signals.

        While a thread is at work the time stands still, or a timer would be over before it is.
        """
        if timeout is None or (timeout > 0 and self.threads_at_work > 0):
            return super().select(None)
        events = super().select(0)
        if not events:
            self.now_s += timeout
        return events


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop with its own clock, which starts at 0."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the virtual time in s."""
        return self._jumping.now_s

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        """Run `func` in a thread, for which the time stands still."""
        future: asyncio.Future[T] = super().run_in_executor(executor, func, *args)
        self._at_work(1)
        future.add_done_callback(lambda _: self._at_work(-1))
        return future

    async def shutdown_default_executor(self, *args: Any) -> None:
        """Wait for the threads in real time: a limit in virtual time has passed at once."""
        self._at_work(1)
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self._at_work(-1)

    def rest(self, seconds: float) -> None:
        """Be busy for so many virtual seconds, like `time.sleep` in real time.

        In a thread, the loop goes on meanwhile; called on the loop itself, it stands still.
        """
        try:
            on_loop = asyncio.get_running_loop() is self
        except RuntimeError:
            on_loop = False
        if on_loop:
            self._jumping.now_s += seconds
            return
        over = threading.Event()

        def begin() -> None:
            self._at_work(-1)
            self.call_later(seconds, end)

        def end() -> None:
            self._at_work(1)
            over.set()

        self.call_soon_threadsafe(begin)
        over.wait()

    def _at_work(self, more: int) -> None:
        self._jumping.threads_at_work += more


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end in virtual time, as `asyncio.run` does in real time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)


def loop_clock_ns() -> int:
    """Return the running loop's time in ns: the host clock of a virtual recording."""
    return round(asyncio.get_running_loop().time() * 1e9)
