"""What the pages let be done to a store, by the same functions as the commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.serve.words import RUN

if TYPE_CHECKING:
    from pipelines.store.files import SessionFiles


def keep_fresh(root: Path, athlete: str) -> None:
    """Let the table of her sessions say what was stated."""
    from pipelines.store.many_sessions.sessions import keep_fresh as keep

    keep(root, [athlete])


def intact(root: Path, athlete: str, session: str) -> bytes:
    """Return the stored table of a session, once all its bytes are checked."""
    from pipelines.store.files import open_stored, session_files
    from pipelines.store.tables.stance_file import read_means

    path = session_files(root, athlete, session).stances
    read_means(path)
    with open_stored(path) as file:
        return file.read()


def swap(root: Path, athlete: str, session: str, one: str, other: str) -> None:
    """Exchange two pods of a session and find its stances again."""
    from pipelines.process.swap import swap as swapped
    from pipelines.process.swap import two_placements

    swapped(_with_samples(root, athlete, session), *two_placements(one, other))
    keep_fresh(root, athlete)


def process(root: Path, athlete: str, session: str, movement: tuple[float, float] | None) -> None:
    """Find the stances of a session anew."""
    from pipelines.process.from_journal.journal import process_journal
    from pipelines.process.session import process_raw

    files = _with_samples(root, athlete, session)
    if files.raw.exists():
        process_raw(files.raw, functional_s=movement)
    else:
        process_journal(files.journal, root, functional_s=movement)
    keep_fresh(root, athlete)


def choose_reference(root: Path, athlete: str, chosen: str) -> None:
    """Keep ``D1..D2`` or ``tag:WORD`` as her reference; an empty text lets the rule choose."""
    from pipelines.serve.computed.known import known_runner
    from pipelines.store.many_sessions.history import history_in
    from pipelines.store.many_sessions.reference import choose_reference as choose
    from pipelines.store.many_sessions.sessions import session_table
    from pipelines.store.stated.athlete import keep_reference

    known_runner(root, athlete)
    if not chosen:
        keep_reference(root, athlete, "")
        return
    choose(root, athlete, history_in(session_table(root, athlete), athlete), chosen)


def export(root: Path, athlete: str, session: str, kind: str, folder: Path) -> Path:
    """Write a session into `folder` in a format that `midstance export` knows; return the file.

    A format of several files comes as one archive.
    """
    import shutil

    from pipelines.export.kinds import Wanted, chosen
    from pipelines.export.kinds import export as write
    from pipelines.store.files import session_files

    path = folder / f"{athlete}-{session}{chosen(kind).ending}"
    done = write(Wanted(session_files(root, athlete, session), path), kind).path
    return Path(shutil.make_archive(str(done), "zip", done)) if done.is_dir() else done


def _with_samples(root: Path, athlete: str, session: str) -> SessionFiles:
    """Return the files of a session; ValueError where its samples are not among them."""
    from pipelines.serve.computed.known import known_run

    files = known_run(root, athlete, session)
    if not (files.raw.exists() or files.journal.exists()):
        raise ValueError(RUN["no_raw"])
    return files
