"""The options that state what is known of a run, declared once for all commands."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any, Final

import typer

STATED: Final = "stated"
"""The parameter of a command in whose place the options stand."""


def stated_options(
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
) -> dict[str, Any]:
    """Return what was given, by the keys of a context; ValueError where it cannot be meant.

    All of it is checked here, so that no run begins with what would be refused after it.
    """
    from pipelines.store.stated.context import run_context

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
    stated = {key: value for key, value in given.items() if value is not None}
    run_context(stated)
    return stated


def states_context(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options in place of its parameter `stated`, which receives them."""
    own = inspect.signature(command, eval_str=True).parameters
    options = inspect.signature(stated_options, eval_str=True).parameters
    shown: list[inspect.Parameter] = []
    for name, parameter in own.items():
        shown += options.values() if name == STATED else [parameter]

    @wraps(command)
    def with_options(**given: Any) -> None:
        stated = stated_options(**{name: given.pop(name) for name in options})
        command(**given, **{STATED: stated})

    # What typer reads a command's options from.
    with_options.__dict__["__signature__"] = inspect.Signature(shown)
    with_options.__annotations__ = {one.name: one.annotation for one in shown}
    return with_options


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
