"""``midstance scan`` and ``midstance record``: list the pods nearby, record a run from them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli.capture.virtual import among_virtual_pods, to_resume, virtual_store
from pipelines.cli.context_options import states_context
from pipelines.cli.options import HERE, Athlete, Json, RateHz, ScanSeconds, StorePath, Virtual
from pipelines.cli.output import say, show, show_recorded

LONGEST_SCAN_S = 3600.0


def scan(
    seconds: ScanSeconds = 5.0,
    json: Json = False,
) -> None:
    """List the pods nearby."""
    from pipelines.capture.run import nearby

    check_seconds(seconds)
    pods = nearby(seconds)
    lines = [
        f"{pod['name']}  {pod['protocol']}  {pod['address']}  {pod['rssi_dbm']} dBm" for pod in pods
    ]
    show(
        {"pods": pods}, lines or ["no pods found; switch them on and bring them closer"], json=json
    )


def check_seconds(seconds: float) -> None:
    """Raise ValueError for a time that nobody scans for."""
    if not 0 < seconds < LONGEST_SCAN_S:
        raise ValueError(f"seconds is {seconds:g}; give a number above 0, for example 5")


@states_context
def record(
    athlete: Athlete,
    stated: dict[str, Any],
    store: StorePath = HERE,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Record with the pods that are found.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a recording that a crash interrupted.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live/--no-live", help="Show the last minute, and give cues.")
    ] = True,
    cues: Annotated[
        Path | None, typer.Option(help="File of cues; by default cues.toml of the runner.")
    ] = None,
    rate_hz: RateHz = None,
    virtual: Virtual = False,
    json: Json = False,
) -> None:
    """Record a run from the pods nearby, until Ctrl-C.

    Then it is processed. What you state of the run is on disk before its first sample.
    """
    from pipelines.capture.run import check_place, interrupted_last, record_run

    store = virtual_store(store) if virtual else store
    check_place(athlete, store)
    if not resume and (last := interrupted_last(athlete, store)) is not None:
        again = to_resume(athlete, store, virtual=virtual)
        say(f"{last.stem} was interrupted; {again} goes on with it.")
    enter = among_virtual_pods("run", store) if virtual else None
    say("Looking for the pods; Ctrl-C ends the recording.")
    journal = record_run(
        athlete,
        store,
        allow_missing=allow_missing,
        stated=stated,
        go_on=resume,
        enter=enter,
        live=live,
        cues=cues,
        rate_hz=rate_hz,
    )

    # imported only now, for recording must start soon
    from pipelines.process.from_journal.journal import process_journal

    show_recorded(process_journal(journal, store), store, json=json)
