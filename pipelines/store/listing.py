"""List what is in a store: its athletes, the files of one kind, everything at any depth."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pipelines.errors import cannot_open
from pipelines.store.files import (
    ATHLETE,
    CONTEXT_SUFFIX,
    files_named,
    people_folder,
    table_folder,
)
from pipelines.store.layout import KEY, LEADS_OUT, PEOPLE, TABLES

OF_CLOUD: Final = re.compile(
    r"(?P<name>\d{4}-\d{2}-\d{2}-[a-z0-9_-]*?|sessions|dictionary|athlete|standing)"
    r"(?P<kind>\.[a-z]+)?( ?\(\d+\)| \d+| copy( \d+)?| - [^.]*| \([^)]*cop[^)]*\)|~\d+)"
    r"(?P<end>(\.[a-z]+)*\.(parquet|toml|json))"
)
"""How drives in a cloud, and file managers, name the copy of a file beside it."""


@dataclass(frozen=True)
class Listing:
    """What is in a folder: paths in order, and a sentence for all that has no name of ours.

    Whether a file can be read shows when it is read; that costs itself and nothing else.
    """

    paths: tuple[Path, ...]
    strange: tuple[str, ...] = ()


def athletes(root: Path) -> Listing:
    """Return a folder for each athlete of whom there is something in a store, by her id.

    `athlete_of` tells whose it is.
    """
    tables = [_listing(Path(root, kind), _has_key, athlete_trouble) for kind in TABLES]
    found = [*tables, _listing(Path(root, PEOPLE), lambda _: True, athlete_trouble)]
    by_id = {athlete_of(path): path for one in found for path in one.paths}
    strange = (words for one in found for words in one.strange)
    return Listing(tuple(by_id[name] for name in sorted(by_id)), tuple(strange))


def athlete_of(folder: Path) -> str:
    """Return the id of the athlete whose folder it is."""
    return folder.name.removeprefix(KEY)


def stored_sessions(root: Path, kind: str, athlete: str) -> Listing:
    """Return an athlete's files of one kind, by date."""
    folder = table_folder(root, kind, athlete)
    return _listing(folder, lambda name: name.endswith(".parquet"), _session_trouble)


def stored_tables(
    root: Path, kind: str, ids: Sequence[str] | None = None, since: date | None = None
) -> Listing:
    """Return the files of one kind of some athletes, or of all, from a day on, in order."""
    every = athletes(root) if ids is None else Listing(())
    whose = [athlete_of(folder) for folder in every.paths] if ids is None else ids
    found = [stored_sessions(root, kind, athlete) for athlete in whose]
    paths = [path for one in found for path in one.paths if since is None or _day(path) >= since]
    strange = [words for one in (every, *found) for words in one.strange]
    return Listing(tuple(paths), tuple(strange))


def _day(path: Path) -> date:
    return date.fromisoformat(path.name[:10])


def stored_contexts(root: Path, athlete: str) -> Listing:
    """Return the contexts of an athlete's runs, by date."""
    folder = people_folder(root, athlete)
    return _listing(folder, lambda name: name.endswith(CONTEXT_SUFFIX), _session_trouble)


def copy_of(path: Path) -> Path | None:
    """Return the file that `path` is a copy of by its name, as cloud drives make them, or None."""
    found = OF_CLOUD.fullmatch(path.name)
    return path.with_name(f"{found['name']}{found['kind'] or ''}{found['end']}") if found else None


def a_copy(path: Path, of: Path) -> str:
    """Return the sentence on a copy that stands beside its file."""
    return f"{path} is a copy of {of.name}; remove it"


def everything_below(root: Path) -> Listing:
    """Return all that is in a folder at any depth; a link that leads out of it is not followed."""
    strange: list[str] = []
    inside = os.path.realpath(root)

    def missed(error: OSError) -> None:
        if root.exists():
            strange.append(cannot_open(Path(error.filename), error))

    found = list[Path]()
    for folder, names, files in os.walk(root, onerror=missed):
        every = [Path(folder, name) for name in (*names, *files)]
        out = {path for path in every if path.is_symlink() and _leads_out(path, inside)}
        strange += [f"{path} {LEADS_OUT}" for path in sorted(out)]
        found += [path for path in every if path not in out]
    return Listing(tuple(sorted(found)), tuple(strange))


def _leads_out(path: Path, inside: str) -> bool:
    return path.exists() and os.path.commonpath([inside, os.path.realpath(path)]) != inside


def _listing(
    folder: Path, wanted: Callable[[str], bool], trouble: Callable[[Path], str]
) -> Listing:
    try:
        everything = sorted(folder.iterdir())
    except FileNotFoundError:
        return Listing(())
    except OSError as error:
        return Listing((), (cannot_open(folder, error),))
    named = [path for path in everything if wanted(path.name) and path.name[0] != "."]
    found = [(path, trouble(path)) for path in named]
    return Listing(
        tuple(path for path, words in found if not words),
        tuple(words for _, words in found if words),
    )


def _has_key(name: str) -> bool:
    return name.startswith(KEY)


def athlete_trouble(path: Path) -> str:
    """Return the sentence on what cannot be the folder of an athlete, or ""."""
    if not ATHLETE.fullmatch(athlete_of(path)):
        return f"{str(path)!r} is not named as the folder of an athlete; rename it or move it away"
    return "" if path.is_dir() else f"{path} is not a folder; move it away"


def _session_trouble(path: Path) -> str:
    if (original := copy_of(path)) is not None:
        return a_copy(path, original)
    try:
        files_named(path)
    except ValueError:
        return f"{str(path)!r} is not named as a session; rename it or move it away"
    return ""
