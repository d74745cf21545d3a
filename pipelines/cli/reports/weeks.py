"""``midstance trend``, ``compare``, ``reference``, ``laps``: what has changed, since when."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from pipelines.cli.options import HERE, Athlete, Json, StorePath
from pipelines.cli.output import show
from pipelines.cli.session_choice import chosen_session

Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metric", help="Show this measure alone; all are judged. Several times.", metavar="NAME"
    ),
]
PERIOD: Final = "RUNS"


def trend(
    athlete: Athlete,
    metric: Metrics = None,
    since: Annotated[
        str | None, typer.Option(help="Day from which on to ask, e.g. 2026-03-01.", metavar="DATE")
    ] = None,
    store: StorePath = HERE,
    json: Json = False,
) -> None:
    """Say what has changed over weeks of a runner.

    Per measure and leg: slope per week, level shift with its date, and how far the last runs lie
    from the reference, each with its interval.
    """
    from pipelines.store.json_values import plain
    from pipelines.weeks.trend import lines_of, trends

    said = trends(store, athlete, since=since, metrics=metric or ())
    show(plain(said), lines_of(said), json=json)


def compare(
    athlete: Athlete,
    first: Annotated[
        str,
        typer.Option(
            "--from", help="First runs, e.g. D1..D2, tag:healthy, last:6.", metavar=PERIOD
        ),
    ],
    second: Annotated[
        str, typer.Option("--with", help="Runs to hold against them.", metavar=PERIOD)
    ],
    metric: Metrics = None,
    store: StorePath = HERE,
    json: Json = False,
) -> None:
    """Hold two sets of a runner's runs against each other.

    Runs are chosen as D1..D2 (both days within it), by names of sessions with commas between, or
    by what was stated: tag:healthy, shoes:NAME, surface:NAME, plan:NAME. last:6 are the last that
    count; before: and after: take a day or any of these, as before:plan:'strength block'.
    """
    from pipelines.store.json_values import plain
    from pipelines.weeks.compare import compared, lines_of

    said = compared(store, athlete, first, second, metrics=metric or ())
    show(plain(said), lines_of(said), json=json)


def reference(
    athlete: Athlete,
    first: Annotated[str | None, typer.Option("--from", help="First day of it.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day of it.")] = None,
    tag: Annotated[str | None, typer.Option(help="All runs with this tag, e.g. healthy.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Let the rule choose again.")] = False,
    store: StorePath = HERE,
    json: Json = False,
) -> None:
    """Choose the runs that say what is usual, or show them.

    A change that lasts stays named against them, until you choose others.
    """
    from pipelines.store.many_sessions.reference import choose_reference
    from pipelines.store.stated.athlete import keep_reference
    from pipelines.weeks.reference import reference_of
    from pipelines.weeks.runs import runs_of

    if (first is None) != (last is None):
        raise ValueError("give both ends of the reference, --from and --to")
    if sum((clear, first is not None, tag is not None)) > 1:
        raise ValueError(
            "--clear takes the reference away, --tag and --from with --to choose one; give one of "
            "them"
        )
    runs = runs_of(store, athlete)
    if clear:
        keep_reference(store, athlete, "")
    if first is not None or tag is not None:
        chosen = f"{first}..{last}" if tag is None else f"tag:{tag}"
        choose_reference(store, athlete, runs.history, chosen)
    found = reference_of(store, runs)
    names = [runs.history.sessions[k] for k in found.runs.nonzero()[0]]
    result = {"athlete": athlete, "chosen": found.chosen, "sessions": names}
    show(result, [f"{athlete}: {found.words}"], json=json)


def laps(
    athlete: Athlete,
    session: Annotated[str, typer.Argument(help="Session of the laps, or 'last'.")],
    blocks: Annotated[
        str | None,
        typer.Option(help="Laps, as a:0-120,b:120-240, in s or min:s of the recording."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="Text file with condition,start,end on each line.")
    ] = None,
    store: StorePath = HERE,
    json: Json = False,
) -> None:
    """Hold two conditions of one run, in laps, against each other.

    The laps are run in turn, each condition at least twice. Without --blocks and --file, those are
    taken that were marked by keys while recording.
    """
    from pipelines.store.json_values import plain
    from pipelines.weeks.compare import lines_of
    from pipelines.weeks.laps import blocks_of, compared_laps, laps_of, marked_laps, read_laps

    if blocks is not None and file is not None:
        raise ValueError("say where the laps are once: --blocks a:0-120,b:120-240 or --file FILE")
    session = chosen_session(store, athlete, session).session
    if file is not None:
        given = read_laps(file)
    else:
        given = marked_laps(store, athlete, session) if blocks is None else laps_of(blocks)
    names, turns = blocks_of(given)
    said = compared_laps(store, athlete, session, names, turns)
    lines = lines_of(said, each=names)
    result = {"athlete": athlete, "session": session, "conditions": list(names)}
    show({**result, **plain(said)}, lines, json=json)
