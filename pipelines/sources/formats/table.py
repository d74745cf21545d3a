"""Hold a file of another system as named arrays, and parse its cells as numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray
from pipelines.sources.formats.date_forms import write_form
from pipelines.sources.quoting import listed, shortened, shown

MINUS: Final = "\u2212"
"""The sign of typographers, which some programs write for numbers that people are to read."""
DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
DATE: Final = re.compile(
    r"\d{4}-\d\d?-\d|\d{1,4}[./-]\d\d?[./-]\d{1,4}[ T]+\d|\d\d?:\d\d:\d\d"
    r"|\d\d?[ -][A-Za-z]{3,9}\.?[ -]\d{4}[ T]+\d"
)
THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:[,.'’ \u00a0\u202f]\d{3})+(?:[.,]\d*)?")
DECIMALS: Final = re.compile(r"\d[.,]\d")
COMMENT: Final = re.compile(r"[#%!;*/][^\d.+-]*[A-Za-z ]")
HEXADECIMAL: Final = re.compile(r"0[xX][0-9a-fA-F]+|(?=.*\d)[0-9A-Fa-f]{2,16}")


@dataclass(frozen=True)
class Table:
    """`names` are all columns of a file, `arrays` those that were asked for and are there.

    `zoned` are those with dates that name their time zone; others are by the clock of some place.
    `notes` say how the file was read. `block` (k, n) holds the columns `gathered` where they were
    gathered in one.
    """

    names: tuple[str, ...]
    arrays: Mapping[str, npt.NDArray[Any]]
    zoned: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    gathered: tuple[str, ...] = ()
    block: FloatArray | None = None

    def beside(self, names: Sequence[str | float]) -> FloatArray | None:
        """Return the columns of these `names` (n, k) without a copy, None if they lie apart."""
        at = self.gathered.index(names[0]) if names[0] in self.gathered else 0
        together = self.gathered[at : at + len(names)] == tuple(names)
        return self.block[at : at + len(names)].T if self.block is not None and together else None


def numbers(table: Table, name: str) -> FloatArray:
    """Return one column as float; what is no number is an error, an empty field is NaN."""
    values = as_numbers(name, column_of(table, name))
    if values.size and np.isnan(values).all():
        raise ValueError(f"column {shown(name)} holds no numbers; name another column")
    return values


def column_of(table: Table, name: str) -> npt.NDArray[Any]:
    """Return one column as the file has it; ValueError lists those that are there."""
    if name not in table.arrays:
        blanks = len(table.names) == 1 and name in table.names[0].split()
        cure = r"; write separator = '\s+' under [csv] in the mapping" if blanks else ""
        raise ValueError(
            f"there is no column {shown(name)}; the file has {listed(table.names)}{cure}"
        )
    return table.arrays[name]


def as_numbers(
    name: str, column: npt.NDArray[Any], first_row: int = 1, missing: Sequence[str] = ()
) -> FloatArray:
    """Return values as float; `first_row` is the row of the file that the first of them is in.

    `missing` are the words that stand for no value by what was said before.
    """
    if column.dtype.kind in "fiu":
        return np.asarray(column, dtype=np.float64)
    if column.dtype.kind not in "OUS":
        raise ValueError(
            f"column {shown(name)} is of type {column.dtype}; name a column of numbers"
        )
    said = column.ravel()
    values, wrong = parsed(name, said)
    if len(wrong) and any(MINUS in str(word) for word in said[wrong]):
        said = np.array([x.replace(MINUS, "-") if isinstance(x, str) else x for x in said], object)
        values, wrong = parsed(name, said)
    if len(wrong):
        words = said[wrong]
        grouped = in_thousands(words, values[np.isfinite(values)])
        row = first_row + int(wrong[0])
        raise no_number(name, words[0], row, grouped=grouped, missing=missing)
    return values.reshape(column.shape)


def parsed(name: str, words: npt.NDArray[Any]) -> tuple[FloatArray, IntArray]:
    """Return words (n,) as float, and which of them are there and no number."""
    import pandas as pd

    series = pd.Series(words)
    try:
        values = pd.to_numeric(series, errors="coerce").astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"column {shown(name)} holds what is not a number; name a column of numbers"
        ) from None
    floats = np.asarray(values)
    return floats, np.flatnonzero(np.isnan(floats) & series.notna().to_numpy())


def in_thousands(words: npt.NDArray[Any], others: FloatArray) -> bool:
    """Whether `words` are numbers with thousands set apart, as 1,000 or 1'000.

    With a comma or a point they may be decimals as well: not where `others` of the column (n,),
    which have none, come near a thousand.
    """
    said = [str(word).strip() for word in words]
    if not said or not all(THOUSANDS.fullmatch(word) for word in said):
        return False
    plain = any(sign in word for word in said for sign in ",.")
    return not plain or float(np.abs(others).max(initial=0)) >= NEAR_A_THOUSAND


NEAR_A_THOUSAND: Final = 100.0


def no_number(
    name: str, word: Any, row: int, *, grouped: bool = False, missing: Sequence[str] = ()
) -> ValueError:
    """Return the error for a word among numbers; `grouped`: all such set thousands apart.

    `missing` are those that stand for no value already: with this one they are to be written.
    """
    text = str(word).strip()
    said = f"column {shown(name)} holds {shortened(text, 40)!r} in row {row}, which is not a "
    if grouped:
        return ValueError(f"{said}number; export it without signs between thousands")
    if DECIMAL_COMMA.fullmatch(text):
        return ValueError(f"{said}number; write decimal = ',' under [csv] in the mapping")
    if DATE.match(text):
        return ValueError(f"{said}number; if it is a time, {write_form(text, 'correct the field')}")
    if COMMENT.match(text):
        return ValueError(f"{said}number; write comment = {text[:1]!r} under [csv] in the mapping")
    if not text.isprintable():
        return ValueError(f"{said}number; correct that row, or take it out of the file")
    if HEXADECIMAL.fullmatch(text):
        return ValueError(f"{said}decimal number; export it in decimal numbers")
    if DECIMALS.search(text):
        return ValueError(f"{said}plain number; export it as numbers alone, one in each column")
    listed_words = ", ".join(map(shown, (*missing, text)))
    return ValueError(
        f"{said}number; correct it, leave the field empty, or write missing = "
        f"[{listed_words}] under [csv] in the mapping if it stands for no value"
    )
