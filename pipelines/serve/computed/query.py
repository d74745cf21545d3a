"""Answer a question in SQL on a store's tables, which can do nothing but read them.

One SELECT, on views in a database in memory. Before it is run DuckDB is told to reach no file but
those of the tables, to load no extension and to let nothing of this be changed; what a statement of
another kind might do is never asked, for none is run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Final

from pipelines.errors import not_installed
from pipelines.serve.computed.answer_chart import chart
from pipelines.serve.computed.records import Answer, Column
from pipelines.store.layout import BY_FOLDER, KEY, SESSIONS, refuse_link_out

if TYPE_CHECKING:
    import duckdb

KINDS: Final = ("stances", "curves", "bouts", "watch", SESSIONS)
LONGEST_SQL: Final = 10_000
MEMORY_MB: Final = 256
LONGEST_S: Final = 10.0
MOST_SHOWN: Final = 500
MOST_ROWS: Final = 100_000
"""That are handed out as CSV."""
LONGEST_CSV: Final = 50_000_000
ROWS_AT_ONCE: Final = 1000
MOST_CELL: Final = 200
"""Characters of a value that are shown."""
CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    "memory_limit": f"{MEMORY_MB}MB",
    "threads": 1,
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}


def shown(root: Path, sql: str, along: str = "", up: str = "") -> Answer:
    """Return the first rows of what `sql` asks, as texts; ValueError says what is wrong.

    `along` and `up` are the columns to draw, those that suit where they are empty.
    """
    with _asked(root, sql) as found:
        head, rows = _head(found), found.fetchmany(MOST_SHOWN + 1)
    cut, rows = len(rows) > MOST_SHOWN, rows[:MOST_SHOWN]
    texts = tuple(tuple(map(_cell, row)) for row in rows)
    return Answer(head, texts, cut, chart(head, rows, along, up))


def as_csv(root: Path, sql: str) -> bytes:
    """Return what `sql` asks as CSV, NULL being empty; ValueError for too much of it."""
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    count = 0
    with _asked(root, sql) as found:
        write(_head(found))
        while rows := found.fetchmany(ROWS_AT_ONCE):
            count += len(rows)
            for row in rows:
                write(row)
            if count > MOST_ROWS or text.tell() > LONGEST_CSV:
                raise ValueError(
                    f"that is more than {MOST_ROWS} rows or {LONGEST_CSV // 1_000_000} MB; ask for "
                    "less, or read the files"
                )
    return text.getvalue().encode()


def dictionary() -> tuple[Column, ...]:
    """Return what each column of each table means."""
    from pipelines.store.tables.dictionary_table import dictionary_rows

    names = ("table", "column", "unit", "label", "definition")
    return tuple(
        Column(*(str(row[name]) for name in names))
        for row in dictionary_rows()
        if row["table"] in KINDS
    )


@contextmanager
def _asked(root: Path, sql: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Run `sql`, and lend what has its rows; all that fails is a ValueError of one sentence."""
    try:
        import duckdb
    except ModuleNotFoundError:
        raise ValueError(not_installed("this page needs duckdb, which", "query")) from None
    if len(sql) > LONGEST_SQL:
        raise ValueError(f"the question is longer than {LONGEST_SQL} characters")
    with duckdb.connect(":memory:", config=CONFIG) as database:
        late = Timer(LONGEST_S, database.interrupt)
        late.daemon = True
        late.start()
        try:
            _check(database, sql)
            _views(database, root, sql)
            yield database.execute(sql)
        except duckdb.InterruptException:
            raise ValueError(
                f"that takes longer than {LONGEST_S:g} s; ask of one athlete, or for fewer columns"
            ) from None
        except (duckdb.OutOfMemoryException, MemoryError):
            raise ValueError(f"that takes more than {MEMORY_MB} MB; ask for fewer rows") from None
        except duckdb.PermissionException:
            raise ValueError(f"only the tables are read here: {', '.join(KINDS)}") from None
        except duckdb.Error as error:
            raise ValueError(_sentence(error, root)) from None
        finally:
            late.cancel()


def _check(database: duckdb.DuckDBPyConnection, sql: str) -> None:
    from duckdb import StatementType

    statements = database.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != StatementType.SELECT:
        raise ValueError("one SELECT is answered here, and nothing that writes, loads or sets")


def _views(database: duckdb.DuckDBPyConnection, root: Path, sql: str) -> None:
    """Let `sql` see those of the tables that it names, and let it reach nothing else."""
    named = [kind for kind in KINDS if kind in database.get_table_names(sql)]
    files = {kind: some for kind in named if (some := _files(root, kind))}
    allowed = ", ".join(files.values())
    database.execute(f"set allowed_paths = [{allowed}]")
    database.execute("set enable_external_access = false")
    for kind, some in files.items():
        how = f"union_by_name = true, {BY_FOLDER}"
        database.execute(f"create view {kind} as from read_parquet([{some}], {how})")
    database.execute("set lock_configuration = true")


def _files(root: Path, kind: str) -> str:
    """Return the files of a table as SQL; OSError for one that a link leads out of the store."""
    paths = sorted((root / kind).glob(f"{KEY}*/*.parquet"))
    for path in paths:
        refuse_link_out(path)
    return ", ".join(_quoted(str(path)) for path in paths)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _head(found: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(str(one[0]) for one in found.description or ())


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= MOST_CELL else f"{text[:MOST_CELL]}…"


def _sentence(error: Exception, root: Path) -> str:
    """Return what DuckDB says, with its hint; of a table that is not there, which are."""
    lines = str(error).replace(f"{root}/", "").partition("\nLINE ")[0].split("\n")
    first = lines[0].rstrip(".!")
    if "Table with name" in first:
        return f"this cannot be answered: {first}; there are {', '.join(KINDS)}"
    hints = [line for line in lines[1:] if line.startswith(("Candidate bindings", "Either add"))]
    return "; ".join([f"this cannot be answered: {first}", *(one.rstrip(".") for one in hints)])
