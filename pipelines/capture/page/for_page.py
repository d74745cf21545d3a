"""Let a page see what the terminal shows; the recorder neither waits for it nor depends on it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipelines.capture.one_pod.health import PodHealth
from pipelines.capture.page.state import Seen, remove, write

if TYPE_CHECKING:
    from pipelines.capture.live.view import View

MOST_SAID: Final = 8
MOST_WAITING: Final = 4
"""Files that may wait to be written; while so many do, none is added."""
END_S: Final = 1.0


class ForPage:
    """What is shown of one recording, handed to `executor`, which writes it to `path`."""

    def __init__(self, executor: Executor, path: Path, athlete: str, session: str) -> None:
        self._executor, self._path = executor, path
        self._athlete, self._session = athlete, session
        self._pods: Sequence[PodHealth] = ()
        self._view: View | None = None
        self._said: deque[tuple[str, str]] = deque(maxlen=MOST_SAID)
        self._waiting: list[Future[None]] = []

    def health(self, pods: Sequence[PodHealth]) -> None:
        """Show the pods as they are now."""
        self._pods = pods
        self._write()

    def last_minute(self, view: View | None) -> None:
        """Show the last minute of the run as it is now; nothing of it for None."""
        self._view = view
        self._write()

    def said(self, words: str) -> None:
        """Show what was said to the runner, with the next of the others."""
        self._said.append((f"{datetime.now().astimezone():%H:%M:%S}", words))

    def close(self) -> None:
        """Take the file away; whatever is still to be written is written before."""
        with suppress(Exception):
            self._executor.submit(remove, self._path).result(END_S)
        with suppress(OSError):  # where the process has ended
            remove(self._path)

    def _write(self) -> None:
        self._waiting = [one for one in self._waiting if not one.done()]
        if len(self._waiting) >= MOST_WAITING:
            return
        pods, said = tuple(self._pods), tuple(self._said)
        seen = Seen(self._athlete, self._session, pods, self._view, said)
        with suppress(RuntimeError):  # the process has ended, which is said elsewhere
            self._waiting.append(self._executor.submit(write, self._path, seen))
