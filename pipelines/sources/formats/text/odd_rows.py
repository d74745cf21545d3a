"""Name the row of a table that is unlike its header, and say what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import IntArray
from pipelines.sources.formats.text.layout import Layout, fields, is_number
from pipelines.sources.mapping.csv_form import BLANKS
from pipelines.sources.quoting import shown

MOST_FIELDS_SAID: Final = 3
LINE_FEED: Final = 10
COMMENTS: Final = tuple("#%!;*/")


def odd_row(blocks: Iterable[bytes], layout: Layout, csv: Mapping[str, Any]) -> str | None:
    """Return a sentence on the first row with another number of fields than the header, if any."""
    row = 0
    for block in blocks:
        for at, text in _suspects(block, layout):
            found = fields(text, layout.separator)
            if len(found) != len(layout.names) or (layout.padded and found[-1]):
                cut = not block.endswith(b"\n") and block.endswith(text.encode())
                return _sentence(row + at + 1, found, layout, csv, cut=cut)
        row += len(_starts(np.frombuffer(block, np.uint8))[0])
    return None


HEADER_AGAIN: Final = "the names of the columns stand again among the rows: those lines left out"
BLANK_ROWS: Final = "rows of blanks alone left out"


def no_rows(
    blocks: Iterable[bytes], layout: Layout, unwanted: re.Pattern[bytes] | None
) -> tuple[re.Pattern[bytes], tuple[str, ...]] | None:
    """Return what matches unwanted lines and such as are no rows, with notes; None without any.

    An exporter that joins files, or a logger that begins anew, writes the names once more; one that
    is cut off may leave blanks in its last line.
    """
    names = list(layout.names[:-1] if layout.padded else layout.names)
    first = next((name for name in names if name), "")
    with_it = re.compile(rb"(?m)^[^\n]*" + re.escape(first.encode()) + rb"[^\n]*$")
    blank = {" ": b"", BLANKS: b"", "\t": b" "}.get(layout.separator, b" \t")
    of_blanks = re.compile(rb"(?m)^[" + blank + rb"]+$") if blank else None
    lines: set[bytes] = set()
    blanks = False
    for block in blocks:
        lines.update(with_it.findall(block))
        blanks |= of_blanks is not None and of_blanks.search(block) is not None
    again = [
        rb"^" + re.escape(line) + rb"(?:\n|\Z)"
        for line in lines
        if fields(line.decode(errors="replace"), layout.separator) == names
    ]
    notes = ((HEADER_AGAIN,) if again else ()) + ((BLANK_ROWS,) if blanks else ())
    if not notes:
        return None
    again += [rb"^[" + blank + rb"]+(?:\n|\Z)"] if blanks else []
    before = [] if unwanted is None else [unwanted.pattern.removeprefix(rb"(?m)")]
    return re.compile(rb"(?m)" + b"|".join([*before, *again])), notes


def _starts(data: npt.NDArray[np.uint8]) -> tuple[IntArray, IntArray]:
    """Return first and end (k,) of the lines in a block of whole lines that are not empty."""
    ends = np.flatnonzero(data == LINE_FEED)
    if not len(data) or data[-1] != LINE_FEED:
        ends = np.append(ends, len(data))
    starts = np.concatenate([[0], ends[:-1] + 1])
    there = ends > starts
    return starts[there], ends[there]


def _suspects(block: bytes, layout: Layout) -> Iterator[tuple[int, str]]:
    """Yield number and text of the lines that may have another number of fields.

    Separators are counted all at once; only where quotes or blanks are in play, line by line.
    """
    data = np.frombuffer(block, np.uint8)
    starts, ends = _starts(data)
    plain = layout.separator != BLANKS and not layout.padded and b'"' not in block
    some = np.arange(len(starts))
    if plain:
        total = np.concatenate([[0], np.cumsum(data == ord(layout.separator))])
        some = np.flatnonzero(total[ends] - total[starts] != len(layout.names) - 1)
    for at in some.tolist():
        yield at, block[starts[at] : ends[at]].decode(errors="replace")


def _sentence(
    row: int, found: list[str], layout: Layout, csv: Mapping[str, Any], *, cut: bool = False
) -> str:
    width = len(layout.names) - layout.padded
    said = f"has {len(found) - layout.padded} fields in row {row}, and its header names {width}"
    word = next((x for x in found if x and not is_number(x, csv.get("decimal", "."))), None)
    numbers = sum(is_number(x, ".") for x in found)
    if found[0][:1] in COMMENTS and not is_number(found[0], "."):
        return f"{said}; write comment = {shown(found[0][:1])} under [csv] in the mapping"
    if cut and numbers > MOST_FIELDS_SAID:
        return f"{said}: the file ends in the middle of that row; take it out, or export it again"
    if word is not None and numbers <= MOST_FIELDS_SAID:
        return (
            f"{said}; if the row holds no sample, write skip = [{shown(word)}] under [csv] in the "
            "mapping, else export it again"
        )
    return f"{said}; correct that row, or set separator and decimal under [csv] in the mapping"
