"""Read a CSV in blocks, so that memory holds the numbers asked for and never the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pipelines.sources.formats.table import Table, as_numbers, in_thousands, no_number, parsed
from pipelines.sources.formats.text.dates import Dates, as_dates
from pipelines.sources.formats.text.encodings import WINDOWS, check_text, encoding_of, in_utf8
from pipelines.sources.formats.text.gathered import Gathered
from pipelines.sources.formats.text.layout import (
    MOST_HEADER_LINES,
    Layout,
    fields,
    find_layout,
    unit_trouble,
)
from pipelines.sources.formats.text.lines import (
    Stream,
    blanks_as_commas,
    row_filter,
    whole_lines,
    without_first,
    without_rows,
)
from pipelines.sources.formats.text.odd_rows import no_rows, odd_row
from pipelines.sources.limits import Limits, check_values
from pipelines.sources.mapping.csv_form import BLANKS
from pipelines.sources.mapping.time_source import ISO
from pipelines.sources.quoting import first_line

if TYPE_CHECKING:
    import pyarrow as pa

NOTHING: Final = (
    *("", " ", "nan", "NaN", "NAN", "NA", "N/A", "n/a", "null", "NULL", "None", "none"),
    *("#N/A", "#NV"),  # of spreadsheets
)
FIRST_LINES: Final = 300
FIRST_BYTES: Final = 1 << 18
BLOCK_BYTES: Final = 1 << 20
PLAIN_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?")
QUOTED: Final = re.compile(r'"[+-]?\d*,\d+"')
SAID: Final = "set separator, decimal and skip_rows under [csv] in the mapping"


@dataclass(frozen=True)
class Text:
    """A text file and how it is to be read."""

    path: Path
    csv: Mapping[str, Any]
    encoding: str
    mark: int
    layout: Layout
    unwanted: re.Pattern[bytes] | None

    def lines(self) -> Iterator[bytes]:
        """Yield the rows of samples as they stand, in blocks of whole lines."""
        blocks = whole_lines(in_utf8(self.path, self.encoding, self.mark))
        blocks = without_first(blocks, self.layout.rows_from)
        return without_rows(blocks, self.unwanted) if self.unwanted else blocks


def read_csv(
    path: Path,
    csv: Mapping[str, Any],
    wanted: Collection[str],
    limits: Limits,
    *,
    texts: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> Table:
    """Read the `wanted` columns as float; rows that say more or less than the header are refused.

    `texts` are those that hold dates, with their format, `units` what the mapping says of each.
    """
    encoding, mark = encoding_of(path, csv, limits)
    check_text(path, encoding, limits)
    try:
        text = _opened(path, csv, wanted, encoding, mark)
        layout = text.layout
        if len(layout.names) > limits.columns:
            raise ValueError(
                f"has {len(layout.names)} columns, and at most {limits.columns} are read; "
                "set separator and skip_rows under [csv] in the mapping, or export fewer"
            )
        if trouble := unit_trouble(layout, units or {}):
            raise ValueError(trouble)
        gathered, dates, zoned, notes = _columns(text, wanted, limits, texts or {})
        columns = dict(zip(gathered.names, gathered.values, strict=True)) | dates
        for name in csv.get("fill", ()):
            if name in columns:
                columns[name][:] = _filled(columns[name])
    except UnicodeDecodeError:
        raise ValueError(
            f"{path} is not text in {encoding}; export it as CSV in UTF-8, "
            "or write encoding under [csv] in the mapping"
        ) from None
    except ValueError as error:
        raise ValueError(str(error) if _named(path, error) else f"{path} {error}") from None
    notes = (*layout.notes, *notes)
    if encoding == WINDOWS and not csv.get("encoding"):
        notes = (*notes, "the text was taken as Windows-1252")
    return Table(layout.names, columns, zoned, notes, gathered.names, gathered.values)


def _filled(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a column in which each missing value repeats the one above it."""
    if values.dtype.kind == "O":
        missing = np.asarray(values == "", dtype=bool)
    else:
        missing = np.isnat(values) if values.dtype.kind in "mM" else np.isnan(values)
    rows = np.where(missing, 0, np.arange(len(values)))
    return values[np.maximum.accumulate(rows)] if len(values) else values


def _named(path: Path, error: ValueError) -> bool:
    return str(error).startswith(str(path))


def _opened(
    path: Path, csv: Mapping[str, Any], wanted: Collection[str], encoding: str, mark: int
) -> Text:
    usual = "\t" if path.suffix.lower() == ".tsv" else ","
    separator, decimal = csv.get("separator"), csv.get("decimal", ".")
    skipped = csv.get("skip_rows", 0)
    count = skipped + FIRST_LINES
    blocks = whole_lines(in_utf8(path, encoding, mark))
    lines = list(islice((line for block in blocks for line in block.split(b"\n")), count))
    decoded = [line.decode() for line in lines[:skipped] + _first(lines[skipped:])]
    unwanted = row_filter(csv, separator or usual)
    layout = find_layout(decoded, csv, wanted, usual=usual, unwanted=unwanted)
    if layout.separator != (separator or usual):
        unwanted = row_filter(csv, layout.separator)
    if decimal == layout.separator and not any(QUOTED.search(line) for line in decoded):
        raise ValueError(
            f"{path}: {decimal!r} would be both separator and decimal; set the other one under "
            "[csv] in the mapping, or export it with its fields in quotes"
        )
    return Text(path, csv, encoding, mark, layout, unwanted)


def _first(lines: list[bytes]) -> list[bytes]:
    """Return the lines in which a table may begin: none that could hide its names writes more."""
    size = np.cumsum([len(line) for line in lines])
    return lines[: max(int(np.searchsorted(size, FIRST_BYTES)), MOST_HEADER_LINES + 1)]


def _columns(
    text: Text, wanted: Collection[str], limits: Limits, texts: Mapping[str, str]
) -> tuple[Gathered, dict[str, npt.NDArray[Any]], frozenset[str], tuple[str, ...]]:
    """Return the columns that are there; at once as numbers, or where that fails word by word.

    Those of numbers, those of dates, which of these name their zone, and notes.
    """
    import pyarrow as pa

    try:
        # Decimal commas in quotes, between commas, can be told apart as words only.
        words = text.layout.separator == text.csv.get("decimal", ".")
        return *_parsed(text, wanted, limits, texts, words=words), ()
    except pa.ArrowInvalid as error:
        if "CSV parse error" not in str(error) and "conversion error" not in str(error):
            raise ValueError(f"cannot be read as CSV ({first_line(error)}); {SAID}") from None
        fields_differ = "CSV parse error" in str(error)
    if (others := no_rows(text.lines(), text.layout, text.unwanted)) is not None:
        unwanted, notes = others
        return *_columns(replace(text, unwanted=unwanted), wanted, limits, texts)[:3], notes
    if fields_differ and (trouble := odd_row(text.lines(), text.layout, text.csv)):
        raise ValueError(trouble)
    try:
        return *_parsed(text, wanted, limits, texts, words=True), ()
    except pa.ArrowInvalid as error:
        raise ValueError(f"cannot be read as CSV ({first_line(error)}); {SAID}") from None


def _parsed(
    text: Text,
    wanted: Collection[str],
    limits: Limits,
    texts: Mapping[str, str],
    *,
    words: bool,
) -> tuple[Gathered, dict[str, npt.NDArray[Any]], frozenset[str]]:
    """Return the columns of numbers, those of dates, and which of these name their zone."""
    import pyarrow as pa

    names = text.layout.names
    places = {names.index(name): name for name in wanted if name in names}  # once each
    dates = {name: Dates(name, texts[name]) for name in places.values() if name in texts}
    parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in dates}
    gathered = Gathered([name for name in places.values() if name not in dates])
    most = limits.values // max(len(places), 1)
    blocks = text.path.stat().st_size // BLOCK_BYTES + 1
    rows = 0
    for batch in _batches(text, places, dates, words=words):
        check_values(text.path, (rows + batch.num_rows) * len(places), limits)
        numbers = []
        for place, name in places.items():
            column = batch.column(str(place))
            if name in dates and pa.types.is_timestamp(column.type):
                stamps = column.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
                parts[name].append(stamps)
            elif name in dates:
                parts[name].append(dates[name].parsed(column, rows + 1))
            else:
                numbers.append(_floats(name, column, rows + 1, text.csv))
        gathered.add(numbers, likely=min(blocks * batch.num_rows, most))
        rows += batch.num_rows
    done = {name: as_dates(parts[name]) for name in dates}
    return gathered, done, frozenset(name for name, one in dates.items() if one.zoned)


def _batches(
    text: Text, places: Mapping[int, str], dates: Mapping[str, Any], *, words: bool
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv as arrow

    names = [str(place) for place in range(len(text.layout.names))]
    kinds: dict[str, pa.DataType] = {
        str(place): pa.string() if words or name in dates else pa.float64()
        for place, name in places.items()
    }
    if text.layout.padded:
        kinds[names[-1]] = pa.null()
    for name, one in dates.items():
        if not words and one.form == ISO and (zone := _zone_of(text, one)) is not None:
            kinds[str(text.layout.names.index(name))] = pa.timestamp("us", zone or None)
    separator = text.layout.separator
    lines = text.lines()
    source = Stream(blanks_as_commas(lines) if separator == BLANKS else lines)
    missing = [*NOTHING, *text.csv.get("missing", ())]
    try:
        with pa.PythonFile(source, mode="r") as file:
            yield from arrow.open_csv(
                file,
                read_options=arrow.ReadOptions(column_names=names, block_size=BLOCK_BYTES),
                parse_options=arrow.ParseOptions(
                    delimiter="," if separator == BLANKS else separator
                ),
                convert_options=arrow.ConvertOptions(
                    column_types=kinds,
                    include_columns=list(kinds),
                    null_values=missing,
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                    decimal_point="." if words else text.csv.get("decimal", "."),
                ),
            )
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return
        raise


def _zone_of(text: Text, dates: Dates) -> str | None:
    """Return the zone of dates that the parser of tables reads itself: UTC, or none; else None.

    It reads them many times faster, where all name their zone or none does.
    """
    place = text.layout.names.index(dates.name)
    block = next(text.lines(), b"")[:FIRST_BYTES].decode(errors="replace")
    rows = [fields(line, text.layout.separator) for line in block.splitlines()[:-1]]
    words = [row[place] for row in rows if place < len(row) and row[place]]
    if not words or not all(PLAIN_ISO.fullmatch(word) for word in words):
        return None
    dates.of_words(np.array(words, dtype=object))
    return "UTC" if dates.zoned else ""


def _floats(
    name: str, column: pa.Array, first_row: int, csv: Mapping[str, Any]
) -> npt.NDArray[np.float64]:
    import pyarrow as pa

    if pa.types.is_floating(column.type):
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
    said = column.to_numpy(zero_copy_only=False)
    if csv.get("decimal") == ",":
        _check_points(name, said, first_row)
        said = np.array([x.replace(",", ".") if x is not None else x for x in said], dtype=object)
    return as_numbers(name, said, first_row, csv.get("missing", ()))


def _check_points(name: str, words: npt.NDArray[Any], first_row: int) -> None:
    """Raise ValueError for points between thousands, beside commas before decimals."""
    pointed = np.flatnonzero(["." in word if word is not None else False for word in words])
    if not len(pointed):
        return
    plain = [word.replace(",", ".") for word in np.delete(words, pointed) if word is not None]
    others, _ = parsed(name, np.array(plain, dtype=object))
    if in_thousands(words[pointed], others[np.isfinite(others)]):
        at = int(pointed[0])
        raise no_number(name, words[at], first_row + at, grouped=True)
