"""A store as a whole: who is in it, which sessions, all stances as one table, SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipelines.store import parquet
from pipelines.store.atomic import publish
from pipelines.store.files import STANCES_SUFFIX, athlete_folder, files_of, session_files
from pipelines.store.schema import stance_layout, stance_schema
from pipelines.store.stance_file import StoredSession, read_header, read_stances, to_frame

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SESSIONS: Final = "sessions.parquet"
FILES_KEY: Final = b"midstance.files"


@dataclass(frozen=True)
class Store:
    """The sessions below one folder; made by `open`."""

    root: Path

    def athletes(self) -> list[str]:
        """Return the ids of all athletes with a folder in the store."""
        folders = sorted(self.root.glob("athlete=*/"))
        return [folder.name.removeprefix("athlete=") for folder in folders]

    def sessions(self, athlete: str) -> pd.DataFrame:
        """Return one row per session, oldest first, from ``sessions.parquet``.

        That file is made again from the footers when it is missing or older than they are; in a
        store that cannot be written the rows are returned all the same.
        """
        folder = self._folder(athlete)
        now = _fingerprint(folder)
        catalogue = folder / SESSIONS
        if (kept := _kept(catalogue, now)) is not None:
            return kept
        frame = _rows(folder)
        _keep(catalogue, frame, now)
        return frame

    def stances(
        self, athletes: Sequence[str] | None = None, since: str | date | None = None
    ) -> pd.DataFrame:
        """Return the stances of all sessions, or of some `athletes`, or from the day `since` on.

        Columns are those of this version and all that any of the files has; a column that a file
        lacks is NaN there.
        """
        import pyarrow as pa

        paths = self.stance_files(athletes, since)
        tables = [parquet.read(path, stance_layout())[0] for path in paths]
        return to_frame(_together([stance_schema().empty_table(), *tables], pa))

    def stance_files(
        self, athletes: Sequence[str] | None = None, since: str | date | None = None
    ) -> list[Path]:
        """Return the stance files behind `stances`, by athlete and date."""
        day = date.fromisoformat(since) if isinstance(since, str) else since
        chosen = self.athletes() if athletes is None else athletes
        found = (path for name in chosen for path in _stance_files(self._folder(name)))
        return [path for path in found if day is None or _day(path) >= day]

    def sql(self, query: str) -> pd.DataFrame:
        """Run a DuckDB query over the views ``stances`` and ``sessions`` of the whole store."""
        import pandas as pd

        duckdb = _duckdb()
        sessions = [self.sessions(athlete) for athlete in self.athletes()]
        with duckdb.connect() as connection:
            _view_stances(connection, self.stance_files())
            connection.register("sessions", pd.concat(sessions or [_rows(None)]))
            try:
                frame: pd.DataFrame = connection.sql(query).df()
            except duckdb.Error as error:
                raise ValueError(f"the query failed: {_first_line(error)}") from None
            return frame

    def read_session(self, athlete: str, session: str) -> StoredSession:
        """Read one session: its stances, its header, its curves."""
        self._folder(athlete)
        return read_stances(session_files(self.root, athlete, session).stances)

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


def _stance_files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"[!.]*{STANCES_SUFFIX}"))


def _day(path: Path) -> date:
    return date.fromisoformat(path.name[:10])


def _fingerprint(folder: Path) -> str:
    """Say which files the rows came from, so that a stale catalogue is seen."""
    stats = [(path.name, path.stat()) for path in _stance_files(folder)]
    return json.dumps([(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats])


def _rows(folder: Path | None) -> pd.DataFrame:
    import pandas as pd

    headers = [_header_or_why(path) for path in _stance_files(folder)] if folder else []
    words = ("athlete", "session", "started_utc", "duration_s", "grade")
    rows: list[dict[str, Any]] = [
        {
            **{word: known.get(word) for word in words},
            "reasons": "; ".join(known["reasons"]),
            "pods": ", ".join(known["pods"]),
            "software": known["software"],
            **known["summary"],
        }
        for known in headers
    ]
    texts = [*words, "reasons", "pods", "software"]
    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=texts)
    kinds = {name: "str" if name in texts else "float64" for name in frame.columns}
    frame = frame.astype({**kinds, "duration_s": "float64"})
    frame["started_utc"] = pd.to_datetime(frame["started_utc"], utc=True, format="ISO8601")
    return frame.sort_values(["started_utc", "session"], ignore_index=True, na_position="first")


def _header_or_why(path: Path) -> dict[str, Any]:
    """Return a session's header; one that cannot be read is a row with the reason and no start.

    One damaged file must not hide the others.
    """
    try:
        return read_header(path)
    except (OSError, ValueError) as error:
        files = files_of(path)
        unknown = {"started_utc": None, "duration_s": None, "grade": "", "software": ""}
        told = {"reasons": [f"cannot be read: {error}"], "pods": {}, "summary": {}}
        return {"athlete": files.athlete, "session": files.session, **unknown, **told}


def _kept(catalogue: Path, now: str) -> pd.DataFrame | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(catalogue, page_checksum_verification=True) as file:
            known = (file.schema_arrow.metadata or {}).get(FILES_KEY, b"").decode()
            if known != now:
                return None
            frame: pd.DataFrame = file.read().to_pandas()
            return frame.astype({"athlete": "str"})
    except (OSError, ValueError, pa.ArrowException):
        return None  # it can always be made again


def _keep(catalogue: Path, frame: pd.DataFrame, now: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    # As a dictionary the column agrees with the folder's name in every reader.
    table = table.set_column(0, "athlete", table["athlete"].dictionary_encode())
    table = table.replace_schema_metadata({**table.schema.metadata, FILES_KEY: now.encode()})
    try:
        publish(
            catalogue,
            lambda file: pq.write_table(table, file, compression="zstd", write_page_checksum=True),
            replace=True,
        )
    except OSError:
        return  # a store that can only be read is still worth reading


def _together(tables: Iterable[pa.Table], pa: Any) -> pa.Table:
    tables = list(tables)
    schema = pa.unify_schemas([table.schema for table in tables], promote_options="permissive")
    schema = schema.with_metadata({b"PANDAS_ATTRS": _attrs([table.schema for table in tables])})
    return pa.concat_tables(tables, promote_options="permissive").cast(schema)


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
