"""Tell how a text file is encoded, and refuse what a parser would misread or lay out at once."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pipelines.sources.limits import Limits

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # which begins as that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WINDOWS: Final = "cp1252"
BLOCK: Final = 1 << 20


def encoding_of(path: Path, csv: Mapping[str, Any], limits: Limits) -> tuple[str, int]:
    """Return the encoding of a file and the length of its mark, in bytes; ValueError if no text.

    Without a mark or a word in the mapping it is UTF-8 where the start of it is, else Windows'.
    """
    with path.open("rb") as file:
        start = file.read(limits.line_bytes)
    marked = next(((name, len(mark)) for mark, name in MARKS if start.startswith(mark)), None)
    if (said := csv.get("encoding")) is not None:
        name = codecs.lookup(said).name
        return (marked[0], marked[1]) if marked else (name, 0)
    if marked is not None:
        return marked
    if (wide := _wide(start)) is not None:
        return wide, 0
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return WINDOWS, 0
    return "utf-8", 0


def _wide(start: bytes) -> str | None:
    """Return the UTF-16 whose every second byte is 0 in such a start, if it is one."""
    zeros = [start[at:400:2].count(0) for at in (0, 1)]
    most = len(start[:400]) // 2
    if most < 4 or max(zeros) < 0.9 * most or min(zeros) > 0:
        return None
    return "utf-16-be" if zeros[0] else "utf-16-le"


def check_text(path: Path, encoding: str, limits: Limits) -> None:
    """Raise ValueError for what the parser would take into memory at once, or misread."""
    if encoding.startswith(("utf-16", "utf-32")):
        _check_lines(path, limits, b"\n", b"\r")
        return
    with path.open("rb") as file:
        at = 0
        while block := file.read(limits.line_bytes):
            zero = block.find(b"\0")
            if zero >= 0 and at == 0 and not _is_text(block[:zero]):
                raise ValueError(f"{path} is not text; export it as CSV in UTF-8")
            if zero >= 0:
                raise ValueError(
                    f"{path} holds zeros in place of text from byte {at + zero} on; "
                    "export it again, or cut it there"
                )
            _check_block(path, block, limits)
            at += len(block)


def _check_lines(path: Path, limits: Limits, *ends: bytes) -> None:
    with path.open("rb") as file:
        while block := file.read(limits.line_bytes):
            _check_block(path, block, limits, *ends)


def _check_block(
    path: Path, block: bytes, limits: Limits, end: bytes = b"\n", other: bytes = b"\r"
) -> None:
    if len(block) == limits.line_bytes and end not in block and other not in block:
        raise ValueError(
            f"{path} has a line of more than {limits.line_bytes} bytes; "
            "export it as CSV, one row per sample"
        )


def _is_text(start: bytes) -> bool:
    """Whether this is at least a line of text, as it stands before zeros that a logger left."""
    try:
        return "\n" in start.decode("utf-8").replace("\r", "\n")
    except UnicodeDecodeError:
        return False


def in_utf8(path: Path, encoding: str, mark: int) -> Iterator[bytes]:
    """Yield a file as blocks of UTF-8 without its mark; UnicodeDecodeError if it is none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    plain = encoding == "utf-8"
    with path.open("rb") as file:
        file.seek(mark)
        while block := file.read(BLOCK):
            yield block if plain else decoder.decode(block).encode()
        if not plain:
            yield decoder.decode(b"", final=True).encode()
