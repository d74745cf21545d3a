"""See which runners' files have changed, without opening one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from pipelines.store.files import STANDING, people_folder, table_folder
from pipelines.store.listing import athlete_of, athletes

OF_VERDICTS: Final = "stances"
"""The kind of table that the sessions of a runner are made from."""


@dataclass(frozen=True)
class State:
    """A mark for each athlete of a store, and a sentence for all that is not as it should be."""

    marks: dict[str, str]
    strange: tuple[str, ...] = ()


def state_of(root: Path) -> State:
    """Return a mark for each athlete of a store that is another once her files are others.

    Names, sizes and times of her stance files and of what is stated of her, which what is kept of
    her verdict is not; a file that a program replaced has another number even where all these are
    the same.
    """
    there = athletes(root)
    marks = {one: state_of_athlete(root, one) for one in map(athlete_of, there.paths)}
    return State(marks, there.strange)


def state_of_athlete(root: Path, athlete: str) -> str:
    """Return the same of one athlete."""
    mark = blake2b(digest_size=16)
    for folder in (table_folder(root, OF_VERDICTS, athlete), people_folder(root, athlete)):
        for line in sorted(_files(folder)):
            mark.update(line.encode("utf-8", "surrogateescape"))
        mark.update(b"\n")
    return mark.hexdigest()


def _files(folder: Path) -> list[str]:
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if STANDING in entry.name:  # itself, and while it is being written
                    continue
                about = entry.stat()
                found.append(f"{entry.name} {about.st_size} {about.st_mtime_ns} {about.st_ino}\n")
    except FileNotFoundError:
        pass  # which is no other state than an empty folder
    except OSError as error:
        found.append(f"{error.strerror}\n")
    return found
