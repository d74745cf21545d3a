"""Rows of the roster that the store keeps, so that a server that starts has them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from functools import cache, partial
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

from pipelines.report.standing import Standing
from pipelines.serve.computed.roster import Row
from pipelines.serve.roster.changed_files import state_of_athlete
from pipelines.store.files import standing_path
from pipelines.store.many_sessions.standing_file import KeptStanding, keep_standing, read_standing


def made_row(root: Path, athlete: str) -> Row:
    """Return the row of an athlete, and keep it where all that there is of her could be read."""
    # Which the server itself never loads:
    from pipelines import store
    from pipelines.report.verdict.stands import stands_by
    from pipelines.store.many_sessions.sessions import all_read, session_table

    mark = partial(state_of_athlete, root, athlete)
    before = mark()
    table = session_table(root, athlete)
    stands = stands_by(store.open(root), athlete, table)
    if all_read(table):
        new = KeptStanding(before, made_by(), asdict(stands))
        keep_standing(root, athlete, new, mark)
    return Row(stands)


def kept_row(root: Path, athlete: str, mark: str) -> Row | None:
    """Return the row that is kept of an athlete, None unless it is of these files and program."""
    known = read_standing(standing_path(root, athlete))
    if known is None or (known.made_from, known.made_by) != (mark, made_by()):
        return None
    stands = Standing(**known.said)  # as this program wrote it
    return Row(stands) if stands.athlete == athlete else None


@cache
def made_by() -> str:
    """Return a mark of this midstance: of all its program text, the edition of the core in it.

    An edition stands for numbers; words and rules of a verdict change between them as well.
    """
    mark = blake2b(digest_size=16)
    for path in _program():
        mark.update(path.read_bytes())
    return mark.hexdigest()


def _program() -> Iterable[Path]:
    for package in ("imu", "pipelines"):
        found = find_spec(package)  # without loading arrays into the server
        for folder in (found and found.submodule_search_locations) or ():
            yield from sorted(Path(folder).rglob("*.py"))
