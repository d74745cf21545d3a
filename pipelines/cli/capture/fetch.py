"""``midstance fetch``: bring the logs that pods keep on board into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.capture.record import check_seconds
from pipelines.cli.options import HERE, Athlete, Json, ScanSeconds, StorePath, Usb
from pipelines.cli.output import say, show, show_recorded, stop

if TYPE_CHECKING:
    from pipelines.capture.fetch.fetch import Place
    from pipelines.process.session import Processed


def fetch(
    athlete: Athlete,
    store: StorePath = HERE,
    list_: Annotated[bool, typer.Option("--list", help="Only list the logs.")] = False,
    log: Annotated[
        list[str] | None,
        typer.Option(help="Which log: its name, or one for each pod, as pelvis=NAME."),
    ] = None,
    erase: Annotated[
        bool, typer.Option("--erase", help="Let pods forget a log once it is on the disk.")
    ] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Leave out a pod of the run that is away.")
    ] = False,
    usb: Usb = False,
    seconds: ScanSeconds = 8.0,
    json: Json = False,
) -> None:
    """Fetch what the pods recorded on board.

    The run that was armed last, which this ends, or the last log of each pod, unless --log says
    which. One session is made of them, and of what came of the same run by radio.
    """
    import asyncio

    from pipelines.capture.fetch.fetch import fetch as fetched
    from pipelines.capture.fetch.fetch import stored_logs
    from pipelines.capture.fetch.logs import named_logs
    from pipelines.capture.run import check_place

    check_seconds(seconds)
    check_place(athlete, store)
    place, named = place_of(athlete, store, seconds, usb=usb), named_logs(log or [])
    if list_:
        _show(asyncio.run(stored_logs(place)), json=json)
        return
    say("Looking for the pods; Ctrl-C leaves off, and the same command goes on.")
    journal = asyncio.run(fetched(place, named, erase=erase, allow_missing=allow_missing))

    show_recorded(_processed(journal, store), store, json=json)


def _processed(journal: Path, store: Path) -> Processed:
    """Make a session of a log, and of what came by radio of the same run; say which."""
    from pipelines.process.from_journal.journal import process_journal
    from pipelines.process.from_journal.streamed_half import put_into, streamed_half
    from pipelines.store.files import session_files

    streamed = streamed_half(journal, store)
    if question := streamed.question(journal, store):
        stop(question)
    if not streamed.certain:
        return process_journal(journal, store)
    (session,) = streamed.certain
    say(f"{session} streamed this run; the log is put into it, and goes first where both have it")
    return put_into(session_files(store, journal.parent.name, session), journal, known=True)


def place_of(athlete: str, store: Path, seconds: float, *, usb: bool = False) -> Place:
    """Return where a run without a laptop is armed, and fetched: this machine, and a store.

    Pods are on the air, or plugged in.
    """
    from pipelines.capture.fetch.fetch import Place
    from pipelines.radio.scan import Radio
    from pipelines.radio.usb import radio_with_pods
    from pipelines.store.stated.rig import read_rig

    radio = radio_with_pods() if usb else Radio()
    return Place(store, athlete, read_rig(store), radio, say=say, scan_s=seconds)


def _show(pods: list[Any], *, json: bool) -> None:
    from pipelines.capture.fetch.logs import in_words

    records = [
        {
            "placement": pod.placement,
            "name": pod.found.name,
            "protocol": pod.found.protocol.name,
            "logs": [{"name": one.name, "size_bytes": one.size_bytes} for one in pod.stored],
            "trouble": pod.trouble,
        }
        for pod in pods
    ]
    show({"pods": records}, [line for pod in pods for line in in_words(pod)], json=json)
