"""Take journals that a phone recorded into a store, and close them where they were not."""

from collections.abc import Sequence
from pathlib import Path

from pipelines.capture.interrupted.recover import recover
from pipelines.store.atomic import publish_bytes
from pipelines.store.journal.format import HeaderLostError, Journal, journal_path
from pipelines.store.journal.join import joined_bytes, joined_header
from pipelines.store.journal.reader import read_journal


def bring_home(path: Path, store_root: Path, *, athlete: str | None = None) -> Path:
    """Copy the journal `path` into the store and return where it is; the copy is closed.

    The same file again changes nothing. Raises ValueError for a file that is no journal, or not
    one of `athlete` if that is given, FileExistsError where the store has another of its name.
    """
    header = _read(path).header
    if athlete not in (None, header.athlete):
        raise ValueError(
            f"{path} is a run of {header.athlete}, not of {athlete}; leave out --athlete, or begin "
            "with that name on the phone"
        )
    target = journal_path(store_root, header.athlete, header.session)
    data = path.read_bytes()
    if not target.exists():
        publish_bytes(target, data)
    elif not target.read_bytes().startswith(data):  # it may have been closed here since
        raise FileExistsError(
            f"{target} exists and is another recording; move one of the two away first"
        )
    recover(target)
    return target


def bring_home_as_one(
    paths: Sequence[Path], store_root: Path, *, athlete: str | None = None
) -> Path:
    """Join several journals of one run in a journal of the store, and return where it is.

    Of a file that was saved twice the longer one is taken. Raises ValueError, one sentence, where
    they are not of one run, FileExistsError where the store has another of its name.
    """
    by_session: dict[str, Journal] = {}
    for journal in map(_read, paths):
        known = by_session.setdefault(journal.header.session, journal)
        one, other = sorted((known.path, journal.path), key=lambda path: path.stat().st_size)
        if not other.read_bytes().startswith(one.read_bytes()):
            raise ValueError(f"{one} and {other} are two files of one name; leave one of them out")
        by_session[journal.header.session] = known if known.path == other else journal
    parts = sorted(by_session.values(), key=lambda journal: journal.header.started_utc)
    if len(parts) == 1:
        return bring_home(parts[0].path, store_root, athlete=athlete)
    header = joined_header(parts)
    if athlete not in (None, header.athlete):
        raise ValueError(f"these are runs of {header.athlete}, not of {athlete}")
    target = journal_path(store_root, header.athlete, header.session)
    data = joined_bytes(parts, header)
    if not target.exists():
        publish_bytes(target, data)
    elif target.read_bytes() != data:
        raise FileExistsError(f"{target} exists and is another recording; move it away first")
    return target


def _read(path: Path) -> Journal:
    try:
        return read_journal(path)
    except HeaderLostError as lost:
        raise ValueError(
            f"{path} has lost its header, which says whose run it is; save it again from the phone"
        ) from lost
