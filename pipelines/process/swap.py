"""Exchange two placements of a recorded session, and process it again.

The raw file is replaced in one step, and the journal, which holds what was recorded, stays as it
is. Then the stances are: killed in between, the same command goes on there instead of exchanging
back. Done twice, it leaves the raw file as it was, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from imu.frames import PLACEMENTS, Placement
from pipelines.process.from_journal.decode_journal import received
from pipelines.process.session import Processed, keep_raw, process_raw
from pipelines.store.files import SessionFiles
from pipelines.store.journal.reader import read_journal
from pipelines.store.one_writer import one_writer
from pipelines.store.tables.raw_file import RawSession, read_raw, read_raw_header, write_raw
from pipelines.store.tables.stance_file import read_header

SHORT: Final[Mapping[str, Placement]] = {"left": "shank_left", "right": "shank_right"}


def two_placements(one: str, other: str) -> tuple[Placement, Placement]:
    """Return two placements that a person named; ValueError where they are none, or the same."""
    found = [next((p for p in PLACEMENTS if p == SHORT.get(w, w)), None) for w in (one, other)]
    for word, place in zip((one, other), found, strict=True):
        if place is None:
            raise ValueError(f"{word!r} is no placement; use left, right or pelvis")
    if found[0] is None or found[1] is None or found[0] == found[1]:
        raise ValueError(f"{one} and {other} are the same placement; name two")
    return found[0], found[1]


def swap(files: SessionFiles, one: Placement, other: Placement) -> Processed:
    """Exchange two placements of a session and find its stances again.

    A session that has only a journal yet is processed with the placements exchanged. Raises
    ValueError or OSError with one sentence, FileNotFoundError where there is no such session.
    """
    _keep_raw(files)
    with one_writer(files.raw.parent):
        if not _interrupted(files):
            write_raw(files, exchanged(read_raw(files.raw), one, other), replace=True)
    return process_raw(files.raw)


def exchanged(session: RawSession, one: Placement, other: Placement) -> RawSession:
    """Return the session with the pods of two placements exchanged, and where they were noted.

    Raises ValueError where neither of them has a pod.
    """
    if not {one, other} & set(session.pods):
        raise ValueError(f"the session has no pod as {one} and none as {other}; name another two")
    turned: dict[Placement, Placement] = {one: other, other: one}
    pods = {turned.get(place, place): pod for place, pod in session.pods.items()}
    before = {turned.get(p, p): session.recorded_as.get(p, p) for p in session.pods}
    moved = {place: before[place] for place in PLACEMENTS if before.get(place, place) != place}
    return replace(session, pods=pods, recorded_as=moved)


def _keep_raw(files: SessionFiles) -> None:
    """Store the raw file of a session that has only a journal yet."""
    if files.raw.exists():
        return
    path = files.journal
    if not path.exists():
        raise FileNotFoundError(f"{files.athlete} has no session {files.session} in {files.root}")
    journal = read_journal(path)
    if not journal.closed:
        raise ValueError(f"{path} was interrupted; run midstance recover first")
    keep_raw(files, received(journal))


def _interrupted(files: SessionFiles) -> bool:
    """Return True where the stances are not yet those of the placements in the raw file."""
    raw = _recorded_as(read_raw_header(files.raw))
    return raw != (_recorded_as(read_header(files.stances)) if files.stances.exists() else {})


def _recorded_as(header: Mapping[str, Any]) -> Mapping[str, str]:
    return dict(header.get("recorded_as", {}))
