"""Keep how an athlete stood, with what that was made from: a copy that is never trusted.

One JSON object with a digest of itself. Lost, damaged, or made from other files or by another
midstance than now, it counts for nothing and is made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pipelines.store.atomic import publish_text
from pipelines.store.files import open_stored, standing_path, table_folder

LARGEST: Final = 100_000
"""Bytes that are read of a file; one has some 1 500."""


@dataclass(frozen=True)
class KeptStanding:
    """How an athlete stood; `made_from` marks her files, `made_by` the program."""

    made_from: str
    made_by: str
    said: Mapping[str, Any]


def read_standing(path: Path) -> KeptStanding | None:
    """Return what is kept, None where there is none or it is not as it was written."""
    try:
        with open_stored(path) as file:
            known = json.loads(file.read(LARGEST))
        digest = known.pop("sha256")
        return KeptStanding(**known) if digest == _digest(known) else None
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None


def keep_standing(root: Path, athlete: str, new: KeptStanding, mark: Callable[[], str]) -> None:
    """Keep how an athlete stood, where the store can be written and `mark` is that of `new`.

    Of one without runs nothing is kept. `mark` is asked once more in the end: of one who was
    forgotten meanwhile nothing may stay, and a store that is gone is not made anew.
    """
    path = standing_path(root, athlete)
    if not table_folder(root, "stances", athlete).is_dir() or mark() != new.made_from:
        return
    values = {"made_from": new.made_from, "made_by": new.made_by, "said": dict(new.said)}
    text = json.dumps({**values, "sha256": _digest(values)}, indent=1)
    with suppress(OSError):  # a store is worth reading that can only be read
        publish_text(path, f"{text}\n", replace=True)
        if mark() != new.made_from:
            path.unlink()
            path.parent.rmdir()  # unless there is more in it


def _digest(known: Mapping[str, Any]) -> str:
    return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
