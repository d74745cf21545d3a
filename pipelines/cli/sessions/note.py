"""``midstance note``, ``exclude`` and ``include``: what a person knows of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.context_options import states_context
from pipelines.cli.fresh import keep_fresh
from pipelines.cli.options import HERE, Athlete, Json, StorePath
from pipelines.cli.output import say, show
from pipelines.cli.session_choice import Session, chosen_session

if TYPE_CHECKING:
    from pipelines.store.files import SessionFiles
    from pipelines.store.stated.context import RunContext


@states_context
def note(
    athlete: Athlete,
    stated: dict[str, Any],
    session: Session = "last",
    clear: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Forget a key, or e.g. pain.knee.")
    ] = None,
    store: StorePath = HERE,
    json: Json = False,
) -> None:
    """State what you know of a run, or show it.

    Without options, what is known is shown. --pain, --tag and --clear may be given several times.
    """
    _change(chosen_session(store, athlete, session), stated, clear or (), json=json)


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
    keep_fresh(files.stances)
    lines = _lines(files, known, stated(known))
    if doubt := _doubt(files, known):
        say(f"midstance: {doubt}")
    who = {"athlete": files.athlete, "session": files.session}
    show({**who, "context": stated(known)}, lines, json=json)


def _lines(files: SessionFiles, known: RunContext, stated: dict[str, Any]) -> list[str]:
    words = {**stated, "tags": ", ".join(known.tags)}
    words["pain"] = ", ".join(f"{site} {level:g}" for site, level in known.pain.items())
    words["treadmill"] = "yes" if known.treadmill else "no"
    lines = [f"  {key}: {_plain(words[key])}" for key in stated]
    return [f"{files.athlete} {files.session}:", *(lines or ["  nothing is stated of this run"])]


def _doubt(files: SessionFiles, known: RunContext) -> str:
    """Say where the stated speed cannot be that of the run; "" where nothing tells."""
    import numpy as np

    from pipelines.store.stated.doubts import doubtful, in_doubt
    from pipelines.store.tables.stance_file import read_header

    try:
        pods_mps = read_header(files.stances)["summary"].get("speed_mps")
    except (OSError, ValueError):
        return ""  # not processed yet, or damaged, which verify says
    if known.speed_mps is None or pods_mps is None:
        return ""
    wrong = bool(doubtful(np.array(known.speed_mps), np.array(pods_mps)))
    return in_doubt(files.session, known.speed_mps, pods_mps) if wrong else ""


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else " / ".join(str(value).splitlines())
