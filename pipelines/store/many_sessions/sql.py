"""Answer a question in SQL, by DuckDB, over the tables of a store."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipelines.errors import not_installed
from pipelines.store.layout import BY_FOLDER
from pipelines.store.listing import athlete_of, athletes, stored_tables
from pipelines.store.many_sessions.many_files import READ
from pipelines.store.many_sessions.sessions import as_frame, session_table
from pipelines.store.parquet.before_duckdb import checked
from pipelines.store.tables.dictionary_table import dictionary_rows
from pipelines.store.tables.stance_file import with_athlete

if TYPE_CHECKING:
    import pandas as pd

LEFT_OUT: Final = "left_out"


def answer(root: Path, query: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the answer, and a sentence for each file that could not be used for it."""
    import pandas as pd

    duckdb = _duckdb()
    left_out = list[str]()
    with duckdb.connect() as connection:
        for kind in READ:
            if _names(query, kind):
                left_out += _view(connection, root, kind)
        if _names(query, "sessions"):
            left_out += _sessions(connection, root)
        if _names(query, "dictionary"):
            connection.register("dictionary", pd.DataFrame(dictionary_rows()))
        return _answered(connection, query), left_out


def ask(query: str, **tables: pd.DataFrame) -> pd.DataFrame:
    """Return the answer to a query over tables that are at hand, by their names."""
    with _duckdb().connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        return _answered(connection, query)


def _answered(connection: Any, query: str) -> pd.DataFrame:
    duckdb = _duckdb()
    try:
        frame: pd.DataFrame = connection.sql(query).df()
    except duckdb.Error as error:
        raise ValueError(f"the query failed: {_first_line(error)}") from None
    return frame


def _names(query: str, table: str) -> bool:
    return re.search(rf"\b{table}\b", query, re.IGNORECASE) is not None


def _view(connection: Any, root: Path, kind: str) -> list[str]:
    layout, schema = READ[kind][0](), READ[kind][1]()
    listed = stored_tables(root, kind)
    found = {path: checked(path, layout, schema) for path in listed.paths}
    sound = {path: one for path, one in found.items() if not one.words}
    alike = all(one.as_wanted for one in sound.values())
    _view_files(connection, kind, list(sound), alike=alike)
    return [*listed.strange, *(one.words for one in found.values() if one.words)]


def _view_files(connection: Any, kind: str, paths: Sequence[Path], *, alike: bool) -> None:
    if paths:
        names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        how = BY_FOLDER
        if not alike:  # or it opens each file once more, as long as most questions take
            how += ", union_by_name = true"
        connection.execute(f"create view {kind} as from read_parquet([{names}], {how})")
    else:
        import pyarrow as pa

        empty = READ[kind][1]().empty_table()
        nobody = pa.array([], pa.string())
        connection.register(kind, empty.append_column("athlete", nobody))


def _sessions(connection: Any, root: Path) -> list[str]:
    rows, left_out = session_rows(root)
    connection.register("sessions", rows)
    return left_out


def session_rows(root: Path) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of all sessions in a store, and a sentence for each file that is left out."""
    import pandas as pd

    tables = [session_table(root, athlete_of(one)) for one in athletes(root).paths]
    left_out = [words for table in tables for words in table.attrs[LEFT_OUT]]
    return pd.concat(tables or [with_athlete(as_frame([]), [])]), left_out


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _duckdb() -> Any:
    try:
        import duckdb
    except ModuleNotFoundError:
        raise ValueError(not_installed("SQL needs DuckDB, which", "query")) from None
    return duckdb
