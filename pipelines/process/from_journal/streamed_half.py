"""Find what came by radio of a run whose log was fetched, and make one session of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from firmware_protocols.protocol import Decoded
from pipelines.process.from_journal.decode_journal import decoded_pods, received
from pipelines.process.from_journal.log_and_live import are_of_one_run
from pipelines.process.session import Processed, Span, analyse_stored, declared_before, keep_raw
from pipelines.store.atomic import publish_bytes
from pipelines.store.files import JOURNAL_SUFFIX, SessionFiles, session_files
from pipelines.store.journal.in_progress import recorded_now
from pipelines.store.journal.join import joined_bytes, joined_header, later_ns, pod_key
from pipelines.store.journal.reader import read_header, read_journal
from pipelines.store.layout import OF_SESSIONS
from pipelines.store.one_writer import one_writer
from pipelines.store.tables.raw_file import read_raw_header

if TYPE_CHECKING:
    from pipelines.store.journal.format import Header, Journal

LONGEST: Final = timedelta(hours=12)
"""No stream is longer: what began before is not read."""
NS: Final = 1e-9


@dataclass(frozen=True)
class Streamed:
    """Sessions that streamed some of a log: those that are known to, and those in `doubt`."""

    certain: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()

    def question(self, log: Path, store: Path) -> str:
        """Return what to decide, in one sentence; "" where there is nothing to."""
        asked = (*self.certain, *self.doubt)
        if not self.doubt and len(asked) < 2:
            return ""
        names = " or ".join(asked)
        return (
            f"the log is safe in {log}, and what came by radio of this run may be {names}: "
            f"midstance import {log} --into {asked[0]} --store {store} makes one session of both, "
            f"midstance process {log} --store {store} leaves the log a session of its own"
        )


def streamed_half(log_path: Path, store: Path) -> Streamed:
    """Return which sessions of the same runner streamed what the pods of a journal logged.

    Those whose pods sent, on the same clock, the samples that the log has too.
    """
    log, now = read_journal(log_path), recorded_now(store)
    certain: list[str] = []
    doubt: list[str] = []
    for path in _beside(log):
        journal = read_journal(path)
        told = _told(log, journal)
        if not told or False in told:
            continue
        sure = True in told and path not in now and not _was_swapped(path, store, log.header)
        (certain if sure else doubt).append(journal.header.session)
    return Streamed(tuple(certain), tuple(doubt))


def _told(log: Journal, live: Journal) -> list[bool | None]:
    """Return of each pod that is in both whether it says the same run; None: in doubt."""
    logged, sent = _by_key(log, log.header), _by_key(live, log.header)
    return [are_of_one_run(logged[key], sent[key]) for key in logged.keys() & sent.keys()]


def _beside(log: Journal) -> Iterator[Path]:
    """Yield the journals of the same runner and pods whose time may be that of the log."""
    last_ns = max(said[-1].host_ns for said in log.packets.values() if said)
    began = datetime.fromisoformat(log.header.started_utc)
    ended = began + timedelta(seconds=(last_ns - log.header.started_ns) * NS)
    pods = {pod_key(pod) for pod in log.header.pods.values()}
    for path in sorted(log.path.parent.glob(f"*{JOURNAL_SUFFIX}")):
        if path == log.path:
            continue
        try:
            known = read_header(path)
            started = datetime.fromisoformat(known.started_utc)
        except (OSError, ValueError):
            continue  # which `verify` says of it
        if began - LONGEST <= started <= ended and pods & set(map(pod_key, known.pods.values())):
            yield path


def _by_key(journal: Journal, clock: Header) -> Mapping[tuple[str, str, str], Decoded]:
    """Return what each pod said, with the times of arrival on the clock of a header."""
    late_s = later_ns(journal, clock) * NS
    return {
        pod_key(journal.header.pods[number]): _later(one, late_s)
        for number, one in decoded_pods(journal).items()
        if isinstance(one, Decoded)
    }


def _later(one: Decoded, by_s: float) -> Decoded:
    earlier = tuple(_later(before, by_s) for before in one.earlier)
    return replace(one, arrival=one.arrival + np.array([0.0, by_s]), earlier=earlier)


def _was_swapped(journal: Path, store: Path, log: Header) -> bool:
    """Say whether placements of a session were exchanged, which its journal does not know."""
    try:
        raw = read_raw_header(session_files(store, log.athlete, journal.stem).raw)
    except (OSError, ValueError):
        return False
    return bool(raw.get("recorded_as"))


def put_into(
    files: SessionFiles,
    log_path: Path,
    *,
    functional_s: Span | None = None,
    known: bool = False,
) -> Processed:
    """Put a fetched journal into a session that streamed the same run, and process it again.

    That it did is looked at, but where it is `known`, as from `streamed_half`.

    Its journal then holds all of both; the other is gone, as is what was made of it alone. Killed
    in between, or where the whole cannot be processed, the same again gives the same. Raises
    ValueError or OSError with one sentence; no sample is lost then.
    """
    if files.journal in recorded_now(files.root):
        raise ValueError(f"{files.session} is being recorded; end that first")
    if not files.journal.exists():
        raise FileNotFoundError(f"{files.journal} is not there; name a session that was streamed")
    if log_path.resolve() == files.journal.resolve():
        raise ValueError(f"{log_path} is {files.session} itself; name the other session")
    if _was_swapped(files.journal, files.root, read_header(files.journal)):
        raise ValueError(
            f"pods of {files.session} were exchanged by midstance swap; exchange them back, put "
            "the log in, then exchange them again"
        )
    with one_writer(files.journal.parent):
        live, log = read_journal(files.journal), read_journal(log_path)
        header = replace(joined_header([live, log]), session=files.session)
        both = joined_bytes([live, log], header)
        if both != files.journal.read_bytes():  # else it is in already
            if not known:
                _check_one_run(log, live)
            publish_bytes(files.journal, both, replace=True)
    keep_raw(files, received(read_journal(files.journal)), replace=True)
    functional_s = functional_s or declared_before(files)
    done = analyse_stored(files, replace_existing=True, functional_s=functional_s)
    if log_path.resolve().parent == files.journal.resolve().parent:
        _remove(session_files(files.root, files.athlete, log_path.stem))
    return done


def _remove(log: SessionFiles) -> None:
    """Remove a log that is in another session now, and the session that was made of it alone."""
    for kind in OF_SESSIONS:
        log.table(kind).unlink(missing_ok=True)
    log.journal.unlink()


def _check_one_run(log: Journal, live: Journal) -> None:
    told = _told(log, live)
    if not told or False in told:
        raise ValueError(
            f"{log.path} is no log of {live.header.session}: no pod is in both, or what was sent "
            "is not in the log; name the session that streamed this run"
        )
