"""``midstance arm``: let pods record on board, for a run without a laptop."""

from __future__ import annotations

from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.capture.fetch import place_of
from pipelines.cli.capture.record import check_seconds
from pipelines.cli.capture.virtual import virtual_store
from pipelines.cli.options import HERE, Athlete, Json, RateHz, ScanSeconds, StorePath, Usb, Virtual
from pipelines.cli.output import say, show, show_recorded

if TYPE_CHECKING:
    from pipelines.capture.arm.arm import Armed, Orders


def arm(
    athlete: Athlete,
    store: StorePath = HERE,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Arm the pods that are found.")
    ] = False,
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help="Leave logs that were not fetched in the pods.")
    ] = False,
    erase_old: Annotated[
        bool, typer.Option("--erase-old", help="Erase all logs in the pods, fetched or not.")
    ] = False,
    rate_hz: RateHz = None,
    usb: Usb = False,
    seconds: ScanSeconds = 8.0,
    virtual: Virtual = False,
    json: Json = False,
) -> None:
    """Let the pods record on board, for a run without a laptop.

    All of them, or none. They record until midstance fetch, which brings the run home. With
    --virtual, a virtual runner runs at once, and her pods are fetched, too.
    """
    import asyncio

    from pipelines.capture.arm.arm import Orders
    from pipelines.capture.arm.arm import arm as armed
    from pipelines.capture.run import check_place, check_rate

    check_seconds(seconds)
    check_rate(rate_hz)
    if keep_old and erase_old:
        raise ValueError("both --keep-old and --erase-old are given; leave one of them out")
    if usb and virtual:
        raise ValueError("--virtual pods are on no cable; leave out --usb")
    store = virtual_store(store) if virtual else store
    check_place(athlete, store)
    orders = Orders(allow_missing, keep_old, erase_old, rate_hz)
    if virtual:
        _virtual(athlete, store, orders, json=json)
        return
    say("Looking for the pods; none is armed until all can be.")
    done = asyncio.run(armed(place_of(athlete, store, seconds, usb=usb), orders))
    again = ["midstance", "fetch", athlete, *(["--store", str(store)] if store != HERE else [])]
    lines = [*_lines(done), f"Then fetch it: {join(again)}"]
    pods = [pod.record for pod in done.pods]
    show({"session": done.session, "pods": pods, "fetch": join(again)}, lines, json=json)


def _lines(done: Armed) -> list[str]:
    return [
        *(pod.words for pod in done.pods),
        "They record from now on, with no laptop near, until they are fetched.",
        "Stand still for ten seconds, run, and stand still for ten seconds again.",
    ]


def _virtual(athlete: str, store: Path, orders: Orders, *, json: bool) -> None:
    from pipelines.demo.without_laptop import run_without_laptop
    from pipelines.process.from_journal.journal import process_journal
    from pipelines.radio.virtual.radio import need_bumble

    need_bumble()  # before the long work
    say("Simulating a virtual runner and three pods on her, some seconds …")
    say(f"Kept in {store}, tagged virtual and excluded from what is usual.")

    def armed(done: Armed) -> None:
        for line in _lines(done):
            say(line)

    journal = run_without_laptop(store, athlete, orders, on_armed=armed, say=say)
    show_recorded(process_journal(journal, store), store, json=json)
