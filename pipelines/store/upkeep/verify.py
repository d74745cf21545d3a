"""Verify stored files: checksums, schema, gaps, clocks, sources, journals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from imu.edition import EDITION, edition_of
from pipelines.errors import in_words
from pipelines.formatting import plural
from pipelines.store.files import (
    CONTEXT_SUFFIX,
    JOURNAL_SUFFIX,
    STANDING,
    SUFFIXES,
    SessionFiles,
    files_of,
    names_differ,
)
from pipelines.store.journal.check import check_journal
from pipelines.store.layout import check_layout
from pipelines.store.listing import Listing, athletes, copy_of, everything_below
from pipelines.store.many_sessions.sessions import CATALOGUE
from pipelines.store.many_sessions.standing_file import read_standing
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.schema import column_problems
from pipelines.store.parquet.stance_schema import stance_layout, stance_schema
from pipelines.store.session_header import HEADER_KEY
from pipelines.store.stated.context_file import is_session, read_context, stated
from pipelines.store.tables.bouts_table import bouts_layout
from pipelines.store.tables.curves_table import curves_from, curves_layout
from pipelines.store.tables.dictionary_table import dictionary_layout
from pipelines.store.tables.raw_file import (
    RawPod,
    RawSession,
    gap_columns,
    read_raw,
    read_raw_header,
    sha256_of,
)
from pipelines.store.tables.stance_file import missing_beside, of_others, read_header
from pipelines.store.tables.watch_table import read_watch_table
from pipelines.store.upkeep.leftovers import LEFTOVER

SYNC_TOLERANCE_S: Final = 0.010
OTHERWISE: Final = (
    "computed by another version of the algorithms; midstance process computes it again"
)
AGAIN: Final = "not as it was written; it is rebuilt when it is next needed"


@dataclass(frozen=True)
class Checked:
    """One file: how many rows, what is wrong (`problems`, empty if sound), what is worth knowing.

    Both are sentences for people. The rows of a context are its keys.
    """

    path: Path
    rows: int
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def verify(path: str | Path) -> list[Checked]:
    """Check a session file, a journal, an athlete's folder or a store; every byte is read.

    Digests, page checksums, schema, order of time, gap ledger, clock agreement, source hash,
    contexts and journals. Nothing is changed. Whatever is wrong with a file is its own verdict and
    keeps no other from being checked. Raises FileNotFoundError when there is nothing to check.
    """
    root = Path(path)
    check_layout(root)
    found = Listing((root,)) if root.is_file() else everything_below(root)
    looks = [(look, one) for look in KINDS for one in found.paths if _kind(one) is look]
    if root.is_file() and not looks:
        looks = [(_check_stances, root)]
    strange = [*(athletes(root).strange if root.is_dir() else ()), *found.strange]
    if not (looks or strange):
        raise FileNotFoundError(f"no session files in {path}; name a store or a session file")
    foreign = [_foreign_file(root, words) for words in dict.fromkeys(strange)]
    return [_check(look, one) for look, one in looks] + foreign


def _kind(path: Path) -> Callable[[Path], Checked] | None:
    """Say how a file is checked, by its name."""
    if path.name.startswith("."):
        return _check_leftover if LEFTOVER.fullmatch(path.name) else None
    if copy_of(path) is not None:
        return _check_copy
    ends = (end for end in ENDS if path.name.endswith(end))
    return next((ENDS[end] for end in ends), None)


def _foreign_file(root: Path, sentence: str) -> Checked:
    return Checked(root, 0, (sentence,))


def _check(look: Callable[[Path], Checked], path: Path) -> Checked:
    try:
        return look(path)
    except (OSError, ValueError) as error:
        return Checked(path, 0, (in_words(error),))
    except Exception as error:  # whatever it is, the other files are still to be checked
        return Checked(
            path, 0, (str(checked_file.damaged(path, f"{type(error).__name__}: {error}")),)
        )


def _check_raw(path: Path) -> Checked:
    files = files_of(path)
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
    yield names_differ(files, known["athlete"], known["session"])
    for place, pod in session.pods.items():
        about = known["pods"][place]
        if (np.diff(pod.samples["index"]) <= 0).any() or (np.diff(pod.time_us) <= 0).any():
            yield f"{place}: samples are not in order of time"
        elif gap_columns(pod.samples, pod.time_us) != about["gaps"]:
            yield f"{place}: the gaps differ from those listed in the header"
    yield _source_differs(files, known["source"])


def _pod_notes(place: str, pod: RawPod) -> Iterator[str]:
    gaps = gap_columns(pod.samples, pod.time_us)
    if lost := int(sum(gaps["lost_count"])):
        share = 100 * lost / (lost + len(pod.samples))
        gap_count = plural(len(gaps["lost_count"]), "gap")
        yield f"{place}: {lost} samples ({share:.1f} %) lost in {gap_count}"
    if pod.sync_s is not None and pod.sync_s > SYNC_TOLERANCE_S:
        yield f"{place}: its clock may be {1000 * pod.sync_s:.0f} ms off against the other pods"
    for reason, count in pod.trouble.items():
        yield f"{place}: {reason} ({count})"


def _source_differs(files: SessionFiles, source: Mapping[str, str]) -> str:
    """Compare the hash of the journal, where it is still kept."""
    journal = files.journal
    if source.get("kind") != "journal" or not journal.is_file():
        return ""
    if sha256_of(journal) == source.get("sha256"):
        return ""
    return f"{journal.name} has changed since this session was made from it"


def _check_stances(path: Path) -> Checked:
    files = files_of(path)
    known = read_header(path)
    table, _ = checked_file.read(path, stance_layout())
    problems = [
        names_differ(files, known["athlete"], known["session"]),
        *column_problems(table.schema, stance_schema()),
    ]
    if files.raw.exists():
        problems.append(_raw_differs(files.raw, known))
    problems += [missing_beside(files, kind) for kind in ("curves", "bouts")]
    notes = () if edition_of(known["parameters"]) == EDITION else (OTHERWISE,)
    return Checked(path, len(table), tuple(filter(None, problems)), notes)


def _raw_differs(raw: Path, known: Mapping[str, Any]) -> str:
    try:
        source = read_raw_header(raw)["source"]
    except (OSError, ValueError):
        return ""  # the raw file has its own line
    if source.get("sha256") == known.get("source", {}).get("sha256"):
        return ""
    return "it was not made from the raw file beside it; run midstance process on that"


def _check_context(path: Path) -> Checked:
    files = files_of(path)
    known = stated(read_context(files))
    gone = "its session is gone; restore that or delete this"
    notes = () if is_session(files) else (gone,)
    return Checked(path, len(known), (), notes)


def _check_watch(path: Path) -> Checked:
    files = files_of(path)
    table, known = read_watch_table(files)
    problems = [names_differ(files, known["athlete"], known["session"])]
    same = known["stances"] == checked_file.fingerprint(files.stances)
    notes = () if same else ("of stances that were computed anew since; attach the file again",)
    return Checked(path, len(table), tuple(filter(None, problems)), notes)


def _check_curves(path: Path) -> Checked:
    table, texts = checked_file.read(path, curves_layout())
    with checked_file.as_damage(path):
        curves_from(table)
    return _beside(path, len(table), texts)


def _check_bouts(path: Path) -> Checked:
    table, texts = checked_file.read(path, bouts_layout())
    return _beside(path, len(table), texts)


def _beside(path: Path, rows: int, texts: Mapping[str, str]) -> Checked:
    """Say whether curves or bouts are of the session of their name, and of its stances."""
    files, known = files_of(path), checked_file.json_object(texts[HEADER_KEY])
    problems = [names_differ(files, known["athlete"], known["session"])]
    notes = []
    if files.stances.exists():
        with suppress(OSError, ValueError):  # the stances have their own line
            problems.append(of_others(files, read_header(files.stances), path.parent.parent.name))
    else:
        notes.append(f"its stances are missing; run midstance process {files.raw}")
    return Checked(path, rows, tuple(filter(None, problems)), tuple(notes))


def _check_sessions(path: Path) -> Checked:
    return _check_made_again(path, CATALOGUE)


def _check_dictionary(path: Path) -> Checked:
    return _check_made_again(path, dictionary_layout())


def _check_standing(path: Path) -> Checked:
    return Checked(path, 1) if read_standing(path) else Checked(path, 0, (), (AGAIN,))


def _check_made_again(path: Path, layout: checked_file.Layout) -> Checked:
    try:
        return Checked(path, len(checked_file.read(path, layout)[0]))
    except (OSError, ValueError):
        return Checked(path, 0, (), (AGAIN,))


def _check_copy(path: Path) -> Checked:
    """Say of a copy, as cloud drives make them, whether its file has the same bytes."""
    original = copy_of(path)
    if original is None or not original.exists():
        raise ValueError(f"{path} has the name of a copy; give it its own name, or remove it")
    if sha256_of(path) == sha256_of(original):
        return Checked(path, 0, (f"a copy of {original.name}; remove it",))
    other = f"a copy of {original.name} with other content; keep the one you want, remove the other"
    return Checked(path, 0, (other,))


def _check_journal(path: Path) -> Checked:
    return Checked(path, *check_journal(path))


def _check_leftover(path: Path) -> Checked:
    return Checked(path, 0, (), ("left by an interrupted write; it can be deleted",))


ENDS: Final = {
    SUFFIXES["raw"]: _check_raw,
    SUFFIXES["stances"]: _check_stances,
    SUFFIXES["curves"]: _check_curves,
    SUFFIXES["bouts"]: _check_bouts,
    CONTEXT_SUFFIX: _check_context,
    SUFFIXES["watch"]: _check_watch,
    JOURNAL_SUFFIX: _check_journal,
    "sessions.parquet": _check_sessions,
    "dictionary.parquet": _check_dictionary,
    STANDING: _check_standing,
}
KINDS: Final = (*ENDS.values(), _check_leftover, _check_copy)
