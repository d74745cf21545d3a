"""See what is being recorded into a store, by the files that the recorders' live views write."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipelines.store.files import live_path
from pipelines.store.layout import JOURNAL

STALE_S: Final = 5.0
"""A recorder writes at least once a second; one that does not has ended without a farewell."""
LOOKS_A_SECOND: Final = 10
LARGEST: Final = 100_000
"""Bytes that are read of a file; three pods and two drawings take 5 000."""
_ATTRIBUTE: Final = r' (?!on|style)[A-Za-z][\w-]*="[^"<>&]*"'
_SHAPE: Final = rf"<(?:line|circle|polyline|text)(?:{_ATTRIBUTE})*(?:/>|>[a-z ]*</text>)"
DRAWING: Final = re.compile(rf"<svg(?:{_ATTRIBUTE})*>(?:{_SHAPE})*</svg>")
"""What a drawing may hold: it goes into the page as it is, and files may be anybody's."""


@dataclass(frozen=True)
class Recording:
    """What is shown of one recording; texts, but for `drawings`, each of a side, which are SVG."""

    athlete: str
    session: str
    pods: list[dict[str, Any]]
    minute: list[list[str]]
    waiting: str
    drawings: list[list[str]]
    said: list[list[str]]


def live_files(root: Path) -> list[Path]:
    """Return the files that live views write, of this moment or left behind."""
    return sorted((root / JOURNAL).glob(f"*/{live_path(root, 'a').name}"))


def mark_of(files: Sequence[Path]) -> dict[Path, int]:
    """Return when each of those that are written to was; another once there is news."""
    now_s, marks = time.time(), {}
    for path in files:
        try:
            about = path.stat()
        except OSError:  # it has just ended
            continue
        if abs(now_s - about.st_mtime) < STALE_S:
            marks[path] = about.st_mtime_ns
    return marks


def recordings(files: Sequence[Path]) -> list[Recording]:
    """Return what is being recorded now, by athlete; what cannot be read is left out."""
    return [known for path in mark_of(files) if (known := _read(path)) is not None]


def _read(path: Path) -> Recording | None:
    try:
        with path.open("rb") as file:
            known = Recording(**json.loads(file.read(LARGEST)))
        good = all(DRAWING.fullmatch(drawn) for _, drawn in known.drawings)
        return known if good and known.athlete == path.parent.name else None
    except (OSError, ValueError, TypeError, RecursionError):
        return None


class Watch:
    """What is being recorded into a store as it was last looked at, in `now`."""

    def __init__(self, root: Path) -> None:
        self.now: list[Recording] = []
        self._root, self._looks = root, 0
        self._files: list[Path] = []
        self._marks: dict[Path, int] = {}

    def new(self) -> bool:
        """Look once, and say whether anything is another than before."""
        if self._looks % LOOKS_A_SECOND == 0:
            self._files = live_files(self._root)
        self._looks += 1
        if (marks := mark_of(self._files)) == self._marks:
            return False
        self._marks, self.now = marks, recordings(self._files)
        return True
