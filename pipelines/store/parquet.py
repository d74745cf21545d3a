"""Parquet as midstance writes it: page checksums, texts in the footer, published atomically."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pipelines.store.atomic import publish

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_KEY: Final = "midstance.schema"
SEAL_KEY: Final = "midstance.sha256"
ROWS_PER_GROUP: Final = 65_536


class DamagedFileError(OSError):
    """A stored file that cannot be what was written; the text says so in one sentence."""


@dataclass(frozen=True)
class Layout:
    """How the columns of one kind of file are encoded; `name` and `version` stand in its footer."""

    name: str
    version: int
    encodings: Mapping[str, str]  # column -> Parquet encoding
    dictionaries: Sequence[str]  # columns of few different words

    @property
    def title(self) -> str:
        """Name and version as stored, e.g. ``midstance.raw/1``."""
        return f"{self.name}/{self.version}"


def write(
    path: Path, table: pa.Table, layout: Layout, texts: Mapping[str, str], *, replace: bool
) -> None:
    """Publish `table` with `texts` as key-value metadata of the file."""
    import pyarrow.parquet as pq

    texts = {SCHEMA_KEY: layout.title, **texts}

    def fill(file: BinaryIO) -> None:
        with pq.ParquetWriter(
            file,
            table.schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=list(layout.dictionaries),
            column_encoding=dict(layout.encodings),
            write_page_checksum=True,
            write_page_index=True,
        ) as writer:
            writer.write_table(table, row_group_size=ROWS_PER_GROUP)
            writer.add_key_value_metadata({**texts, SEAL_KEY: seal(texts)})

    publish(path, fill, replace=replace)


def seal(texts: Mapping[str, str]) -> str:
    """Return the SHA-256 of the texts of a file: page checksums do not cover the footer."""
    digest = sha256()
    for key in sorted(texts):
        if key.startswith("midstance.") and key != SEAL_KEY:
            digest.update(f"{key}\0{texts[key]}\0".encode())
    return digest.hexdigest()


def read(path: Path, layout: Layout) -> tuple[pa.Table, dict[str, str]]:
    """Read a whole file with its checksums verified; return the table and the texts."""
    import pyarrow.parquet as pq

    texts = read_texts(path, layout)
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            return file.read(), texts
    except _trouble() as error:
        raise damaged(path, error) from error


def row_groups(path: Path) -> Iterator[pa.Table]:
    """Read a file piece by piece with its checksums verified, for files too long for one table."""
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number)
    except _trouble() as error:
        raise damaged(path, error) from error


def read_texts(path: Path, layout: Layout) -> dict[str, str]:
    """Read the footer's texts only; they must be of this layout, unchanged, and not newer."""
    import pyarrow.parquet as pq

    try:
        stored = pq.read_metadata(path).metadata or {}
        texts = {key.decode(): text.decode() for key, text in stored.items()}
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path}; check its name") from None
    except _trouble() as error:
        raise damaged(path, error) from error
    _check_layout(path, texts.get(SCHEMA_KEY, ""), layout)
    if texts.get(SEAL_KEY) != seal(texts):
        raise damaged(path, "the header differs from what was written")
    return texts


def damaged(path: Path, why: Any) -> DamagedFileError:
    """Return the one sentence for a file whose bytes have changed."""
    words = str(why).strip().splitlines()
    return DamagedFileError(
        f"{path} is damaged ({words[0].rstrip('. ') if words else 'unreadable'}); "
        "restore it from a copy, or process its source again"
    )


def _check_layout(path: Path, title: str, layout: Layout) -> None:
    name, _, version = title.partition("/")
    if name != layout.name:
        raise ValueError(f"{path} is not a {layout.name} file; name one that midstance wrote")
    if not version.isdigit() or int(version) > layout.version:
        raise ValueError(f"{path} was written by a newer midstance ({title}); update midstance")


def _trouble() -> tuple[type[Exception], ...]:
    import pyarrow as pa

    return (OSError, ValueError, MemoryError, pa.ArrowException)
