"""``midstance demo``: run everything without a pod, and print what it found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pipelines.cli.called import called
from pipelines.cli.on_screen import Open, show_page
from pipelines.cli.options import Json
from pipelines.cli.output import say, show
from pipelines.cli.reports.report import found_lines
from pipelines.demo.cases import OF_A_DAY, of_a_day

if TYPE_CHECKING:
    from pipelines.demo.gallery import Gallery
    from pipelines.demo.run import Demonstration

DAYS: Final = ", ".join(case.name for case in OF_A_DAY)
USUALLY: Final = "compensating"
WORKERS: Final = 2


def demo(
    today: Annotated[
        str | None,
        typer.Option(help=f"What the virtual runner does: {DAYS}.  [default: {USUALLY}]"),
    ] = None,
    gallery: Annotated[
        bool, typer.Option("--gallery", help="Write a report for each case, and an index of them.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            help="Where to put stores and reports.  [default: midstance-demo, midstance-gallery]"
        ),
    ] = None,
    open_: Open = False,
    json: Json = False,
) -> None:
    """Show everything without a pod, from recording to report.

    Simulates past runs, records today's run live, and writes the report. With --gallery, each case
    gets such a report; there nothing is recorded live.
    """
    if gallery and today is not None:
        raise ValueError("--gallery shows every case; leave out --today")
    case = of_a_day(today or USUALLY)
    if gallery:
        page = _show_gallery(folder or Path("midstance-gallery"), json=json)
    else:
        page = _show_demo(folder or Path("midstance-demo"), case.name, json=json)
    if open_:
        show_page(page)


def _show_demo(folder: Path, today: str, *, json: bool) -> Path:
    from pipelines.batch.engines import local
    from pipelines.demo.run import demonstrate, fresh_folder
    from pipelines.radio.virtual.radio import need_bumble

    need_bumble()  # before the long work
    began = perf_counter()
    place = fresh_folder(folder)
    with _stopped_in_words(place, "midstance demo"), local(WORKERS) as lent:
        done = demonstrate(place, today=today, say=say, executor=lent.executor)
    show(_result(done), _lines(done, perf_counter() - began), json=json)
    return done.report.path


def _show_gallery(folder: Path, *, json: bool) -> Path:
    from pipelines.batch.engines import local
    from pipelines.demo.cases import CASES
    from pipelines.demo.gallery import make_gallery
    from pipelines.demo.run import fresh_folder
    from pipelines.store.json_values import plain

    began = perf_counter()
    place = fresh_folder(folder)
    with _stopped_in_words(place, "midstance demo --gallery"), local(WORKERS) as lent:
        made = make_gallery(place, cases=CASES, say=say, executor=lent.executor)
    show(plain(made), _gallery_lines(made, perf_counter() - began), json=json)
    return made.index


@contextmanager
def _stopped_in_words(place: Path, command: str) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise ValueError(
            f"stopped; {place} is not complete: delete it, and run {command} again"
        ) from None


def _gallery_lines(made: Gallery, seconds: float) -> list[str]:
    folder = made.index.parent
    weeks = [(one.over_weeks.words, folder / one.store) for one in made.shown if one.over_weeks]
    return [
        "",
        f"Gallery  {made.index}",
        f"Done in {seconds:.0f} s.",
        *(["", "Try next:"] if weeks else []),
        *(f"  {called()} {words} --store {store}" for words, store in weeks),
    ]


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
