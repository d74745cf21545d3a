"""``midstance demo``: run everything without a pod, and print what it found."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipelines.cli.options import Json
from pipelines.cli.output import say, show
from pipelines.cli.report import found_lines

if TYPE_CHECKING:
    from pipelines.demo.run import Demonstration


def demo(
    today: Annotated[
        Literal["compensating", "usual"],
        typer.Option(help="What the virtual runner does today."),
    ] = "compensating",
    folder: Annotated[Path, typer.Option(help="Where to put store and report.")] = Path(
        "midstance-demo"
    ),
    json: Json = False,
) -> None:
    """Show everything without a pod, from recording to report.

    Simulates past runs, records today's run live, and writes the report.
    """
    from pipelines.demo.run import demonstrate, fresh_folder
    from pipelines.demo.workers import workers
    from pipelines.radio.virtual.radio import need_bumble

    need_bumble()  # before the long work
    began = perf_counter()
    place = fresh_folder(folder)
    try:
        with workers() as executor:
            done = demonstrate(place, today=today, say=say, executor=executor)
    except KeyboardInterrupt:
        raise ValueError(
            f"stopped; {place} is not complete: delete it, and run midstance demo again"
        ) from None
    show(_result(done), _lines(done, perf_counter() - began), json=json)


def _result(done: Demonstration) -> dict[str, Any]:
    return {
        "store": done.store,
        "journal": done.journal,
        "report": done.report.path,
        "grade": done.today.grade,
        "headline": done.report.headline,
        "pattern": done.report.pattern,
        "findings": [
            {"metric": f.metric, "side": f.side, "direction": f.direction, "level": f.level}
            for f in done.report.findings
        ],
    }


def _lines(done: Demonstration, seconds: float) -> list[str]:
    from pipelines.demo.scenario import ATHLETE

    return [
        "",
        f"Today: {done.today.stances} stances, grade {done.today.grade}. {done.report.headline}",
        *found_lines(done.report),
        "",
        f"Report   {done.report.path}",
        f"Store    {done.store}",
        f"Journal  {done.journal}",
        f"Done in {seconds:.0f} s.",
        "",
        "Try next:",
        f"  {called()} report {ATHLETE} last --store {done.store}",
        f"  {called()} verify {done.store}",
        f"  {called()} metrics pelvic_rotation_over_leg_deg",
    ]


def called() -> str:
    """Return how to call the command again: by its path where it is not found by its name."""
    path = Path(sys.argv[0])
    by_path = path.name == "midstance" and which("midstance") is None
    return str(path) if by_path else "midstance"
