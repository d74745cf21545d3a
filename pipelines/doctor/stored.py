"""Look at a store: its layout, what is still to be done in it, what is damaged or left over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from shlex import join
from typing import Any, Final

from pipelines.doctor.condition import Condition
from pipelines.formatting import plural
from pipelines.store.files import RAW_SUFFIX, SUFFIXES
from pipelines.store.layout import OtherLayoutError
from pipelines.store.listing import Listing, athletes, copy_of, everything_below
from pipelines.store.stated.rig import read_rig
from pipelines.store.tables.raw_file import read_raw_header
from pipelines.store.tables.stance_file import read_header
from pipelines.store.upkeep.leftovers import LEFTOVER, settled
from pipelines.store.upkeep.pending import Pending, pending, words_to_finish

HEADERS: Final[dict[str, Callable[[Path], Any]]] = {
    RAW_SUFFIX: read_raw_header,
    SUFFIXES["stances"]: read_header,
}


def store_conditions(store: Path) -> list[Condition]:
    """Say how a store is; one that does not exist yet is in order."""
    if not store.exists():
        return [Condition("store", "ok", f"{store} is made by the first recording")]
    try:
        found = pending(store)
    except OtherLayoutError as error:
        return [Condition("store", "wrong", str(error))]
    if not store.is_dir():
        return []  # which the condition of the disk says
    below = everything_below(store)
    below = Listing(below.paths, (*athletes(store).strange, *below.strange))
    about = [*_to_do(found, store), *_damaged(below, store), *_left_over(below, store)]
    if not about:
        runs = plural(len(found.processed), "run")
        about = [Condition("store", "ok", f"{store}: {runs}, nothing left to do")]
    return [*_rig(store), *about]


def _rig(store: Path) -> list[Condition]:
    try:
        read_rig(store)
    except ValueError as error:
        return [Condition("rig", "wrong", str(error))]
    return []


def _to_do(found: Pending, store: Path) -> list[Condition]:
    said = []
    if found.recording:
        words = f"{_first(found.recording)} being recorded"
        said.append(Condition("store", "ok", words))
    if found.interrupted:
        words = f"{_first(found.interrupted)} interrupted"
        said.append(_unfinished(words, found.interrupted, store))
    if found.unprocessed:
        words = f"{_first(found.unprocessed)} not processed"
        said.append(_unfinished(words, found.unprocessed, store))
    return said


def _unfinished(words: str, paths: Sequence[Path], store: Path) -> Condition:
    return Condition("store", "note", words, join(["midstance", *words_to_finish(paths, store)]))


def _first(paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - 1} more are" if len(paths) > 1 else " is"
    return f"{paths[0]}{more}"


def _damaged(below: Listing, store: Path) -> list[Condition]:
    """Say which files cannot be read by their beginning and end; bytes between are not read."""
    trouble = [*below.strange]
    for path in below.paths:
        if copy_of(path) is not None:
            trouble.append(f"{path} has the name of a copy")
        else:
            trouble += _unreadable(path)
    if not trouble:
        return []
    more = f" (and {len(trouble) - 1} more)" if len(trouble) > 1 else ""
    cure = f"{join(['midstance', 'verify', str(store)])} names all, and reads every byte"
    return [Condition("store", "note", f"{trouble[0]}{more}", cure)]


def _unreadable(path: Path) -> list[str]:
    reads = (read for end, read in HEADERS.items() if path.name.endswith(end))
    read = None if path.name.startswith(".") else next(reads, None)
    if read is None:
        return []
    try:
        read(path)
    except (OSError, ValueError) as error:
        return [str(error)]
    return []


def _left_over(below: Listing, store: Path) -> list[Condition]:
    found = [path for path in below.paths if LEFTOVER.fullmatch(path.name) and settled(path)]
    if not found:
        return []
    words = f"{_first(found)} left by an interrupted write"
    cure = join(["midstance", "verify", str(store), "--repair"])
    return [Condition("store", "note", words, cure)]
