"""Copies of parts of a store on S3 in a folder, and what was made there back again."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipelines.store.files import SessionFiles
from pipelines.store.layout import KEY, OF_SESSIONS, PEOPLE
from pipelines.store.s3.bucket import Bucket

COMPUTED: Final = ("curves", "bouts", "stances")
"""In the order in which they are put: a session is there by its stances."""
END: Final = 1 << 16
_LENGTH: Final = struct.Struct("<I4s")


def copy(bucket: Bucket, names: Iterable[str], root: Path) -> None:
    """Copy objects to the same places below a folder."""
    for name in names:
        path = _place(root, name)
        path.write_bytes(bucket.get(name))


def copy_footer(bucket: Bucket, name: str, root: Path) -> None:
    """Copy what a Parquet file says of itself; before that a hole stands for its data.

    Whoever reads the data of such a file finds it damaged, which nobody does who needs the footer.
    """
    data, size = bucket.get_end(name, END)
    if len(data) >= _LENGTH.size:
        needed = _LENGTH.unpack(data[-_LENGTH.size :])[0] + _LENGTH.size
        if len(data) < needed <= size:
            data, size = bucket.get_end(name, needed)
    with _place(root, name).open("wb") as file:
        file.seek(size - len(data))
        file.write(data)


def names_of(bucket: Bucket, athlete: str, kinds: Iterable[str]) -> list[str]:
    """Return the tables of an athlete of some kinds."""
    return [name for kind in kinds for name in bucket.sizes(f"{kind}/{KEY}{athlete}")]


def people_of(bucket: Bucket, athlete: str) -> list[str]:
    """Return what is stated of an athlete."""
    return [name for name in bucket.sizes(f"{PEOPLE}/{athlete}") if name.endswith(".toml")]


def tables_of(bucket: Bucket, files: SessionFiles) -> dict[str, str]:
    """Return the tables that there are of a session, by kind."""
    wanted = {kind: files.table(kind).relative_to(files.root).as_posix() for kind in OF_SESSIONS}
    there = bucket.there(wanted.values())
    return {kind: name for kind, name in wanted.items() if name in there}


def put_back(bucket: Bucket, paths: Iterable[Path], root: Path) -> None:
    """Put files of a folder to the same places, in their order."""
    for path in paths:
        bucket.put(path.relative_to(root).as_posix(), path.read_bytes())


def _place(root: Path, name: str) -> Path:
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"{name} cannot be the name of a file of a store; remove that object")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
