"""What is in the files that were given: their names, the names of their columns, first lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Final

from pipelines.sources.formats.parquet_columns import read_parquet
from pipelines.sources.formats.text.encodings import encoding_of, in_utf8
from pipelines.sources.formats.text.layout import GUESSED, fields
from pipelines.sources.limits import Limits
from pipelines.sources.read_table import CSV_SUFFIXES, OTHERS, PARQUET_SUFFIXES
from pipelines.sources.unpack import Given

OTHER_TEXT: Final = (".json",)
MOST_LINES: Final = 60
MOST_TEXT: Final = 1 << 14


COMMAS: Final = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
POINTS: Final = re.compile(COMMAS.pattern.replace(",", r"\."))
THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


@dataclass(frozen=True)
class Peek:
    """The start of a file: its first lines as text, empty where it is none.

    `table` says that the names of its columns stand there.
    """

    given: Given
    text: str
    table: bool = False

    def names(self, wanted: Collection[str]) -> tuple[str, ...]:
        """Return the fields of that line which holds most of the `wanted` names or patterns."""
        best: tuple[str, ...] = ()
        most = 0
        for line in self.text.splitlines()[:MOST_LINES]:
            for separator in GUESSED:
                there = fields(line, separator)
                found = sum(any(matches(name, one) for name in there) for one in wanted)
                if found > most:
                    best, most = tuple(there), found
        return best

    @property
    def decimal_commas(self) -> bool:
        """Whether its numbers have commas before decimals, and something else between columns.

        Not where all may be thousands, as in 1,234.
        """
        found = [
            field
            for line in self.text.splitlines()[:MOST_LINES]
            for separator in (";", "\t")
            for field in (fields(line, separator) if separator in line else ())
        ]
        commas = [field for field in found if COMMAS.fullmatch(field.strip())]
        points = any(POINTS.fullmatch(field.strip()) for field in found)
        return not points and any(not THOUSANDS.fullmatch(field.strip()) for field in commas)

    def words(self) -> tuple[str, ...]:
        """Return the fields of that line which holds most words: the likely names of columns."""
        best: list[str] = []
        for line in self.text.splitlines()[:MOST_LINES]:
            for separator in GUESSED:
                there = [one for one in fields(line, separator) if any(map(str.isalpha, one))]
                best = max(best, there, key=len)
        return tuple(best) if len(best) > 1 else ()


def names_in(peek: Peek, wanted: Collection[str], limits: Limits) -> tuple[str, ...] | None:
    """Return the names of the columns of a file; None where they cannot be known before reading."""
    suffix = peek.given.path.suffix.lower()
    if suffix in OTHERS:
        return OTHERS[suffix](peek.given.path, (), limits).names
    return peek.names(wanted) if peek.table else None


def matches(name: str, pattern: str) -> bool:
    """Whether a column has this name; in patterns `*` stands for anything."""
    if "*" not in pattern:
        return name == pattern
    # Brackets are part of the names of columns, and not of patterns.
    return fnmatch(name, pattern.replace("[", "[[]"))


def peek(given: Given, limits: Limits) -> Peek:
    """Return the start of a file; of Parquet the names of its columns, as if they stood there."""
    suffix = given.path.suffix.lower()
    if suffix in PARQUET_SUFFIXES:
        names = read_parquet(given.path, (), limits).names
        return Peek(given, ",".join(f'"{name}"' for name in names), table=True)
    if suffix not in (*CSV_SUFFIXES, *OTHER_TEXT) or given.path.stat().st_size == 0:
        return Peek(given, "")
    encoding, mark = encoding_of(given.path, {}, limits)
    try:
        block = next(in_utf8(given.path, encoding, mark), b"")[:MOST_TEXT]
    except UnicodeDecodeError:
        return Peek(given, "")
    return Peek(given, block.decode(errors="replace"), table=suffix in CSV_SUFFIXES)


def column(names: Sequence[str], wanted: str, others: Mapping[str, Sequence[str]]) -> str | None:
    """Return the name that a column has in a file; None where it has none of those known."""
    for pattern in (wanted, *others.get(wanted, ())):
        found = [name for name in names if matches(name, pattern)]
        if found:
            return found[0]
    return None
