"""Limits on the size and content of foreign files, each with its reason.

A file only claims what it holds. These bounds are checked against the claim, before room is made
for it; the reason of each stands beside it.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

FIRST_YEAR: Final = 1970  # where Unix clocks begin; nobody ran with a pod before
LAST_YEAR: Final = 2100  # far enough, and safely inside what every calendar can shift by an offset


@dataclass(frozen=True)
class Limits:
    """Bounds of one import. Three pods at 200 Hz for 24 h, the largest run thought of, fit."""

    file_bytes: int = 8 << 30  # such a run is 6 GB of CSV with all digits written out
    values: int = 500_000_000  # such a run is 330 million numbers; these are 4 GB of memory
    columns: int = 2_000  # the export of a laboratory with many sensors
    line_bytes: int = 1 << 17  # 2000 columns of 60 characters
    skip_rows: int = 10_000  # no device writes a longer preface
    mapping_bytes: int = 1 << 16  # three pods take 1 KB
    mapping_line: int = 1_000  # characters; reading a key of n dots takes n² steps
    directory_bytes: int = 1 << 20  # of an NPZ: 10 000 arrays


LIMITS: Final = Limits()


def check_file(path: Path, what: str, most_bytes: int) -> None:
    """Raise, in one sentence, unless `path` is a plain file of at most `most_bytes`.

    A pipe or a device is refused unopened: to open it may wait for ever, and it may never end.
    """
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(f"there is no {what} {path}; check its name") from None
    if stat.S_ISDIR(found.st_mode):
        raise ValueError(f"{path} is a folder; name the {what} in it")
    if not stat.S_ISREG(found.st_mode):
        raise ValueError(f"{path} is a pipe or a device; save it as a file and name that")
    if found.st_size > most_bytes:
        raise ValueError(
            f"{path} has {found.st_size} bytes, and at most {most_bytes} are read; "
            f"check that it is a {what}, or cut it into shorter ones"
        )


def check_values(path: Path, count: int, limits: Limits) -> None:
    """Raise ValueError where the columns that were asked for hold too many numbers."""
    if count > limits.values:
        raise ValueError(
            f"{path} claims to hold {count:.3g} numbers for the pods, and at most "
            f"{limits.values:.3g} are read at once; cut it into shorter runs"
        )


def in_calendar(moment: datetime, what: str) -> datetime:
    """Return `moment` in UTC (taken as UTC where it has no offset); ValueError if it is no date."""
    if moment.year < FIRST_YEAR:
        raise ValueError(f"{what} is {moment}, before there were sensors; correct the year")
    if moment.year > LAST_YEAR:
        raise ValueError(f"{what} is {moment}, which is far in the future; correct the year")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def changed_utc(path: Path) -> datetime:
    """Return when a file was last changed, to the second; ValueError where that is no date."""
    changed_s = path.stat().st_mtime
    try:
        changed = datetime.fromtimestamp(changed_s, UTC).replace(microsecond=0)
        return in_calendar(changed, "the date of the file")
    except (ValueError, OverflowError, OSError):
        raise ValueError(
            f"{path} was changed {changed_s:.4g} s after 1970, which cannot be the date of a run; "
            "write in the mapping when it started"
        ) from None
