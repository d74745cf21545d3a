"""Detect changed bytes in a Parquet file: one digest of its footer, one of all bytes before it.

Page checksums cover pages only. Not covered are the names of columns, their statistics (by which
other readers skip row groups), the places of the pages and every text in the footer. So the footer
holds two SHA-256: of all bytes before it, and of itself with this one digest blanked. Whoever reads
only the footer checks the second, at the price of a few kilobytes.
"""

from __future__ import annotations

import re
import struct
from hashlib import sha256
from typing import BinaryIO, Final

BODY_KEY: Final = "midstance.body_sha256"
FOOTER_KEY: Final = "midstance.footer_sha256"
BLANK: Final = "0" * 64
MAGIC: Final = b"PAR1"
BLOCK: Final = 1 << 20
_END: Final = struct.Struct("<I4s")


class DigestError(ValueError):
    """Bytes that are not what was written; the text says which."""


def blanks() -> dict[str, str]:
    """Return the texts that a file must hold for `write_digests` to fill in."""
    return {BODY_KEY: BLANK, FOOTER_KEY: BLANK}


def write_digests(file: BinaryIO) -> None:
    """Fill the digests into a finished Parquet file with `blanks`, open for reading and writing."""
    start, footer = _parts(file)
    footer = _with(footer, BODY_KEY, _digest(file, start))
    footer = _with(footer, FOOTER_KEY, sha256(footer).hexdigest())
    file.seek(start)
    file.write(footer)


def check_footer(file: BinaryIO) -> str:
    """Return the digest of the footer once it is right, "" for a file without digests.

    Raises DigestError. Nothing of the footer is interpreted before.
    """
    return _checked_footer(_parts(file)[1])


def check_all(file: BinaryIO) -> str:
    """Do as `check_footer`, and check every byte before the footer too."""
    start, footer = _parts(file)
    stored = _checked_footer(footer)
    if stored and _stored(footer, BODY_KEY) != _digest(file, start):
        raise DigestError("its data differ from what was written")
    return stored


def footer_digest(file: BinaryIO) -> str:
    """Return a digest that differs whenever a file was written with other content."""
    return sha256(_parts(file)[1]).hexdigest()


def _checked_footer(footer: bytes) -> str:
    stored = _stored(footer, FOOTER_KEY)
    if stored and sha256(_with(footer, FOOTER_KEY, BLANK)).hexdigest() != stored:
        raise DigestError("the header differs from what was written")
    return stored


def _parts(file: BinaryIO) -> tuple[int, bytes]:
    """Return where the footer begins, and the footer to the end of the file."""
    size = file.seek(0, 2)
    if size < len(MAGIC) + _END.size:
        raise DigestError("it is cut short" if size else "it is empty")
    file.seek(size - _END.size)
    length, magic = _END.unpack(file.read(_END.size))
    start = size - _END.size - length
    if magic != MAGIC or start < len(MAGIC):
        raise DigestError("it does not end as a Parquet file does")
    file.seek(start)
    return start, file.read(size - start)


def _digest(file: BinaryIO, stop: int) -> str:
    """Return the SHA-256 of the first `stop` bytes."""
    file.seek(0)
    digest = sha256()
    for at in range(0, stop, BLOCK):
        digest.update(file.read(min(BLOCK, stop - at)))
    return digest.hexdigest()


def _place(footer: bytes, key: str) -> re.Match[bytes] | None:
    # How Thrift writes the pair: the key, then the tag of a string of 64 bytes, then these.
    return re.search(re.escape(key.encode()) + rb"\x18\x40([0-9a-f]{64})", footer)


def _stored(footer: bytes, key: str) -> str:
    found = _place(footer, key)
    return found[1].decode() if found else ""


def _with(footer: bytes, key: str, digest: str) -> bytes:
    found = _place(footer, key)
    if found is None:
        raise DigestError(f"its footer has no place for {key}")
    return footer[: found.start(1)] + digest.encode() + footer[found.end(1) :]
