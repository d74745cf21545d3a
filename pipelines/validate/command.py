"""What ``midstance validate`` does: measure, print the tables, write the page."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from math import isfinite
from multiprocessing import get_context
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, Final

from pipelines.harmless import harmless
from pipelines.store.atomic import publish_text
from pipelines.validate import FULL, SMALL, Validity, validate
from pipelines.validate.page import figure_rows, text
from pipelines.validate.verdict import SHORT

WORKERS: Final = 2
LONG: Final = "one to three minutes"
WIDTH: Final = 170
NARROWEST: Final = 100
SHOWN_TABLES: Final = "Detectors beside each other"


def run_validation(
    data: Path,
    out: Path,
    *,
    seed: int,
    quick: bool,
    say: Callable[[str], None],
    show: Callable[..., None],
    json: bool,
) -> None:
    """Validate against the recordings in `data`, write the page to `out` and print the result."""
    say(f"scoring the virtual runner and the recordings in {data}: {'seconds' if quick else LONG}")
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as executor:
        validity = validate(data, seed=seed, scope=SMALL if quick else FULL, executor=executor)
    write_page(validity, out)
    short = len(validity.of(SHORT))
    last = (
        f"{short} of {len(validity.figures)} figures fall short; {out} says which and by how much"
    )
    lines = [*_printed(validity), *validity.remarks, last]
    show(_result(validity, out), lines, json=json)


def write_page(validity: Validity, out: Path) -> None:
    """Write the page, and its drawings into a folder of the same name beside it."""
    folder = out.with_suffix("")
    for name, svg in validity.drawings.items():
        publish_text(folder / f"{name}.svg", svg, replace=True)
    publish_text(out, text(validity, folder=folder.name), replace=True)


def _result(validity: Validity, out: Path) -> dict[str, Any]:
    return {
        "page": out,
        "seed": validity.seed,
        "figures": [
            {name: _plain(value) for name, value in asdict(one).items()} | {"verdict": one.verdict}
            for one in validity.figures
        ],
        "tables": [asdict(table) for table in validity.tables],
        "remarks": validity.remarks,
    }


def _plain(value: Any) -> Any:
    """Return `value`, None for what JSON has no number for."""
    return None if isinstance(value, float) and not isfinite(value) else value


def _printed(validity: Validity) -> list[str]:
    """Return the figures and the comparison of detectors as lines for a terminal."""
    from io import StringIO

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    figures = Table("on", "figure", "measured", "asked", "", title="What must be reached")
    for row in figure_rows(validity.figures):
        figures.add_row(*(Text(harmless(cell)) for cell in row))
    tables = [figures]
    for table in validity.tables:
        if table.title.startswith(SHOWN_TABLES):
            shown = Table(*table.columns, title=table.title)
            for row in table.rows:
                shown.add_row(*(Text(harmless(cell)) for cell in row))
            tables.append(shown)
    paper = StringIO()
    console = Console(file=paper, width=max(get_terminal_size((WIDTH, 50)).columns, NARROWEST))
    for one in tables:
        console.print(one)
    return paper.getvalue().splitlines()
