"""``midstance validate``: measure, print the tables, write the page."""

from __future__ import annotations

from dataclasses import asdict, replace
from io import StringIO
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pipelines.cli.options import Json
from pipelines.cli.output import say, show
from pipelines.escape import escaped

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from pipelines.validate import Validity
    from pipelines.validate.results import Table

WORKERS: Final = 2
LONG: Final = "ten to twenty minutes"
MINUTES: Final = "ten to fifteen minutes"
WIDTH: Final = 170
NARROWEST: Final = 100
SHOWN_TABLES: Final = "Detectors beside each other"


def validate(
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of the recordings with force plates, and reference.py."),
    ] = None,
    baseline: Annotated[
        bool,
        typer.Option(
            "--baseline",
            help="Only ask how often a change is named that is one or is none; writes no page.",
        ),
    ] = False,
    signals: Annotated[
        int | None,
        typer.Option(
            help="Athletes whose full signals are proved, 40 by default; 0 for none.", min=0
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Page to write.")] = Path("docs/validity.md"),
    seed: Annotated[int, typer.Option(help="Seed of the virtual runner.")] = 1,
    quick: Annotated[
        bool, typer.Option("--quick", help="Run only a small part, for a quick look.")
    ] = False,
    json: Json = False,
) -> None:
    """Score everything against known truth.

    That is force plates, the virtual runner and made-up athletes; the figures are written as a
    page.
    """
    if baseline:
        if data is not None:
            raise ValueError("--baseline needs no recordings; leave out --data, or --baseline")
        _prove(seed, signals=signals, quick=quick, json=json)
    elif data is None:
        raise ValueError(
            "say where the recordings are with --data (data/README.md says how to get them), or "
            "ask for --baseline alone, which needs none"
        )
    elif not data.is_dir():
        raise NotADirectoryError(
            f"there is no folder {data}; data/README.md says how to get the recordings"
        )
    elif out.is_dir() or not out.suffix:
        raise ValueError(
            f"{out} is no page; name a file with its ending, as validity.md: its pictures go into "
            "a folder beside it, of its name without that"
        )
    else:
        _score(data, out, seed, signals=signals, quick=quick, json=json)


def _prove(seed: int, *, signals: int | None, quick: bool, json: bool) -> None:
    """Print how often a change is named, of made-up athletes who change and who do not."""
    from pipelines.validate.baseline import full_signals, proof
    from pipelines.validate.results import SHORT, together

    scope = proof.SMALL if quick else proof.FULL
    if signals is not None:
        scope = replace(scope, signals=signals)
    say(f"reporting run after run of made-up athletes: {'a minute' if quick else MINUTES}")
    with _workers() as executor:
        of_athletes = executor.submit(proof.part, seed, scope)
        lives = executor.map(full_signals.lived, full_signals.seeds(seed, scope.signals))
        parts = [of_athletes.result(), full_signals.part(list(lives))]
    told = together(parts, seed=seed)
    last = f"{len(told.of(SHORT))} of {len(told.figures)} figures fall short (seed {seed})"
    lines = [line for table in told.tables for line in _table(table, table.about)]
    show(_result(told), [*lines, *told.remarks, last], json=json)


def _workers() -> Executor:
    """Return processes that end with this one, also where it is killed: there is work for long."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from pipelines.worker_process import end_with_parent

    return ProcessPoolExecutor(
        WORKERS, mp_context=get_context("spawn"), initializer=end_with_parent
    )


def _score(
    data: Path, out: Path, seed: int, *, signals: int | None, quick: bool, json: bool
) -> None:
    """Score everything, write the page and print its figures."""
    from pipelines import validate as scoring
    from pipelines.validate.page import write_page
    from pipelines.validate.results import SHORT

    say(f"scoring the virtual runner and the recordings in {data}: {'seconds' if quick else LONG}")
    scope = scoring.SMALL if quick else scoring.FULL
    if signals is not None:
        scope = replace(scope, athletes=replace(scope.athletes, signals=signals))
    with _workers() as executor:
        validity = scoring.validate(data, seed=seed, scope=scope, executor=executor)
    write_page(validity, out)
    short = len(validity.of(SHORT))
    last = (
        f"{short} of {len(validity.figures)} figures fall short; {out} says which and by how much"
    )
    lines = [*_printed(validity), *validity.remarks, last]
    show({"page": out, **_result(validity)}, lines, json=json)


def _result(validity: Validity) -> dict[str, Any]:
    from pipelines.store.json_values import plain

    return {
        "seed": validity.seed,
        "figures": [plain(one) | {"verdict": one.verdict} for one in validity.figures],
        "tables": [asdict(table) for table in validity.tables],
        "remarks": validity.remarks,
    }


def _printed(validity: Validity) -> list[str]:
    """Return the figures and the comparison of detectors as lines for a terminal."""
    from pipelines.validate.page import figure_rows
    from pipelines.validate.results import Table

    columns = ("on", "figure", "measured", "asked", "")
    figures = Table("What must be reached", "", columns, tuple(figure_rows(validity.figures)))
    shown = [table for table in validity.tables if table.title.startswith(SHOWN_TABLES)]
    return [line for table in (figures, *shown) for line in _table(table)]


def _table(table: Table, about: str = "") -> list[str]:
    """Return a table as lines for a terminal, with what it is `about` below."""
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(*table.columns, title=table.title, caption=about)
    for row in table.rows:
        drawn.add_row(*(Text(escaped(cell)) for cell in row))
    paper = StringIO()
    width = max(get_terminal_size((WIDTH, 50)).columns, NARROWEST)
    Console(file=paper, width=width).print(drawn)
    return paper.getvalue().splitlines()
