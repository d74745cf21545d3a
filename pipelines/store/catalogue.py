"""Query a store: its athletes, its sessions, all stances as one table, SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.store.files import (
    STANCES_SUFFIX,
    Listing,
    athlete_folder,
    athlete_folders,
    names_differ,
    session_files,
    stored_sessions,
)
from pipelines.store.left_out import LEFT_OUT, report_left_out
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.before_duckdb import why_unusable
from pipelines.store.parquet.schema import check_columns, stance_layout, stance_schema
from pipelines.store.sessions import as_frame, session_table
from pipelines.store.stance_file import StoredSession, read_stances, to_frame

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Store:
    """The sessions below one folder; made by `open`."""

    root: Path

    def athletes(self) -> list[str]:
        """Return the ids of all athletes with a folder in the store."""
        return [_athlete(folder) for folder in athlete_folders(self.root).paths]

    def sessions(self, athlete: str) -> pd.DataFrame:
        """Return one row per session, oldest first, from ``sessions.parquet``.

        That file is made again when footers or contexts are others than it was made from; in a
        store that cannot be written the rows are returned all the same. A session that cannot be
        read is a row with the reason; what is none is reported as by `stances`. What a person
        stated of a run is in the columns ``context_…`` (see `pipelines.store.sessions`).
        """
        frame = session_table(self._folder(athlete))
        return report_left_out(frame, frame.attrs[LEFT_OUT])

    def stances(
        self, athletes: Sequence[str] | None = None, since: str | date | None = None
    ) -> pd.DataFrame:
        """Return the stances of all sessions, or of some `athletes`, or from the day `since` on.

        Columns are those of this version and all that any of the files has; a column that a file
        lacks is NaN there. Every byte is checked: a file that is damaged or none of ours costs
        itself, is named in ``attrs["left_out"]`` and by a `LeftOutWarning`.
        """
        found = self._found(athletes, since)
        table, left_out = _together(found.paths)
        return report_left_out(to_frame(table), (*found.strange, *left_out))

    def stance_files(
        self, athletes: Sequence[str] | None = None, since: str | date | None = None
    ) -> list[Path]:
        """Return the stance files behind `stances`, by athlete and date, whether sound or not."""
        return list(self._found(athletes, since).paths)

    def sql(self, query: str) -> pd.DataFrame:
        """Run a DuckDB query over the views ``stances`` and ``sessions`` of all sessions.

        Every byte of the stance files is checked before, once in a process; what cannot be used
        is left out and reported as by `stances`.
        """
        import pandas as pd

        duckdb = _duckdb()
        found = self._found(None, None)
        against = {path: why_unusable(path) for path in found.paths}
        sessions = [session_table(self._folder(athlete)) for athlete in self.athletes()]
        with duckdb.connect() as connection:
            _view_stances(connection, [path for path, words in against.items() if not words])
            connection.register("sessions", pd.concat(sessions or [as_frame([])]))
            try:
                frame: pd.DataFrame = connection.sql(query).df()
            except duckdb.Error as error:
                raise ValueError(f"the query failed: {_first_line(error)}") from None
        stated = [words for table in sessions for words in table.attrs[LEFT_OUT]]
        return report_left_out(frame, (*found.strange, *filter(None, against.values()), *stated))

    def read_session(self, athlete: str, session: str) -> StoredSession:
        """Read one session: its stances, its header, its curves; never that of another runner."""
        self._folder(athlete)
        files = session_files(self.root, athlete, session)
        stored = read_stances(files.stances)
        if words := names_differ(files, stored.header["athlete"], stored.header["session"]):
            raise ValueError(f"{files.stances}: {words}")
        return stored

    def _found(self, athletes: Sequence[str] | None, since: str | date | None) -> Listing:
        """Return the stance files of these athletes from a day on, and what else is there."""
        day = date.fromisoformat(since) if isinstance(since, str) else since
        if athletes is None:
            whose = athlete_folders(self.root)
        else:
            whose = Listing(tuple(self._folder(name) for name in athletes))
        found = [stored_sessions(folder, STANCES_SUFFIX) for folder in whose.paths]
        paths = [path for one in found for path in one.paths if day is None or _day(path) >= day]
        strange = [words for one in (whose, *found) for words in one.strange]
        return Listing(tuple(paths), tuple(strange))

    def _folder(self, athlete: str) -> Path:
        folder = athlete_folder(self.root, athlete)
        if not folder.is_dir():
            known = ", ".join(self.athletes()) or "nobody yet"
            raise FileNotFoundError(f"no athlete {athlete} in {self.root}; it holds {known}")
        return folder


def open_store(path: str | Path) -> Store:
    """Open a store for reading; `path` is the folder that holds the folders of the athletes."""
    if "://" in str(path):
        raise ValueError(f"{path} is not a folder; copy the store to a folder and open that")
    root = Path(path)
    if not root.is_dir():
        raise FileNotFoundError(
            f"there is no store in {root}; record or import a session, or run midstance demo"
        )
    return Store(root)


def _athlete(folder: Path) -> str:
    return folder.name.removeprefix("athlete=")


def _day(path: Path) -> date:
    return date.fromisoformat(path.name[:10])


def _together(paths: Iterable[Path]) -> tuple[pa.Table, list[str]]:
    """Return the stances of many files as one table, and a sentence for each that does not fit."""
    import pyarrow as pa

    schema, tables, left_out = stance_schema(), [stance_schema().empty_table()], []
    for path in paths:
        try:
            table, _ = checked_file.read(path, stance_layout())
            check_columns(path, table.schema)
            with checked_file.as_damage(path):
                schema = pa.unify_schemas([schema, table.schema], promote_options="permissive")
        except (OSError, ValueError) as error:
            left_out.append(str(error))
        else:
            tables.append(table)
    schema = schema.with_metadata({b"PANDAS_ATTRS": _attrs([table.schema for table in tables])})
    return pa.concat_tables(tables, promote_options="permissive").cast(schema), left_out


def _attrs(schemas: Iterable[pa.Schema]) -> bytes:
    """Join what the schemas say of their columns; for a column in several the first one counts."""
    merged: dict[str, dict[str, str]] = {}
    for schema in reversed(list(schemas)):
        for key, words in json.loads((schema.metadata or {}).get(b"PANDAS_ATTRS", b"{}")).items():
            merged.setdefault(key, {}).update(words)
    return json.dumps(merged).encode()


def _view_stances(connection: Any, paths: Sequence[Path]) -> None:
    names = [str(path) for path in paths]
    if names:
        files = connection.read_parquet(names, union_by_name=True, hive_partitioning=False)
        files.create_view("stances")
    else:
        connection.register("stances", stance_schema().empty_table())


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _duckdb() -> Any:
    try:
        import duckdb
    except ModuleNotFoundError:
        raise ValueError(
            'SQL needs DuckDB, which is not installed; run pip install "midstance[query]"'
        ) from None
    return duckdb
