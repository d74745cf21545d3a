"""``midstance validate``: measure, print the tables, write the page."""

from __future__ import annotations

from dataclasses import asdict
from io import StringIO
from math import isfinite
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pipelines.cli.options import Json
from pipelines.cli.output import say, show
from pipelines.escape import escaped

if TYPE_CHECKING:
    from pipelines.validate import Validity

WORKERS: Final = 2
LONG: Final = "two to four minutes"
WIDTH: Final = 170
NARROWEST: Final = 100
SHOWN_TABLES: Final = "Detectors beside each other"


def validate(
    data: Annotated[
        Path, typer.Option(help="Folder of the recordings with force plates, and reference.py.")
    ],
    out: Annotated[Path, typer.Option(help="Page to write.")] = Path("docs/validity.md"),
    seed: Annotated[int, typer.Option(help="Seed of the virtual runner.")] = 1,
    quick: Annotated[
        bool, typer.Option("--quick", help="Run only a small part, for a quick look.")
    ] = False,
    json: Json = False,
) -> None:
    """Score everything against known truth.

    That is force plates and the virtual runner; the figures are written as a page.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from pipelines import validate as scoring
    from pipelines.validate.page import write_page
    from pipelines.validate.results import SHORT

    say(f"scoring the virtual runner and the recordings in {data}: {'seconds' if quick else LONG}")
    scope = scoring.SMALL if quick else scoring.FULL
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as executor:
        validity = scoring.validate(data, seed=seed, scope=scope, executor=executor)
    write_page(validity, out)
    short = len(validity.of(SHORT))
    last = (
        f"{short} of {len(validity.figures)} figures fall short; {out} says which and by how much"
    )
    lines = [*_printed(validity), *validity.remarks, last]
    show(_result(validity, out), lines, json=json)


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
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from pipelines.validate.page import figure_rows

    figures = Table("on", "figure", "measured", "asked", "", title="What must be reached")
    for row in figure_rows(validity.figures):
        figures.add_row(*(Text(escaped(cell)) for cell in row))
    tables = [figures]
    for table in validity.tables:
        if table.title.startswith(SHOWN_TABLES):
            shown = Table(*table.columns, title=table.title)
            for row in table.rows:
                shown.add_row(*(Text(escaped(cell)) for cell in row))
            tables.append(shown)
    paper = StringIO()
    console = Console(file=paper, width=max(get_terminal_size((WIDTH, 50)).columns, NARROWEST))
    for one in tables:
        console.print(one)
    return paper.getvalue().splitlines()
