"""Name and list the files of sessions: ``<store>/athlete=<id>/<date>-<session>.<kind>.parquet``."""

import os
import re
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Final

from pipelines.errors import cannot_open

ATHLETE: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
SESSION: Final = re.compile(r"\d{4}-\d{2}-\d{2}-[a-z0-9][a-z0-9_-]{0,31}")

RAW_SUFFIX: Final = ".raw.parquet"
STANCES_SUFFIX: Final = ".stances.parquet"
CONTEXT_SUFFIX: Final = ".context.toml"
WATCH_SUFFIX: Final = ".watch.parquet"


@dataclass(frozen=True)
class SessionFiles:
    """The names of one session's files, whether they exist or not; made by `session_files`."""

    root: Path
    athlete: str
    session: str

    @property
    def folder(self) -> Path:
        """The folder of the athlete."""
        return athlete_folder(self.root, self.athlete)

    @property
    def raw(self) -> Path:
        """What the pods said."""
        return self.folder / f"{self.session}{RAW_SUFFIX}"

    @property
    def stances(self) -> Path:
        """What it means."""
        return self.folder / f"{self.session}{STANCES_SUFFIX}"

    @property
    def context(self) -> Path:
        """What a person knows of the run."""
        return self.folder / f"{self.session}{CONTEXT_SUFFIX}"

    @property
    def watch(self) -> Path:
        """What a watch measured at each stance."""
        return self.folder / f"{self.session}{WATCH_SUFFIX}"


def check_athlete(athlete: str) -> str:
    """Return the id of an athlete; it becomes a folder, so only safe words are accepted."""
    if not ATHLETE.fullmatch(athlete):
        raise ValueError(
            f"{athlete!r} cannot be an athlete id; start with a small letter and go on with small "
            "letters, digits, '-' and '_', for example ana"
        )
    return athlete


def check_session(session: str) -> str:
    """Return the name of a session: its date and a word, e.g. ``2026-11-22-a1b2``."""
    if not (SESSION.fullmatch(session) and _is_day(session[:10])):
        raise ValueError(
            f"{session!r} cannot be a session; give its date and a word of small letters and "
            "digits, for example 2026-11-22-a1b2"
        )
    return session


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def session_name(started: datetime, word: str) -> str:
    """Return the name of the session that began at `started`, distinguished by `word`."""
    return check_session(f"{started:%Y-%m-%d}-{word}")


def new_session(started_utc: datetime) -> str:
    """Return a fresh session id: the date and four random hex digits."""
    return session_name(started_utc, secrets.token_hex(2))


def session_files(root: Path, athlete: str, session: str) -> SessionFiles:
    """Return where the files of a session belong; refuses ids that are no safe file names."""
    return SessionFiles(Path(root), check_athlete(athlete), check_session(session))


def athlete_folder(root: Path, athlete: str) -> Path:
    """Return the folder of an athlete in the store `root`."""
    return Path(root) / f"athlete={check_athlete(athlete)}"


def cues_path(root: Path, athlete: str) -> Path:
    """Return where the cues of an athlete are stated."""
    return athlete_folder(root, athlete) / "cues.toml"


def names_differ(files: SessionFiles, athlete: str, session: str) -> str:
    """Return the sentence for a file that says it is of another session, or ""."""
    if (athlete, session) == (files.athlete, files.session):
        return ""
    return f"it says it is {session} of {athlete}; give file and folder these names again"


def files_of(path: Path) -> SessionFiles:
    """Return the session that one of its files belongs to, from its name and folder."""
    path = Path(path)
    for suffix in (RAW_SUFFIX, STANCES_SUFFIX, CONTEXT_SUFFIX, WATCH_SUFFIX):
        if path.name.endswith(suffix) and path.parent.name.startswith("athlete="):
            athlete = path.parent.name.removeprefix("athlete=")
            return session_files(path.parent.parent, athlete, path.name.removesuffix(suffix))
    raise ValueError(
        f"{path} is not a session file; name <store>/athlete=<id>/<date>-<session>{RAW_SUFFIX}"
    )


@dataclass(frozen=True)
class Listing:
    """What is in a folder: paths in order, and a sentence for all that has no name of ours.

    Whether a file can be read shows when it is read; that costs itself and nothing else.
    """

    paths: tuple[Path, ...]
    strange: tuple[str, ...] = ()


def athlete_folders(root: Path) -> Listing:
    """Return the folders of the athletes of a store."""
    return _listing(Path(root), lambda name: name.startswith("athlete="), _athlete_trouble)


def stored_sessions(folder: Path, suffix: str) -> Listing:
    """Return the files of one kind in the folder of an athlete, by date."""
    return _listing(Path(folder), lambda name: name.endswith(suffix), _session_trouble)


def everything_below(root: Path) -> Listing:
    """Return all that is in a folder at any depth, links to folders followed once each."""
    strange: list[str] = []

    def missed(error: OSError) -> None:
        if root.exists():
            strange.append(cannot_open(Path(error.filename), error))

    seen, found = set[str](), list[Path]()
    for folder, names, files in os.walk(root, onerror=missed, followlinks=True):
        names[:] = [name for name in names if _first_time(Path(folder, name), seen)]
        found += [Path(folder, name) for name in (*names, *files)]
    return Listing(tuple(sorted(found)), tuple(strange))


def _first_time(folder: Path, seen: set[str]) -> bool:
    place = os.path.realpath(folder)
    fresh = place not in seen
    seen.add(place)
    return fresh


def _listing(
    folder: Path, wanted: Callable[[str], bool], trouble: Callable[[Path], str]
) -> Listing:
    try:
        everything = sorted(folder.iterdir())
    except OSError as error:
        return Listing((), (cannot_open(folder, error),))
    named = [path for path in everything if wanted(path.name) and path.name[0] != "."]
    found = [(path, trouble(path)) for path in named]
    return Listing(
        tuple(path for path, words in found if not words),
        tuple(words for _, words in found if words),
    )


def _athlete_trouble(path: Path) -> str:
    if not ATHLETE.fullmatch(path.name.removeprefix("athlete=")):
        return f"{str(path)!r} is not named as the folder of an athlete; rename it or move it away"
    return "" if path.is_dir() else f"{path} is not a folder; move it away"


def _session_trouble(path: Path) -> str:
    try:
        files_of(path)
    except ValueError:
        return f"{str(path)!r} is not named as a session; rename it or move it away"
    return ""


def open_stored(path: Path) -> BinaryIO:
    """Open a stored file for reading; OSError with one sentence that names it."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a named pipe would wait for ever
            raise OSError(f"{path} is not a file; move it away")
        return path.open("rb")
    except FileNotFoundError:
        if path.is_symlink():
            raise FileNotFoundError(
                f"{path} is a link to a file that is gone; restore that or delete the link"
            ) from None
        raise FileNotFoundError(f"there is no file {path}; check its name") from None
    except OSError as error:
        raise type(error)(cannot_open(path, error)) from error
