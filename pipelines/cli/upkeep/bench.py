"""``midstance bench``: how fast it is here, beside what is asked."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import Json
from pipelines.cli.output import say, show


def bench(
    hours: Annotated[float, typer.Option(help="Length of the run that is timed, in hours.")] = 1.0,
    write: Annotated[bool, typer.Option("--write", help="Write the page, too.")] = False,
    out: Annotated[Path, typer.Option(help="Page to write.")] = Path("docs/performance.md"),
    json: Json = False,
) -> None:
    """Time everything on this machine, as ratios inside one run.

    A virtual run of three pods goes through every stage, beside the orientation filter alone.
    """
    from pipelines.worker_process import ONE_THREAD

    os.environ |= ONE_THREAD  # the waiting of more threads would count as work
    from pipelines.bench.measure import bench as timed
    from pipelines.bench.page import write_page, written

    found = timed(hours, say=say)
    lines = []
    for title, figures in found.tables().items():
        lines += ["", title]
        rows = [written(one) for one in figures]
        lines += [f"  {name:<44}{value:>14}  {asked:<8}{said}" for name, value, asked, said in rows]
    lines.append("")
    lines.append(f"{found.short} of {len(found.asked)} figures fall short")
    if write:
        write_page(found, out)
        lines.append(f"written to {out}")
    result = asdict(found) | {"short": found.short, "page": out if write else None}
    show(result, [*found.about, *lines], json=json)
