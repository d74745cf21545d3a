"""Hand a table's text to the parser as a file: its rows alone, without preface and comments."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

END_OF_FILE: Final = b"\x1a"
"""What programs that are old enough write after the last line."""


class Stream(io.RawIOBase):
    """Blocks of bytes as a file that can be read once."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return what comes next, at most `size` bytes: a block as it is, where it is no longer."""
        if size < 0:
            return self.readall()
        block = self._rest or next((block for block in self._blocks if block), b"")
        self._rest = block[size:]
        return block[:size]

    def readinto(self, room: Any) -> int:
        """Fill `room` with what comes next."""
        block = self.read(len(room))
        room[: len(block)] = block
        return len(block)


def whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same text in blocks of whole lines, each ending in a line feed alone."""
    rest = b""
    for block in blocks:
        text = rest + block
        cut = max(text.rfind(b"\n"), text.rfind(b"\r", 0, -1)) + 1
        rest = text[cut:]
        if cut:
            yield _with_line_feeds(text[:cut])
    if rest and rest.strip() != END_OF_FILE:
        yield _with_line_feeds(rest)


def _with_line_feeds(text: bytes) -> bytes:
    return text if b"\r" not in text else text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def without_first(blocks: Iterable[bytes], count: int) -> Iterator[bytes]:
    """Leave out the first `count` lines of blocks of whole lines."""
    for block in blocks:
        if count:
            ends = [at.end() for at in _some(re.finditer(rb"\n", block), count)]
            count -= len(ends)
            block = block[ends[-1] if ends else len(block) :]
        if block:
            yield block


def _some(found: Iterator[re.Match[bytes]], count: int) -> Iterator[re.Match[bytes]]:
    for _, one in zip(range(count), found, strict=False):
        yield one


def row_filter(csv: Mapping[str, Any], separator: str) -> re.Pattern[bytes] | None:
    """Return what matches a line that is no row of samples, None where the mapping names none."""
    patterns = []
    if comment := csv.get("comment"):
        patterns.append(rb"[ \t\"]*" + re.escape(comment.encode()))
    if words := csv.get("skip"):
        between = rb"[ \t]" if separator == r"\s+" else re.escape(separator.encode())
        either = b"|".join(re.escape(word.encode()) for word in words)
        patterns.append(rb"(?:[^\n]*" + between + rb")?[ \"]*(?:" + either + rb")")
    if not patterns:
        return None
    return re.compile(rb"(?m)^(?:" + b"|".join(patterns) + rb")[^\n]*(?:\n|\Z)")


def without_rows(blocks: Iterable[bytes], unwanted: re.Pattern[bytes]) -> Iterator[bytes]:
    """Leave out the lines that `unwanted` matches."""
    for block in blocks:
        yield unwanted.sub(b"", block)


def blanks_as_commas(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Make one comma of any number of blanks between fields."""
    for block in blocks:
        trimmed = re.sub(rb"(?m)^[ \t]+|[ \t]+$", b"", block)
        yield re.sub(rb"[ \t]+", b",", trimmed)
