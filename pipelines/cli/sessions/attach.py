"""``midstance attach``: merge a watch file into a session."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.fresh import keep_fresh
from pipelines.cli.options import HERE, Athlete, Json, StorePath
from pipelines.cli.output import show, vars_of
from pipelines.cli.session_choice import chosen_session


def attach(
    athlete: Athlete,
    session: Annotated[str, typer.Argument(help="Session, or 'last'.")],
    file: Annotated[Path | None, typer.Argument(help="FIT, GPX or TCX file of a watch.")] = None,
    garmin: Annotated[
        str | None,
        typer.Option(
            help="From Garmin Connect with your own key: 'last' for this run, or a number.",
            metavar="ACTIVITY",
        ),
    ] = None,
    store: StorePath = HERE,
    json: Json = False,
) -> None:
    """Merge a watch file into a session by time.

    Speed, slope, heart rate and distance at each stance go into a table beside the session, their
    medians into what is known of the run.
    """
    from pipelines.process.watch.attach import attach as merge
    from pipelines.process.watch.attach_garmin import attach_activity

    files = chosen_session(store, athlete, session)
    if garmin is not None and file is None:
        done = attach_activity(files, garmin)
    elif file is not None and garmin is None:
        done = merge(files, file)
    else:
        raise ValueError("say what to attach: a watch file, or --garmin last")
    keep_fresh(files.stances)
    known = [
        (done.speed_mps, "{:.2f} m/s"),
        (done.grade_pct, "slope {:+.1f} %"),
        (done.heart_rate_bpm, "{:.0f} beats/min"),
    ]
    medians = [words.format(value) for value, words in known if value is not None]
    lines = [
        f"{done.athlete} {done.session}: {done.stances} stances seen by the watch",
        f"  {', '.join(medians)} (medians)",
        *(f"  {words}" for words in done.words),
        f"  {done.path}",
    ]
    show(vars_of(done), lines, json=json)
