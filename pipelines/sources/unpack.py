"""Make files of what is given: the members of archives, and tables of numbers in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final
from zipfile import ZipFile, ZipInfo

from pipelines.sources.formats.npz import directory_bytes
from pipelines.sources.limits import Limits, check_file
from pipelines.sources.quoting import reading, shortened, shown
from pipelines.sources.tables_in_memory import write_table

SUFFIX: Final = ".zip"
MOST_RATIO: Final = 200  # deflated text of numbers shrinks to a third; zeros to a thousandth
MOST_MEMBERS: Final = 1000
BLOCK_BYTES: Final = 1 << 20
FRAME: Final = ".parquet"


@dataclass(frozen=True)
class Given:
    """A file to read: what was given, where it lies, and its own name in the archive it is from."""

    given: Path
    path: Path
    name: str

    @property
    def packed(self) -> bool:
        """Whether it came in an archive."""
        return self.given != self.path


@contextmanager
def unpacked(data: Sequence[Path] | Mapping[str, Any], limits: Limits) -> Iterator[list[Given]]:
    """Yield the files, those of archives from a folder that is gone afterwards.

    ValueError or OSError in one sentence that names what was given and not that folder.
    """
    with tempfile.TemporaryDirectory(prefix="midstance-") as folder:
        try:
            if isinstance(data, Mapping):
                yield [_framed(name, frame, Path(folder)) for name, frame in data.items()]
            else:
                yield [one for path in data for one in _files(Path(path), Path(folder), limits)]
        except (ValueError, OSError) as error:
            if folder not in str(error):
                raise
            said = str(error).replace(f"{folder}/", "")
            raise (ValueError if isinstance(error, ValueError) else OSError)(said) from None


def _framed(name: str, frame: Any, folder: Path) -> Given:
    path = folder / f"{PurePosixPath(str(name).replace(chr(92), '/')).name}{FRAME}"
    write_table(name, frame, path)
    return Given(path, path, path.name)


def _files(path: Path, folder: Path, limits: Limits) -> list[Given]:
    check_file(path, "file", limits.file_bytes)
    if path.suffix.lower() != SUFFIX:
        return [Given(path, path, path.name)]
    if directory_bytes(path) > limits.directory_bytes:
        raise ValueError(f"{path} claims to hold too many files; export it again")
    with reading(path, "ZIP"):
        archive = ZipFile(path)
    with archive:
        members = _members(path, archive, limits)
        return [_extracted(path, archive, member, folder) for member in members]


def _members(path: Path, archive: ZipFile, limits: Limits) -> list[ZipInfo]:
    """Return the members that are files, each name once; ValueError for what claims too much."""
    members = [one for one in archive.infolist() if not one.is_dir() and not _hidden(one)]
    if not members or len(members) > MOST_MEMBERS:
        raise ValueError(f"{path} holds {len(members)} files; give the archive as it was exported")
    size = sum(one.file_size for one in members)
    packed = sum(one.compress_size for one in members)
    if size > limits.file_bytes or size > MOST_RATIO * max(packed, BLOCK_BYTES):
        raise ValueError(
            f"{path} claims to hold {size:.3g} bytes in {packed:.3g}, which no recording does; "
            "export it again"
        )
    names = [_name(one) for one in members]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(
            f"{path} holds two files {shown(twice[0])}; unpack it and name one of them"
        )
    return members


def _hidden(member: ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    return "__MACOSX" in parts or parts[-1].startswith(".")


def _name(member: ZipInfo) -> str:
    """Return the last part of a member's name: what folders it claims to lie in has no effect."""
    return shortened(PurePosixPath(member.filename.replace("\\", "/")).name, 100)


def _extracted(path: Path, archive: ZipFile, member: ZipInfo, folder: Path) -> Given:
    name = _name(member)
    target = folder / f"{path.stem} {name}"
    if target.exists():
        raise ValueError(f"two archives are called {shown(path.name)}; rename one of them")
    left = member.file_size
    with reading(path, "ZIP"), archive.open(member) as source, target.open("xb") as out:
        while left >= 0 and (block := source.read(BLOCK_BYTES)):
            left -= len(block)
            out.write(block)
    if left:
        raise OSError(
            f"{path} is damaged: {shown(name)} is not as long as it says; export it again"
        )
    return Given(path, target, name)
