"""Read CSV, Parquet and NPZ as named arrays: of each file, the columns that a mapping names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final

from pipelines.sources.formats.actigraph import read_gt3x
from pipelines.sources.formats.axivity_cwa import read_cwa
from pipelines.sources.formats.c3d import read_c3d_table
from pipelines.sources.formats.geneactiv import read_geneactiv
from pipelines.sources.formats.movesense_json import read_movesense_json
from pipelines.sources.formats.movesense_sbem import read_sbem
from pipelines.sources.formats.mvnx import read_mvnx
from pipelines.sources.formats.npz import read_npz
from pipelines.sources.formats.parquet_columns import read_parquet
from pipelines.sources.formats.table import Table
from pipelines.sources.formats.text.csv_text import read_csv
from pipelines.sources.limits import LIMITS, Limits, check_file
from pipelines.sources.quoting import shown

CSV_SUFFIXES: Final = (".csv", ".txt", ".tsv")
PARQUET_SUFFIXES: Final = (".parquet", ".pq")
OTHERS: Final[Mapping[str, Callable[[Path, Collection[str], Limits], Table]]] = {
    ".json": read_movesense_json,
    ".sbem": read_sbem,
    ".cwa": read_cwa,
    ".bin": read_geneactiv,
    ".gt3x": read_gt3x,
    ".c3d": read_c3d_table,
    ".mvnx": read_mvnx,
}
"""What reads the containers of one system each, by the ends of their names."""

KINDS: Final = (*CSV_SUFFIXES, *PARQUET_SUFFIXES, ".npz", *OTHERS)
"""The ends of the names of all files that are read."""


def read_table(
    path: Path,
    csv: Mapping[str, Any],
    wanted: Collection[str],
    limits: Limits = LIMITS,
    *,
    texts: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> Table:
    """Read the `wanted` columns or arrays of a file; errors are one sentence that names it.

    `texts` are those that hold dates as text, with their form, `units` what the mapping says of
    the unit of each.
    """
    path = Path(path)
    check_file(path, "file", limits.file_bytes)
    read = _reader(path, csv, texts or {}, units or {})
    if path.stat().st_size == 0:
        raise ValueError(f"{path} is empty; export the recording again")
    table = read(wanted, limits)
    twice = sorted({name for name in wanted if table.names.count(name) > 1})
    if twice:
        raise ValueError(
            f"{path} has two columns {shown(twice[0])}; give each a name of its own, in the file "
            "or by header and skip_rows under [csv] in the mapping"
        )
    if table.arrays and not any(array.size for array in table.arrays.values()):
        raise ValueError(f"{path} holds no rows; export the recording again")
    return table


def _reader(
    path: Path, csv: Mapping[str, Any], texts: Mapping[str, str], units: Mapping[str, str]
) -> Callable[[Collection[str], Limits], Table]:
    """Return what reads this kind of file."""
    suffix = path.suffix.lower()
    if suffix in CSV_SUFFIXES:
        return lambda wanted, limits: read_csv(path, csv, wanted, limits, texts=texts, units=units)
    if suffix in PARQUET_SUFFIXES:
        return lambda wanted, limits: read_parquet(path, wanted, limits, texts=texts)
    if suffix == ".npz":
        return lambda wanted, limits: read_npz(path, wanted, limits)
    if suffix in OTHERS:
        return lambda wanted, limits: OTHERS[suffix](path, wanted, limits)
    raise ValueError(f"{path} is of an unknown kind; give a file that ends in {', '.join(KINDS)}")
