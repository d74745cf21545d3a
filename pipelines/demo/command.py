"""What ``midstance demo`` prints."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

from pipelines.demo.run import Demonstration, demonstrate, fresh_folder
from pipelines.demo.story import ATHLETE, Today

WORKERS = 2


def run_demo(
    today: Today,
    folder: Path,
    *,
    say: Callable[[str], None],
    show: Callable[..., None],
    json: bool,
) -> None:
    """Run the demo in `folder` (or beside it when it exists) and print what was found."""
    began = perf_counter()
    place = fresh_folder(folder)
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as executor:
        done = demonstrate(place, today=today, say=say, executor=executor)
    show(_result(done), _lines(done, perf_counter() - began), json=json)


def _result(done: Demonstration) -> dict[str, Any]:
    return {
        "store": done.store,
        "journal": done.journal,
        "report": done.report.path,
        "grade": done.today.grade,
        "findings": [
            {"metric": f.metric, "side": f.side, "direction": f.direction}
            for f in done.report.findings
        ],
    }


def _lines(done: Demonstration, seconds: float) -> list[str]:
    found = [f"  {finding.title}" for finding in done.report.findings]
    return [
        "",
        f"Today: {done.today.stances} stances, grade {done.today.grade}. Outside the usual range:",
        *(found or ["  nothing stands out"]),
        "",
        f"Report   {done.report.path}",
        f"Store    {done.store}",
        f"Journal  {done.journal}",
        f"Done in {seconds:.0f} s.",
        "",
        "Try next:",
        f"  midstance report {ATHLETE} last --store {done.store}",
        f"  midstance verify {done.store}",
        "  midstance metrics pelvic_rotation_deg",
    ]
