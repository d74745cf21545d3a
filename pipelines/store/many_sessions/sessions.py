"""Tabulate the sessions of one athlete; ``sessions/athlete=<id>/sessions.parquet`` keeps the table.

What a person stated of a run (`pipelines.store.stated.context`) is in the columns ``context_…``:
numbers, texts, ``context_treadmill`` true or false, ``context_tags`` one text with commas, and a
column for each site of pain, such as ``context_pain_knee``. Not stated is missing.
``started_local`` is the start by the clock of ``timezone``, with its offset. Every command that
writes keeps the table fresh (`keep_fresh`); it is made again from the stances whenever it is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from imu.edition import edition_of
from pipelines.errors import in_words
from pipelines.store.files import (
    dictionary_path,
    files_of,
    names_differ,
    sessions_path,
    table_folder,
)
from pipelines.store.layout import KEY, SESSIONS
from pipelines.store.listing import stored_sessions
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.schema import layout_of, schema_with_attrs
from pipelines.store.parquet.session_columns import (
    NUMBERS,
    TEXTS,
    WORDS,
    YES_OR_NO,
    session_field,
)
from pipelines.store.stated.of_sessions import Stated, read_stated
from pipelines.store.tables.dictionary_table import keep_dictionary
from pipelines.store.tables.stance_file import read_header, with_athlete

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FILES_KEY: Final = "midstance.files"
NOT_KEPT: Final = "not_kept"
UNREADABLE: Final = "cannot be read: "
CATALOGUE: Final = checked_file.Layout("midstance.sessions", 3, {}, ())


def session_table(root: Path, athlete: str) -> pd.DataFrame:
    """Return one row per stance file of an athlete, oldest first.

    The kept table is used while footers, contexts and zone are those it was made from; otherwise it
    is made and kept anew, in a folder that cannot be written only made: `attrs["not_kept"]` says
    why. `attrs["left_out"]` names the files that are no sessions of ours, and the contexts that
    cannot be read.
    """
    found, stated = stored_sessions(root, "stances", athlete), read_stated(root, athlete)
    prints = [(path.name, checked_file.fingerprint(path)) for path in found.paths]
    now = json.dumps([prints, repr((stated.contexts, stated.timezone))])
    catalogue, trouble = sessions_path(root, athlete), ""
    if (frame := _kept(catalogue, now)) is None:
        frame = as_frame([_row_or_why(path, stated) for path in found.paths])
        if catalogue.exists() or table_folder(root, "stances", athlete).is_dir():
            trouble = _keep(catalogue, frame, now)  # else she or the store is gone meanwhile
    frame = with_athlete(frame, [athlete] * len(frame))
    frame.attrs[NOT_KEPT] = trouble
    frame.attrs["left_out"] = (*found.strange, *stated.problems)
    return frame


def all_read(table: pd.DataFrame) -> bool:
    """Say whether nothing of an athlete had to be left out of the table of her sessions.

    Where something had, it may be there the next time though no file is another.
    """
    unread = table["reasons"].str.startswith(UNREADABLE, na=False).any()
    return not (unread or table.attrs["left_out"])


def keep_fresh(root: Path, athletes: Iterable[str]) -> list[tuple[Path, str]]:
    """Make the tables of sessions of some athletes, and the dictionary, those of this moment.

    Returned is each of them that cannot be kept, and why, in a sentence.
    """
    troubles = [(dictionary_path(root), keep_dictionary(root))]
    for athlete in dict.fromkeys(athletes):
        trouble = session_table(root, athlete).attrs[NOT_KEPT]
        troubles.append((sessions_path(root, athlete), trouble))
    return [(path, words) for path, words in troubles if words]


def as_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table with its columns in order and of their types, oldest first."""
    import pandas as pd

    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=[*TEXTS, *NUMBERS, YES_OR_NO])
    frame = _typed(frame)
    return frame.sort_values(["started_utc", "session"], ignore_index=True, na_position="first")


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    kinds = {name: "str" if name in TEXTS else "float64" for name in frame.columns}
    frame = frame.astype({**kinds, "duration_s": "float64", YES_OR_NO: "boolean"})
    started = pd.to_datetime(frame["started_utc"], utc=True, format="ISO8601")
    frame["started_utc"] = started.dt.as_unit("us")  # also where none is known
    return frame


def _row_or_why(path: Path, stated: Stated) -> dict[str, Any]:
    """Return the row of a session; one that cannot be read has the reason and no start.

    One damaged file must not hide the others.
    """
    try:
        known = read_header(path)
        with checked_file.as_damage(path):
            if words := names_differ(files_of(path), known["athlete"], known["session"]):
                raise ValueError(f"{path}: {words}")
            return _row(known, stated)
    except (OSError, ValueError) as error:
        files = files_of(path)
        unknown = {"started_utc": None, "duration_s": None, "grade": ""}
        texts = {"reasons": f"{UNREADABLE}{error}", "pods": "", "software": ""}
        names = {"session": files.session}
        return {**names, **unknown, **texts, **stated.columns(files.session, None, "")}


def _row(known: Mapping[str, Any], stated: Stated) -> dict[str, Any]:
    start, zone = known["started_utc"], known.get("timezone")
    return {
        **{word: known.get(word) for word in WORDS},
        "reasons": "; ".join(known["reasons"]),
        "pods": ", ".join(known["pods"]),
        "software": known["software"],
        "edition": edition_of(known["parameters"]),
        **{name: None if x is None else float(x) for name, x in known["summary"].items()},
        **stated.columns(known["session"], start, zone),
    }


def _kept(catalogue: Path, now: str) -> pd.DataFrame | None:
    try:
        table, texts = checked_file.read(catalogue, CATALOGUE)
        earlier = texts[checked_file.SCHEMA_KEY] != CATALOGUE.title  # and so of other columns
        if earlier or texts.get(FILES_KEY) != now:
            return None
        with checked_file.as_damage(catalogue):
            return _from_arrow(table)
    except (OSError, ValueError):
        return None


def kept_rows(root: Path) -> pd.DataFrame:
    """Return the rows of all tables that are kept in a store, of this moment or not."""
    import pandas as pd

    frames = [with_athlete(as_frame([]), [])]
    for path in sorted((root / SESSIONS).glob(f"{KEY}*/*.parquet")):
        table, _ = checked_file.read(path, CATALOGUE)
        with checked_file.as_damage(path):
            whose = path.parent.name.removeprefix(KEY)
            frames.append(with_athlete(_from_arrow(table), [whose] * len(table)))
    return pd.concat(frames[1:] or frames)


def _from_arrow(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    kinds = {name: "float64" for name in frame.columns if name not in (*TEXTS, YES_OR_NO)}
    texts = {name: "str" for name in TEXTS if name not in ("started_utc", "duration_s")}
    frame.attrs = {}
    return frame.astype({**kinds, **texts, YES_OR_NO: "boolean"})


def _as_arrow(frame: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    schema = schema_with_attrs([session_field(name) for name in frame.columns])
    arrays = [pa.array(frame[f.name], f.type, from_pandas=True) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _keep(catalogue: Path, frame: pd.DataFrame, now: str) -> str:
    """Keep a table, or return why it cannot be: a store is worth reading that can only be read."""
    table = _as_arrow(frame)
    layout = layout_of(CATALOGUE.name, CATALOGUE.version, table.schema)
    try:
        checked_file.write(catalogue, table, layout, {FILES_KEY: now}, replace=True)
    except OSError as error:
        return in_words(error)
    return ""
