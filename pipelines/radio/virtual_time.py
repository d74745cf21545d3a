"""An event loop whose clock jumps to the next timer instead of waiting for it.

A recording over the virtual radio then passes as fast as the machine allows, through the very
same code as in real time, and twice the same.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.DefaultSelector):
    now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let the time pass at once; without a timer, wait for threads and signals."""
        if timeout is None:
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


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end in virtual time, as `asyncio.run` does in real time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)


def loop_clock_ns() -> int:
    """Return the running loop's time in ns: the host clock of a virtual recording."""
    return round(asyncio.get_running_loop().time() * 1e9)
