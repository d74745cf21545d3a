"""Write and read Parquet with digests, page checksums and texts in the footer, all checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from os import fstat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pipelines.store.atomic import publish
from pipelines.store.files import open_stored
from pipelines.store.layout import refuse_link_out
from pipelines.store.parquet import changed_bytes

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

PREFIX: Final = b"midstance."  # of the texts that are ours
SCHEMA_KEY: Final = "midstance.schema"
OLD_DIGEST_KEY: Final = (
    "midstance.sha256"  # of the texts alone, in files older than `changed_bytes`
)
ROWS_PER_GROUP: Final = 65_536
ZSTD_LEVEL: Final = 3
AT_ONCE: Final = 4 << 20
"""Up to so many bytes a file is read into memory before it is looked at."""


class DamagedFileError(OSError):
    """A stored file that cannot be what was written; the text says so in one sentence."""


class NotOursError(ValueError):
    """A file that midstance did not write, or not this midstance; the text says so."""


@dataclass(frozen=True)
class Layout:
    """How the columns of one kind of file are encoded; `name` and `version` stand in its footer."""

    name: str
    version: int
    encodings: Mapping[str, str]  # column -> Parquet encoding
    dictionaries: Sequence[str]  # columns of few different words
    compression: str = "zstd"

    @property
    def title(self) -> str:
        """Name and version as stored, e.g. ``midstance.raw/1``."""
        return f"{self.name}/{self.version}"


def write(
    path: Path, table: pa.Table, layout: Layout, texts: Mapping[str, str], *, replace: bool
) -> None:
    """Publish `table` with `texts` as key-value metadata and digests (`changed_bytes`)."""
    refuse_link_out(path)
    publish(path, partial(fill, table=table, layout=layout, texts=texts), replace=replace)


def fill(file: BinaryIO, *, table: pa.Table, layout: Layout, texts: Mapping[str, str]) -> None:
    """Write what `write` publishes into an open file."""
    import pyarrow.parquet as pq

    texts = {**texts, SCHEMA_KEY: layout.title, **changed_bytes.blanks()}
    table = _without_texts(table)
    with pq.ParquetWriter(
        file,
        table.schema,
        compression=layout.compression,
        compression_level=ZSTD_LEVEL if layout.compression == "zstd" else None,
        use_dictionary=list(layout.dictionaries),
        column_encoding=dict(layout.encodings),
        write_page_checksum=True,
        write_page_index=True,
    ) as writer:
        writer.write_table(table, row_group_size=ROWS_PER_GROUP)
        writer.add_key_value_metadata(texts)
    changed_bytes.write_digests(file)


def _without_texts(table: pa.Table) -> pa.Table:
    """Take away the texts that a table read from a file of ours carries along."""
    about = table.schema.metadata or {}
    kept = {key: text for key, text in about.items() if not key.startswith(PREFIX)}
    return table.replace_schema_metadata(kept)


def read(path: Path, layout: Layout) -> tuple[pa.Table, dict[str, str]]:
    """Read all of a file once its bytes are checked; return the table and the texts."""
    with _opened(path, layout, check=changed_bytes.check_all) as (file, texts):
        return file.read(use_threads=False), texts


def row_groups(path: Path, layout: Layout) -> Iterator[pa.Table]:
    """Read a file piece by piece once it is checked, for files too long for one table."""
    with _opened(path, layout, check=changed_bytes.check_all) as (file, _):
        for number in range(file.num_row_groups):
            yield file.read_row_group(number, use_threads=False)


@contextmanager
def memory_of_the_system() -> Iterator[None]:
    """Let pyarrow take memory from the system's heap, not from a pool of its own, for large reads.

    Its pool takes and gives back page by page: a fifth of the time of reading 400 sessions, and
    20 MB that it keeps of an hour of three pods.
    """
    import pyarrow as pa

    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def read_texts(path: Path, layout: Layout) -> dict[str, str]:
    """Read the footer's texts only; they must be of this layout, unchanged, and not newer."""
    with _opened(path, layout, check=changed_bytes.check_footer) as (_, texts):
        return texts


def read_checked_texts(path: Path, layout: Layout) -> dict[str, str]:
    """Check every byte of a file and read the footer's texts, for who needs no more of it."""
    with _opened(path, layout, check=changed_bytes.check_all) as (file, texts):
        if OLD_DIGEST_KEY in texts:
            file.read(use_threads=False)  # page checksums are all that such a file has
        return texts


def checked_schema(path: Path, layout: Layout) -> pa.Schema:
    """Check every byte of a file and return its columns, so that other readers may have it."""
    with _opened(path, layout, check=changed_bytes.check_all) as (file, texts):
        if OLD_DIGEST_KEY in texts:
            file.read(use_threads=False)  # page checksums are all that such a file has
        return file.schema_arrow


def json_object(text: str) -> dict[str, Any]:
    """Return the JSON object of a text; ValueError for anything else."""
    known = json.loads(text)
    if not isinstance(known, dict):
        raise ValueError("a text of its header holds no JSON object")
    return known


def fingerprint(path: Path) -> str:
    """Return what changes with the content of a file (not with its time), or why there is none."""
    try:
        with open_stored(path) as file:
            return changed_bytes.footer_digest(file)
    except (OSError, ValueError) as error:
        return str(error)


@contextmanager
def as_damage(path: Path) -> Iterator[None]:
    """Turn whatever the content of a file raises in its reader into a DamagedFileError."""
    try:
        yield
    except (DamagedFileError, NotOursError):
        raise
    except Exception as error:
        raise damaged(path, _in_words(error)) from error


@contextmanager
def _opened(
    path: Path, layout: Layout, *, check: Callable[[BinaryIO], str]
) -> Iterator[tuple[pq.ParquetFile, dict[str, str]]]:
    """Open a file of this layout, its footer or all of it checked before it is interpreted.

    Nothing is read by threads of pyarrow's: they let go of the bytes of a Python file after the
    read has returned, and where the process ends just then, they abort it after its work was done.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with open_stored(path) as opened, as_damage(path):
        stored = _in_memory(opened) if check is changed_bytes.check_all else None
        digest = check(opened if stored is None else BytesIO(stored))
        source, doubt = (opened, True) if stored is None else (pa.BufferReader(stored), not digest)
        with pq.ParquetFile(source, page_checksum_verification=doubt, pre_buffer=False) as file:
            found = file.metadata.metadata or {}
            ours = [key for key in found if key.startswith(PREFIX)]
            texts = {key.decode(): found[key].decode() for key in ours}
            _check_layout(path, texts.get(SCHEMA_KEY, ""), layout)
            if not digest and texts.get(OLD_DIGEST_KEY) != _old_digest(texts):
                raise changed_bytes.DigestError("the header differs from what was written")
            yield file, texts


def _in_memory(file: BinaryIO) -> bytes | None:
    """Return the bytes of a file that is not large, so that those that are checked are those read.

    Then page checksums have nothing to add to a digest of all of them.
    """
    return file.read() if fstat(file.fileno()).st_size <= AT_ONCE else None


def _old_digest(texts: Mapping[str, str]) -> str:
    """Return the SHA-256 of the texts of a file: the digest of files older than `changed_bytes`."""
    digest = sha256()
    for key in sorted(texts):
        if key != OLD_DIGEST_KEY:
            digest.update(f"{key}\0{texts[key]}\0".encode())
    return digest.hexdigest()


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
        raise NotOursError(f"{path} is not a {layout.name} file; name one that midstance wrote")
    if not version.isdigit() or int(version) > layout.version:
        raise NotOursError(f"{path} was written by a newer midstance ({title}); update midstance")


def _in_words(error: Exception) -> str:
    plain = isinstance(error, OSError | ValueError)
    return str(error) if plain else f"{type(error).__name__}: {error}"
