"""Note what the runner marks by a key while recording: laps under a condition, and moments."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

from pipelines.capture.session import Session

Keys = asyncio.Queue[str]
Actions = Mapping[str, Callable[[], None]]
NO_ACTIONS: Final[Actions] = MappingProxyType({})
CONDITIONS: Final = "ab"
END: Final = "e"
MARKER: Final = "m "
HELP: Final = "Keys: a or b begins a lap under that condition, e ends it, m marks a moment."


async def note_marks(session: Session, keys: Keys | None) -> None:
    """Note every key that means something, until cancelled."""
    number = 0
    while True:
        key = await (asyncio.Event().wait() if keys is None else keys.get())
        at = session.time_now()
        if key in tuple(CONDITIONS):
            session.note("lap", condition=key)
            session.say(f"lap {key} began at {at}")
        elif key == END:
            session.note("lap", condition="")
            session.say(f"lap ended at {at}")
        elif key in tuple(MARKER):
            number += 1
            session.note("marker", number=number)
            session.say(f"marker {number} at {at}")


@contextmanager
def pressed_keys(also: Actions = NO_ACTIONS) -> Iterator[Keys | None]:
    """Yield the keys pressed in the terminal, one by one; None where there is none to press.

    Nor is there on Windows, whose loops cannot watch a terminal. A key in `also` does that instead.
    """
    if sys.platform == "win32" or not sys.stdin.isatty():
        yield None
        return
    import termios
    import tty

    loop, terminal = asyncio.get_running_loop(), sys.stdin.fileno()
    keys: Keys = asyncio.Queue()
    before: list[Any] = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)  # Ctrl-C goes on being what it is
    loop.add_reader(terminal, _reader(terminal, keys.put_nowait, also))
    try:
        yield keys
    finally:
        loop.remove_reader(terminal)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _reader(terminal: int, put: Callable[[str], None], also: Actions) -> Callable[[], None]:
    import os

    def read() -> None:
        for key in os.read(terminal, 64).decode("ascii", "ignore").casefold():
            if key in also:
                also[key]()
            else:
                put(key)

    return read
