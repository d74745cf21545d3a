"""Query a store: its athletes, its sessions, all stances as one table, SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.store.files import check_athlete, session_files
from pipelines.store.layout import store_below, store_folder
from pipelines.store.left_out import LEFT_OUT, report_left_out
from pipelines.store.listing import Listing, athlete_of, athletes, stored_tables
from pipelines.store.many_sessions.many_files import together
from pipelines.store.many_sessions.sessions import session_table
from pipelines.store.many_sessions.sql import answer
from pipelines.store.tables.dictionary_table import dictionary_rows
from pipelines.store.tables.stance_file import StoredSession, read_stances

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Store:
    """The sessions below one folder; made by `open`."""

    root: Path

    def athletes(self) -> list[str]:
        """Return the ids of all athletes of whom there is something in the store."""
        return [athlete_of(folder) for folder in athletes(self.root).paths]

    def sessions(self, athlete: str) -> pd.DataFrame:
        """Return one row per session, oldest first, from the table that is kept of them.

        It is made again when footers or contexts are others than it was made from; in a
        store that cannot be written the rows are returned all the same. A session that cannot be
        read is a row with the reason; what is none is reported as by `stances`. What a person
        stated of a run is in the columns ``context_…``
        (see `pipelines.store.many_sessions.sessions`).
        """
        frame = session_table(self.root, self._known(athlete))
        return report_left_out(frame, frame.attrs[LEFT_OUT])

    def stances(
        self, athletes: Sequence[str] | None = None, since: str | date | None = None
    ) -> pd.DataFrame:
        """Return the stances of all sessions, or of some `athletes`, or from the day `since` on.

        Columns are those of this version and all that any of the files has; a column that a file
        lacks is NaN there. Every byte is checked: a file that is damaged or none of ours costs
        itself, is named in ``attrs["left_out"]`` and by a `LeftOutWarning`.
        """
        return self._table("stances", athletes, since)

    def curves(
        self, athletes: Sequence[str] | None = None, since: str | date | None = None
    ) -> pd.DataFrame:
        """Return the mean curves over stance of all sessions, chosen and checked as `stances`."""
        return self._table("curves", athletes, since)

    def bouts(
        self, athletes: Sequence[str] | None = None, since: str | date | None = None
    ) -> pd.DataFrame:
        """Return when was run, walked and stood, chosen and checked as `stances`."""
        return self._table("bouts", athletes, since)

    def dictionary(self) -> pd.DataFrame:
        """Return what every column of every table means, in this version: a row for each."""
        import pandas as pd

        return pd.DataFrame(dictionary_rows())

    def _table(
        self, kind: str, athletes: Sequence[str] | None, since: str | date | None
    ) -> pd.DataFrame:
        found = self._found(kind, athletes, since)
        frame, left_out = together(kind, found.paths)
        return report_left_out(frame, (*found.strange, *left_out))

    def stance_files(
        self, athletes: Sequence[str] | None = None, since: str | date | None = None
    ) -> list[Path]:
        """Return the stance files behind `stances`, by athlete and date, whether sound or not."""
        return list(self._found("stances", athletes, since).paths)

    def sql(self, query: str) -> pd.DataFrame:
        """Run a DuckDB query over the views stances, curves, bouts, sessions and dictionary.

        Every byte of a table that the query names is checked before, once in a process; what cannot
        be used is left out and reported as by `stances`.
        """
        frame, left_out = answer(self.root, query)
        return report_left_out(frame, left_out)

    def read_session(self, athlete: str, session: str) -> StoredSession:
        """Read one session: its stances, its header, its curves; never that of another runner."""
        self._known(athlete)
        files = session_files(self.root, athlete, session)
        return read_stances(files.stances)

    def _found(self, kind: str, whose: Sequence[str] | None, since: str | date | None) -> Listing:
        day = date.fromisoformat(since) if isinstance(since, str) else since
        ids = None if whose is None else [self._known(name) for name in whose]
        return stored_tables(self.root, kind, ids, day)

    def _known(self, athlete: str) -> str:
        """Return the id of an athlete; FileNotFoundError where there is nothing of her."""
        known = self.athletes()
        if check_athlete(athlete) not in known:
            there = ", ".join(known) or "nobody yet"
            if not known and (below := store_below(self.root)):
                there += f", but there is a store in {below}"
            raise FileNotFoundError(f"no athlete {athlete} in {self.root}; it holds {there}")
        return athlete


def open_store(path: str | Path) -> Store:
    """Open a store for reading; `path` is its folder (`pipelines.store.layout`)."""
    return Store(store_folder(path))
