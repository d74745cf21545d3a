"""Where the files of a session are: ``<store>/athlete=<id>/<date>-<session>.<kind>.parquet``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.store.names import check_athlete, check_session

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
