"""Name the row of a table that is unlike its header, and say what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pipelines.sources.formats.text.layout import Layout, fields, is_number
from pipelines.sources.quoting import shown

MOST_FIELDS_SAID: Final = 3
COMMENTS: Final = tuple("#%!;*/")


def odd_row(blocks: Iterable[bytes], layout: Layout, csv: Mapping[str, Any]) -> str | None:
    """Return a sentence on the first row with another number of fields than the header, if any."""
    row = 0
    for block in blocks:
        for line in block.decode(errors="replace").split("\n"):
            if not line.strip():
                continue
            row += 1
            found = fields(line, layout.separator)
            if len(found) != len(layout.names) or (layout.padded and found[-1]):
                return _sentence(row, found, layout, csv)
    return None


def _sentence(row: int, found: list[str], layout: Layout, csv: Mapping[str, Any]) -> str:
    width = len(layout.names) - layout.padded
    said = f"has {len(found) - layout.padded} fields in row {row}, and its header names {width}"
    word = next((x for x in found if x and not is_number(x, csv.get("decimal", "."))), None)
    numbers = sum(is_number(x, ".") for x in found)
    if found[0][:1] in COMMENTS and not is_number(found[0], "."):
        return f"{said}; write comment = {shown(found[0][:1])} under [csv] in the mapping"
    if word is not None and numbers <= MOST_FIELDS_SAID:
        return (
            f"{said}; if the row holds no sample, write skip = [{shown(word)}] under [csv] in the "
            "mapping, else export it again"
        )
    return f"{said}; correct that row, or set separator and decimal under [csv] in the mapping"
