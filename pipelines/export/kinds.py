"""The list of the formats that a session can be exported to; what they do is imported when used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipelines.errors import no_use_for

if TYPE_CHECKING:
    from pipelines.store.files import SessionFiles


@dataclass(frozen=True)
class Wanted:
    """What a person asked for: a session, where it goes, and what some formats take beside it.

    `into` is a watch's own FIT file of this run, `activity` the number of one in an account, "" for
    none.
    """

    files: SessionFiles
    path: Path
    into: Path | None = None
    activity: str = ""


@dataclass(frozen=True)
class Exported:
    """What was written: `path`, how many `rows` of what (`rows_of`), and `words` on its meaning."""

    path: Path
    rows: int
    rows_of: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """One format. `ending` follows the name of the session; `takes` are options of its own."""

    name: str
    what: str
    ending: str
    module: str
    takes: tuple[str, ...] = ()

    @property
    def export(self) -> Callable[[Wanted], Exported]:
        """The function of its module that writes it."""
        function: Callable[[Wanted], Exported] = import_module(self.module).export
        return function


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("csv", "stances and curves, with definitions", "-csv", "pipelines.export.csv_tables"),
        Kind(
            "fit",
            "a watch's format, with developer fields",
            ".fit",
            "pipelines.export.fit.export",
            takes=("into",),
        ),
        Kind(
            "intervals",
            "streams for intervals.icu",
            "-intervals",
            "pipelines.export.intervals.export",
            takes=("activity",),
        ),
        Kind("bids", "the samples as BIDS-Motion", "-bids", "pipelines.export.bids.export"),
        Kind("opensim", "orientations and force", "-opensim", "pipelines.export.opensim.export"),
    )
}
"""In the order in which ``--help`` lists them."""


def chosen(name: str) -> Kind:
    """Return the format of this name; ValueError lists what there is."""
    if words := no_use_for([name], list(KINDS)):
        raise ValueError(f"--to {words}")
    return KINDS[name]


def export(wanted: Wanted, name: str) -> Exported:
    """Write a session in the format `name`; ValueError or OSError with one sentence.

    What exists is never written over, and what fails leaves nothing behind.
    """
    kind = chosen(name)
    given = {"into": wanted.into is not None, "activity": bool(wanted.activity)}
    for option, is_given in given.items():
        if is_given and option not in kind.takes:
            raise ValueError(f"--to {name} takes no --{option}; leave it out")
    if wanted.path.exists():
        raise FileExistsError(
            f"{wanted.path} already exists and is not written over; delete it, or name another "
            "with --out"
        )
    return kind.export(wanted)
