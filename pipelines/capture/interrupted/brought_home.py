"""Take a journal that a phone recorded into a store, and close it where it was not."""

from pathlib import Path

from pipelines.capture.interrupted.recover import recover
from pipelines.store.atomic import publish_bytes
from pipelines.store.journal.format import HeaderLostError, journal_path
from pipelines.store.journal.reader import read_journal


def bring_home(path: Path, store_root: Path, *, athlete: str | None = None) -> Path:
    """Copy the journal `path` into the store and return where it is; the copy is closed.

    The same file again changes nothing. Raises ValueError for a file that is no journal, or not
    one of `athlete` if that is given, FileExistsError where the store has another of its name.
    """
    try:
        header = read_journal(path).header
    except HeaderLostError as lost:
        raise ValueError(
            f"{path} has lost its header, which says whose run it is; save it again from the phone"
        ) from lost
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
