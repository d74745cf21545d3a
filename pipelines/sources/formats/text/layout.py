"""Find where a table begins in a text file: its separator, names, rows of units, first row."""

from __future__ import annotations

import csv as csv_rows
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipelines.sources.mapping.csv_form import BLANKS
from pipelines.sources.mapping.units import unit_in_name, unit_of
from pipelines.sources.quoting import shortened, shown

GUESSED: Final = (",", ";", "\t", "|")
MOST_HEADER_LINES: Final = 4
MOST_LINES_BEFORE: Final = 200
WHOLE: Final = re.compile(r"[+-]?\d*")
SEP_LINE: Final = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)
DATE: Final = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}:\d\d")


@dataclass(frozen=True)
class Layout:
    """How a table lies in its file.

    `names` are those of the columns, `rows_from` is the line of the first row of samples, from 0,
    `units` maps columns to what the file says of their unit. `padded` is True where each row ends
    in a separator that the header lacks.
    """

    separator: str
    names: tuple[str, ...]
    rows_from: int
    units: Mapping[str, str]
    padded: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Header:
    """Names that stand in `count` lines from the line `at` on, and how many of them are wanted."""

    separator: str
    at: int
    count: int
    names: tuple[str, ...]
    found: int


def find_layout(
    lines: Sequence[str],
    csv: Mapping[str, Any],
    wanted: Collection[str],
    *,
    usual: str,
    unwanted: re.Pattern[bytes] | None,
) -> Layout:
    """Return the layout of a table of which these are the first `lines`.

    The names that are wanted are searched for: no column ever gets a name that does not stand
    there, or in the mapping. ValueError in one sentence where that leaves no table.
    """
    before = csv.get("skip_rows", 0)
    first = SEP_LINE.match(lines[0]) if lines else None
    if first and not before:
        before = 1
    numbered = [
        (at, line)
        for at, line in enumerate(lines)
        if at >= before and line.strip() and not (unwanted and unwanted.match(line.encode()))
    ]
    if not numbered:
        raise ValueError("holds no rows; export the recording again")
    said = csv.get("separator") or (first.group(1) if first else None)
    separators = (said,) if said else dict.fromkeys((usual, *GUESSED))
    if (given := csv.get("header")) is not None:
        header = _given(numbered, tuple(given), separators)
    else:
        header = _found(numbered, wanted, tuple(separators))
    return _layout(numbered, header, csv, wanted)


def fields(line: str, separator: str) -> list[str]:
    """Return the fields of one line, without blanks around them."""
    if separator == BLANKS:
        return line.split()
    row = next(csv_rows.reader([line.rstrip("\r\n")], delimiter=separator), [])
    return [field.strip() for field in row]


def _given(
    numbered: Sequence[tuple[int, str]], names: tuple[str, ...], separators: Collection[str]
) -> _Header:
    _, line = numbered[0]
    fitting = [sep for sep in separators if len(fields(line, sep)) == len(names)]
    separator = fitting[0] if fitting else next(iter(separators))
    return _Header(separator, -1, 0, names, len(names))


def _found(
    numbered: Sequence[tuple[int, str]], wanted: Collection[str], separators: Sequence[str]
) -> _Header:
    """Return the header in which most of the wanted names stand; the first line if none does."""
    best = _Header(separators[0], 0, 1, tuple(fields(numbered[0][1], separators[0])), 0)
    for separator in separators:
        rows = [fields(line, separator) for _, line in numbered[:MOST_LINES_BEFORE]]
        for at in range(len(rows)):
            for count in range(1, min(MOST_HEADER_LINES, len(rows) - at) + 1):
                names = _joined(rows[at : at + count])
                found = sum(name in names for name in wanted)
                if found > best.found:
                    best = _Header(separator, at, count, names, found)
            if best.found == len(wanted):
                return best
    if best.found == 0 and _is_row(rows_of(numbered[0][1], separators), range(10**6), "."):
        raise ValueError(
            "begins with numbers and no names; write header = [...] under [csv] in the mapping, "
            f"with a name for each of its {len(rows_of(numbered[0][1], separators))} columns"
        )
    return best if best.found else _unnamed(numbered, separators, best)


def _unnamed(
    numbered: Sequence[tuple[int, str]], separators: Sequence[str], otherwise: _Header
) -> _Header:
    """Return the first line as names by the separator that cuts it and the next line alike."""
    lines = [line for _, line in numbered[:2]]
    for separator in separators:
        names, *rows = (fields(line, separator) for line in lines)
        if len(names) > 1 and all(len(row) == len(names) for row in rows):
            return _Header(separator, 0, 1, tuple(names), 0)
    return otherwise


def rows_of(line: str, separators: Sequence[str]) -> list[str]:
    """Return the fields of a line by that of the separators which gives most."""
    return max((fields(line, separator) for separator in separators), key=len)


def _joined(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return names that are spread over several lines, with blanks between their parts."""
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    return tuple(" ".join(filter(None, parts)) for parts in zip(*padded, strict=True))


def _layout(
    numbered: Sequence[tuple[int, str]],
    header: _Header,
    csv: Mapping[str, Any],
    wanted: Collection[str],
) -> Layout:
    names, separator = header.names, header.separator
    places = [names.index(name) for name in wanted if name in names]
    rest = list(numbered[header.at + header.count if header.at >= 0 else 0 :])
    units = {name: unit for name in names if (unit := unit_in_name(name))}
    notes = []
    if header.at > 0:
        notes.append(f"{header.at} lines before the names of the columns left out")
    if rest and header.at >= 0:
        _check_same_separator(rest[0][1], names, separator)
    while rest and header.at >= 0 and places:
        row = fields(rest[0][1], separator)
        if _is_row(row, places, csv.get("decimal", ".")) or len(notes) > MOST_HEADER_LINES:
            break
        said = {
            name: unit for name, word in zip(names, row, strict=False) if (unit := unit_of(word))
        }
        units |= said
        if not said:
            notes.append(f"the line {shown(rest[0][1].strip())} under the names left out")
        del rest[0]
    if not rest:
        raise ValueError("holds no rows; export the recording again")
    names, padded = _as_wide(
        names, fields(rest[0][1], separator), rest[0][0] + 1, given=header.at < 0
    )
    if padded:
        notes.append("each row ends in a separator with nothing after it")
    return Layout(separator, names, rest[0][0], units, padded, tuple(notes))


def _check_same_separator(line: str, names: tuple[str, ...], separator: str) -> None:
    """Raise ValueError where the first row is cut by another separator than the names are."""
    if len(names) < 2 or len(fields(line, separator)) > 1:
        return
    for other in GUESSED:
        if other != separator and len(fields(line, other)) == len(names):
            written = '"\\t"' if other == "\t" else repr(other)
            raise ValueError(
                f"has {shown(separator)} between its names and {written} between the fields of its "
                f"rows; write separator = {written}, skip_rows with the number of lines before its "
                f"rows, and header = [...] with its {len(names)} names, under [csv] in the mapping"
            )


def _as_wide(
    names: tuple[str, ...], row: Sequence[str], line: int, *, given: bool
) -> tuple[tuple[str, ...], bool]:
    """Return one name for each field of the first row, and whether rows end in a separator."""
    if len(row) == len(names):
        return names, False
    if len(row) == len(names) - 1 and not names[-1]:
        return names[:-1], False
    if len(row) == len(names) + 1 and not row[-1]:
        return (*names, ""), True
    if len(names) < len(row) <= 2 * len(names) and all(WHOLE.fullmatch(field) for field in row):
        raise ValueError(
            f"has {len(row)} fields in line {line} for {len(names)} names, all of them whole "
            "numbers: its decimal commas look like the commas between columns; export it with "
            "decimal points, or with another separator"
        )
    said = "header in the mapping" if given else "header"
    raise ValueError(
        f"has {len(row)} fields in line {line}, and its {said} names {len(names)}; "
        + (
            "name each of its columns"
            if given
            else f"write header = [...] with a name for each of the {len(row)} columns and "
            f"skip_rows = {line - 1} under [csv] in the mapping, or export it again"
        )
    )


def _is_row(row: Sequence[str], places: Collection[int], decimal: str) -> bool:
    """Whether any wanted field is a number or a date, or all of them are empty."""
    at = [row[place] for place in places if place < len(row)] if len(places) < 10**6 else row
    return not any(at) or any(is_number(field, decimal) or DATE.search(field) for field in at)


def is_number(field: str, decimal: str) -> bool:
    """Whether a field is a number, with this or another decimal sign."""
    try:
        float(field.strip('"').replace(decimal, ".").replace(",", "."))
    except ValueError:
        return False
    return True


def unit_trouble(layout: Layout, declared: Mapping[str, str]) -> str | None:
    """Return a sentence where the file says another unit of a column than the mapping."""
    for name, said in layout.units.items():
        meant = unit_of(declared[name]) if name in declared else None
        if meant is not None and meant != said and not _same(meant, said):
            key = {"s": "time_unit"}.get(said[-1:] if said in ("s", "ms", "us", "ns") else "", "")
            key = key or ("gyr_unit" if "/s" in said and "m" not in said else "acc_unit")
            return (
                f"says that {shortened(name)} is in {said}, and the mapping that it is in "
                f"{declared[name]}; write {key} = {said!r}, or correct the file"
            )
    return None


def _same(one: str, other: str) -> bool:
    from pipelines.sources.mapping.units import ACC_UNITS, GYR_UNITS

    return any(
        one in units and other in units and units[one] == units[other]
        for units in (ACC_UNITS, GYR_UNITS)
    )
