"""A store as it was laid out before: all of an athlete in one folder, stances of version 1."""

import json
import shutil
from dataclasses import asdict, replace

import pyarrow as pa

from pipelines.store.json_values import rounded, to_json
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.stance_schema import stance_columns, stance_layout
from pipelines.store.session_header import HEADER_KEY
from pipelines.store.tables.stance_file import BESIDE, CURVES_KEY, read_stances

ASIDE = "before"
OLD_COLUMNS_KEY = "midstance.columns"


def as_before(files):
    """Put the files of a session as version 1 had them into a place of their own, for `swept`."""
    folder = files.root / ASIDE / f"athlete={files.athlete}"
    folder.mkdir(parents=True, exist_ok=True)
    _stances(files, folder / files.stances.name)
    for path in (files.raw, files.context):
        if path.exists():
            path.rename(folder / path.name)
    if files.watch.exists():
        _watch(files, folder)
    for path in (files.stances, files.curves, files.bouts):
        path.unlink()


def swept(root):
    """Take away what only the layout of today has, and leave what `as_before` made."""
    for name in ("raw", "stances", "curves", "bouts", "watch", "people", "sessions", "dictionary"):
        shutil.rmtree(root / name, ignore_errors=True)
    (root / "store.toml").unlink(missing_ok=True)
    for folder in (root / ASIDE).iterdir():
        folder.rename(root / folder.name)
    (root / ASIDE).rmdir()


def _stances(files, old):
    table, texts = checked_file.read(files.stances, stance_layout())
    curves = read_stances(files.stances).curves
    known = json.loads(texts[HEADER_KEY])
    known.pop(BESIDE)
    whose = pa.array([files.athlete] * len(table), pa.string()).dictionary_encode()
    table = table.drop_columns(["initial_contact_utc"]).add_column(0, "athlete", whose)
    fields = [
        field.with_metadata(asdict(stance_columns()[field.name]))
        if field.name in stance_columns()
        else field
        for field in table.schema
    ]
    table = table.cast(pa.schema(fields, metadata=table.schema.metadata))
    curves = replace(
        curves,
        mean={name: rounded(values) for name, values in curves.mean.items()},
        sd={name: rounded(values) for name, values in curves.sd.items()},
    )
    texts = {
        HEADER_KEY: to_json(known),
        OLD_COLUMNS_KEY: to_json({name: asdict(c) for name, c in stance_columns().items()}),
        CURVES_KEY: to_json(curves),
    }
    layout = replace(stance_layout(), version=1, dictionaries=("athlete", "session", "side"))
    layout = replace(layout, encodings={"bout": "DELTA_BINARY_PACKED"})
    checked_file.write(old, table, layout, texts, replace=True)


def _watch(files, folder):
    layout = checked_file.Layout("midstance.watch", 1, {}, ())
    table, texts = checked_file.read(files.watch, replace(layout, version=2))
    known = json.loads(texts[HEADER_KEY])
    known["stances"] = checked_file.fingerprint(folder / files.stances.name)
    texts = {HEADER_KEY: to_json(known)}
    table = table.drop_columns(["session"])
    checked_file.write(folder / files.watch.name, table, layout, texts, replace=True)
