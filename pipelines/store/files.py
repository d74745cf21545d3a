"""Where the files of a session are: ``<store>/athlete=<id>/<date>-<session>.<kind>.parquet``."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

ATHLETE: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
SESSION: Final = re.compile(r"\d{4}-\d{2}-\d{2}-[a-z0-9][a-z0-9_-]{0,31}")

RAW_SUFFIX: Final = ".raw.parquet"
STANCES_SUFFIX: Final = ".stances.parquet"


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
    if not SESSION.fullmatch(session):
        raise ValueError(
            f"{session!r} cannot be a session; give its date and a word of small letters and "
            "digits, for example 2026-11-22-a1b2"
        )
    return session


def session_name(started: datetime, word: str) -> str:
    """Return the name of the session that began at `started`, told apart by `word`."""
    return check_session(f"{started:%Y-%m-%d}-{word}")


def session_files(root: Path, athlete: str, session: str) -> SessionFiles:
    """Return where the files of a session belong; refuses ids that are no safe file names."""
    return SessionFiles(Path(root), check_athlete(athlete), check_session(session))


def athlete_folder(root: Path, athlete: str) -> Path:
    """Return the folder of an athlete in the store `root`."""
    return Path(root) / f"athlete={check_athlete(athlete)}"


def files_of(path: Path) -> SessionFiles:
    """Return the session that a raw or stance file belongs to, from its name and folder."""
    path = Path(path)
    for suffix in (RAW_SUFFIX, STANCES_SUFFIX):
        if path.name.endswith(suffix) and path.parent.name.startswith("athlete="):
            athlete = path.parent.name.removeprefix("athlete=")
            return session_files(path.parent.parent, athlete, path.name.removesuffix(suffix))
    raise ValueError(
        f"{path} is not a session file; name <store>/athlete=<id>/<date>-<session>{RAW_SUFFIX}"
    )
