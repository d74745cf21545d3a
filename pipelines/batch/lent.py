"""What a place lends to a job, and tells of its sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.store.files import SessionFiles


@dataclass(frozen=True)
class Recorded:
    """A session with a raw file, and the size of that in bytes."""

    athlete: str
    session: str
    size: int


def _nothing() -> None:
    """Do nothing: files in a folder are where they belong."""


@dataclass(frozen=True)
class LentSession:
    """The files of a session at hand; its samples are once they were fetched."""

    files: SessionFiles
    fetch_samples: Callable[[], None] = _nothing
    hand_back: Callable[[], None] = _nothing
