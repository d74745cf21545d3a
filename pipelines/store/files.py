"""Name the files of a store: ``<store>/<kind>/athlete=<id>/<date>-<session>.<kind>.parquet``.

This is the one place where paths are made; `pipelines.store.layout` shows the whole of it.
"""

import re
import secrets
import stat
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Final

from pipelines.errors import cannot_open
from pipelines.store.layout import (
    DICTIONARY,
    JOURNAL,
    KEY,
    OF_SESSIONS,
    PEOPLE,
    SESSIONS,
    TABLES,
    check_layout,
    refuse_link_out,
)

ATHLETE: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
SESSION: Final = re.compile(r"\d{4}-\d{2}-\d{2}-[a-z0-9][a-z0-9_-]{0,31}")

SUFFIXES: Final = {kind: f".{kind}.parquet" for kind in OF_SESSIONS}
RAW_SUFFIX: Final = SUFFIXES["raw"]
CONTEXT_SUFFIX: Final = ".context.toml"
STANDING: Final = "standing.json"
JOURNAL_SUFFIX: Final = ".journal"


@dataclass(frozen=True)
class SessionFiles:
    """The names of one session's files, whether they exist or not; made by `session_files`."""

    root: Path
    athlete: str
    session: str

    def table(self, kind: str) -> Path:
        """One of the tables, of `OF_SESSIONS`."""
        return table_folder(self.root, kind, self.athlete) / f"{self.session}{SUFFIXES[kind]}"

    @property
    def raw(self) -> Path:
        """What the pods said."""
        return self.table("raw")

    @property
    def stances(self) -> Path:
        """What it means."""
        return self.table("stances")

    @property
    def curves(self) -> Path:
        """Mean and SD of signals over stance."""
        return self.table("curves")

    @property
    def bouts(self) -> Path:
        """When she ran, walked and stood."""
        return self.table("bouts")

    @property
    def watch(self) -> Path:
        """What a watch measured at each stance."""
        return self.table("watch")

    @property
    def people(self) -> Path:
        """The folder of what is stated of the athlete and her runs."""
        return people_folder(self.root, self.athlete)

    @property
    def context(self) -> Path:
        """What a person knows of the run."""
        return self.people / f"{self.session}{CONTEXT_SUFFIX}"

    @property
    def journal(self) -> Path:
        """What the pods said, as it was received."""
        return journal_folder(self.root, self.athlete) / f"{self.session}{JOURNAL_SUFFIX}"


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
    """Return where the files of a session belong.

    Refuses ids that are no safe file names, and a store of another layout.
    """
    files = SessionFiles(Path(root), check_athlete(athlete), check_session(session))
    check_layout(files.root)
    return files


def table_folder(root: Path, kind: str, athlete: str) -> Path:
    """Return the folder of an athlete's tables of one kind."""
    return Path(root) / kind / f"{KEY}{check_athlete(athlete)}"


def people_folder(root: Path, athlete: str) -> Path:
    """Return the folder of what is stated of an athlete."""
    return Path(root) / PEOPLE / check_athlete(athlete)


def journal_folder(root: Path, athlete: str) -> Path:
    """Return the folder of an athlete's journals."""
    return Path(root) / JOURNAL / check_athlete(athlete)


def journals(root: Path) -> list[Path]:
    """Return all journals of a store, by athlete and date."""
    return sorted((Path(root) / JOURNAL).glob(f"*/*{JOURNAL_SUFFIX}"))


def sessions_path(root: Path, athlete: str) -> Path:
    """Return where the table of an athlete's sessions is kept."""
    return table_folder(root, SESSIONS, athlete) / "sessions.parquet"


def standing_path(root: Path, athlete: str) -> Path:
    """Return where it is kept how an athlete stood when that was last looked at.

    Not beside a table: an engine that reads a folder as one table refuses whatever else is in it.
    """
    return people_folder(root, athlete) / STANDING


def dictionary_path(root: Path) -> Path:
    """Return where the dictionary of a store is kept."""
    return Path(root) / DICTIONARY / "dictionary.parquet"


def cues_path(root: Path, athlete: str) -> Path:
    """Return where the cues of an athlete are stated."""
    return people_folder(root, athlete) / "cues.toml"


def live_path(root: Path, athlete: str) -> Path:
    """Return where what is shown of a recording is kept while it lasts."""
    return journal_folder(root, athlete) / "live.json"


def names_differ(files: SessionFiles, athlete: str, session: str) -> str:
    """Return the sentence for a file that says it is of another session, or ""."""
    if (athlete, session) == (files.athlete, files.session):
        return ""
    return f"it says it is {session} of {athlete}; give file and folder these names again"


def files_of(path: Path) -> SessionFiles:
    """Return the session that one of its files belongs to, from its name and folders.

    ValueError for another file, and for one in a store of another layout.
    """
    path = Path(path)
    if path.parent.name.startswith(KEY) and path.parent.parent.name not in TABLES:
        check_layout(path.parents[1])  # where layout 1 had them
    files = files_named(path)
    check_layout(files.root)
    return files


def files_named(path: Path) -> SessionFiles:
    """Return the same, of a file in a store whose layout is known."""
    kind, athlete = path.parent.parent.name, path.parent.name
    suffix = CONTEXT_SUFFIX if kind == PEOPLE else SUFFIXES.get(kind, "")
    if suffix and path.name.endswith(suffix) and (kind == PEOPLE or athlete.startswith(KEY)):
        return SessionFiles(
            path.parents[2],
            check_athlete(athlete.removeprefix(KEY)),
            check_session(path.name.removesuffix(suffix)),
        )
    raise ValueError(
        f"{path} is not a session file; name <store>/raw/{KEY}<id>/<date>-<session>{RAW_SUFFIX}"
    )


def open_stored(path: Path) -> BinaryIO:
    """Open a stored file for reading; OSError with one sentence that names it."""
    refuse_link_out(path)
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
