"""``midstance note``, ``exclude`` and ``include``: what a person knows of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.options import HERE, Athlete, Json, StorePath
from pipelines.cli.output import show
from pipelines.cli.session_choice import Session, chosen_session

if TYPE_CHECKING:
    from pipelines.store.files import SessionFiles
    from pipelines.store.stated.context import RunContext


def note(
    athlete: Athlete,
    session: Session = "last",
    speed_mps: Annotated[float | None, typer.Option(help="Mean speed, in m/s.")] = None,
    grade_pct: Annotated[float | None, typer.Option(help="Slope, up is positive, in %.")] = None,
    surface: Annotated[str | None, typer.Option(help="road, track, trail, treadmill, …")] = None,
    shoes: Annotated[str | None, typer.Option(help="Which pair.")] = None,
    treadmill: Annotated[
        bool | None, typer.Option("--treadmill/--no-treadmill", help="On a treadmill, or not.")
    ] = None,
    plan_phase: Annotated[str | None, typer.Option(help="E.g. 'strength block'.")] = None,
    pain: Annotated[
        list[str] | None, typer.Option(metavar="SITE=N", help="0 to 10 at a site, e.g. knee=3.")
    ] = None,
    notes: Annotated[str | None, typer.Option(help="Anything else.")] = None,
    strapped: Annotated[
        str | None, typer.Option(help="Pods put on 'anew' for this run, or 'kept' on.")
    ] = None,
    strapped_min: Annotated[
        float | None, typer.Option(help="How long before the run they were put on, in min.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="WORD", help="E.g. healthy.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Where it was, e.g. Asia/Tokyo.")] = None,
    clear: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Forget a key, or e.g. pain.knee.")
    ] = None,
    store: StorePath = HERE,
    json: Json = False,
) -> None:
    """State what you know of a run, or show it.

    Without options, what is known is shown. --pain, --tag and --clear may be given several times.
    """
    given = {
        "speed_mps": speed_mps,
        "grade_pct": grade_pct,
        "surface": surface,
        "shoes": shoes,
        "treadmill": treadmill,
        "plan_phase": plan_phase,
        "pain": _pain(pain) if pain else None,
        "notes": notes,
        "strapped": strapped,
        "strapped_min": strapped_min,
        "tags": tag or None,
        "timezone": timezone,
    }
    new = {key: value for key, value in given.items() if value is not None}
    _change(chosen_session(store, athlete, session), new, clear or (), json=json)


def exclude(
    athlete: Athlete,
    reason: Annotated[str, typer.Option(help="Why, e.g. 'belt slipped'.")],
    session: Session = "last",
    store: StorePath = HERE,
    json: Json = False,
) -> None:
    """Keep a run out of what is usual for the runner."""
    if not reason.strip():
        raise ValueError("reason is empty; say why the run does not count as usual")
    _change(chosen_session(store, athlete, session), {"excluded": reason}, json=json)


def include(
    athlete: Athlete, session: Session = "last", store: StorePath = HERE, json: Json = False
) -> None:
    """Let a run count as usual again."""
    _change(chosen_session(store, athlete, session), {}, ["excluded"], json=json)


def _change(
    files: SessionFiles, new: dict[str, Any], clear: Sequence[str] = (), *, json: bool
) -> None:
    """Change the context of a session as asked, and show all of it."""
    from pipelines.store.stated.context_file import change_context, stated

    known = change_context(files, new, clear=clear)
    lines = _lines(files, known, stated(known))
    who = {"athlete": files.athlete, "session": files.session}
    show({**who, "context": stated(known)}, lines, json=json)


def _lines(files: SessionFiles, known: RunContext, stated: dict[str, Any]) -> list[str]:
    words = {**stated, "tags": ", ".join(known.tags)}
    words["pain"] = ", ".join(f"{site} {level:g}" for site, level in known.pain.items())
    words["treadmill"] = "yes" if known.treadmill else "no"
    lines = [f"  {key}: {_plain(words[key])}" for key in stated]
    return [f"{files.athlete} {files.session}:", *(lines or ["  nothing is stated of this run"])]


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else " / ".join(str(value).splitlines())


def _pain(pain: Sequence[str]) -> dict[str, float]:
    """Return sites and levels from words such as ``knee=3``."""
    levels = {}
    for words in pain:
        site, _, level = words.partition("=")
        try:
            levels[site] = float(level)
        except ValueError:
            raise ValueError(f"pain is {words!r}; give a site and 0 to 10, as knee=3") from None
    return levels
