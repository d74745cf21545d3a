"""Process several sessions; one that cannot be used does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import in_words
from pipelines.store.files import RAW_SUFFIX
from pipelines.store.layout import check_layout
from pipelines.store.left_out import warn_left_out
from pipelines.store.listing import everything_below

if TYPE_CHECKING:
    from pipelines.process.session import Processed


@dataclass(frozen=True)
class Outcomes:
    """What was processed, and a sentence for each that gave no stances."""

    done: tuple[Processed, ...]
    failed: tuple[str, ...]


def each(paths: Sequence[Path], process: Callable[[Path], Processed]) -> Outcomes:
    """Process one path after the other, also when one of them cannot be used."""
    done, failed = [], []
    for path in paths:
        try:
            done.append(process(path))
        except (OSError, ValueError) as error:
            failed.append(in_words(error))
    problems = [one.blocking_problem for one in done if one.blocking_problem]
    return Outcomes(tuple(done), (*failed, *problems))


def raw_files(folder: Path) -> list[Path]:
    """Return the raw files of a store or of the folder of an athlete, by athlete and date."""
    check_layout(folder)
    below = everything_below(folder)
    warn_left_out(below.strange)
    found = [path for path in below.paths if path.name.endswith(RAW_SUFFIX)]
    found = [path for path in found if not path.name.startswith(".")]
    if not found:
        raise FileNotFoundError(f"no raw session files in {folder}; name a store or a session file")
    return found
