"""Check that stored sessions are what was written, and say what is missing from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from imu.edition import EDITION, edition_of
from pipelines.store import parquet
from pipelines.store.files import RAW_SUFFIX, STANCES_SUFFIX, SessionFiles, files_of
from pipelines.store.journal import journal_path
from pipelines.store.raw_file import (
    RawPod,
    RawSession,
    gap_columns,
    read_raw,
    read_raw_header,
    sha256_of,
)
from pipelines.store.schema import stance_layout, stance_schema
from pipelines.store.stance_file import read_header

SYNC_TOLERANCE_S: Final = 0.010
OTHERWISE: Final = "measured by another edition of midstance; midstance process measures it anew"


@dataclass(frozen=True)
class Checked:
    """One file: how many rows, what is wrong (`problems`, empty if sound), what is worth knowing.

    Both are sentences for people.
    """

    path: Path
    rows: int
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def verify(path: str | Path) -> list[Checked]:
    """Check a session file, an athlete's folder or a whole store; every byte is read.

    Page checksums, schema, order of time, gap ledger, clock agreement and source hash. Nothing is
    changed. Raises FileNotFoundError when there is nothing to check.
    """
    paths = list(_session_paths(Path(path)))
    if not paths:
        raise FileNotFoundError(f"no session files in {path}; name a store or a session file")
    return [_check(file) for file in paths] + list(_leftovers(Path(path)))


def _session_paths(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for suffix in (RAW_SUFFIX, STANCES_SUFFIX):
        yield from sorted(path.rglob(f"[!.]*{suffix}"))


def _leftovers(path: Path) -> Iterator[Checked]:
    if path.is_dir():
        for hidden in sorted(path.rglob(".*.parquet.*.tmp")):
            yield Checked(hidden, 0, (), ("left by an interrupted write; it can be deleted",))


def _check(path: Path) -> Checked:
    look = _check_raw if path.name.endswith(RAW_SUFFIX) else _check_stances
    try:
        return look(path, files_of(path))
    except (OSError, ValueError) as error:
        return Checked(path, 0, (str(error),))


def _check_raw(path: Path, files: SessionFiles) -> Checked:
    known, session = read_raw_header(path), read_raw(path)
    problems = [words for words in _raw_problems(files, known, session) if words]
    notes = list(session.notes)
    notes += [note for place, pod in session.pods.items() for note in _pod_notes(place, pod)]
    if not files.stances.exists():
        notes.append("not processed yet; run midstance process on it")
    rows = sum(len(pod.samples) for pod in session.pods.values())
    return Checked(path, rows, tuple(problems), tuple(notes))


def _raw_problems(
    files: SessionFiles, known: Mapping[str, Any], session: RawSession
) -> Iterator[str]:
    yield _names_differ(files, known)
    for place, pod in session.pods.items():
        about = known["pods"][place]
        if (np.diff(pod.samples["index"]) <= 0).any() or (np.diff(pod.time_us) <= 0).any():
            yield f"{place}: samples are not in order of time"
        elif gap_columns(pod.samples, pod.time_us) != about["gaps"]:
            yield f"{place}: the gaps are not those of the ledger"
    yield _source_differs(files, known["source"])


def _pod_notes(place: str, pod: RawPod) -> Iterator[str]:
    gaps = gap_columns(pod.samples, pod.time_us)
    if lost := int(sum(gaps["lost_count"])):
        share = 100 * lost / (lost + len(pod.samples))
        yield f"{place}: {lost} samples ({share:.1f} %) lost in {len(gaps['lost_count'])} gaps"
    if pod.sync_s is not None and pod.sync_s > SYNC_TOLERANCE_S:
        yield f"{place}: its clock may be {1000 * pod.sync_s:.0f} ms off against the other pods"
    for reason, count in pod.trouble.items():
        yield f"{place}: {reason} ({count})"


def _source_differs(files: SessionFiles, source: Mapping[str, str]) -> str:
    """Compare the hash of the journal, where it is still kept."""
    journal = journal_path(files.root, files.athlete, files.session)
    if source.get("kind") != "journal" or not journal.is_file():
        return ""
    if sha256_of(journal) == source.get("sha256"):
        return ""
    return f"{journal.name} is no longer what this session was made from"


def _names_differ(files: SessionFiles, known: Mapping[str, Any]) -> str:
    if (known["athlete"], known["session"]) == (files.athlete, files.session):
        return ""
    return (
        f"it says it is {known['session']} of {known['athlete']}; "
        "give file and folder these names again"
    )


def _check_stances(path: Path, files: SessionFiles) -> Checked:
    known = read_header(path)
    table, _ = parquet.read(path, stance_layout())
    problems = [_names_differ(files, known), *_column_problems(table.schema)]
    if files.raw.exists():
        problems.append(_raw_differs(files.raw, known))
    notes = () if edition_of(known["parameters"]) == EDITION else (OTHERWISE,)
    return Checked(path, len(table), tuple(filter(None, problems)), notes)


def _column_problems(schema: Any) -> Iterator[str]:
    for field in stance_schema():
        place = schema.get_field_index(field.name)
        if place >= 0 and schema.field(place).type != field.type:
            yield f"column {field.name} is {schema.field(place).type}, not {field.type}"


def _raw_differs(raw: Path, known: Mapping[str, Any]) -> str:
    try:
        source = read_raw_header(raw)["source"]
    except (OSError, ValueError):
        return ""  # the raw file has its own line
    if source.get("sha256") == known.get("source", {}).get("sha256"):
        return ""
    return "it was not made from the raw file beside it; run midstance process on that"
