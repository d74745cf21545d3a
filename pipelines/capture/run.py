"""List pods and record a run on the operating system's Bluetooth."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Final

from pipelines.capture.live.feed import Live
from pipelines.capture.live.worker import live_process, look
from pipelines.capture.machine.disk import nearest_folder
from pipelines.capture.marks import HELP, pressed_keys
from pipelines.capture.page.for_page import ForPage
from pipelines.capture.recorder import record, stopping_on_signals
from pipelines.capture.surroundings import Enter, this_machine
from pipelines.capture.terminal import Screen, live_screen
from pipelines.escape import escaped
from pipelines.protocols import PROTOCOLS
from pipelines.radio.scan import Radio, scan
from pipelines.store.files import check_athlete, cues_path, journal_folder, live_path, new_session
from pipelines.store.journal.in_progress import in_progress
from pipelines.store.journal.reader import is_closed

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.capture.live.follow import Rule
    from pipelines.capture.live.view import View
    from pipelines.capture.one_pod.health import PodHealth

RATES_HZ: Final = (10.0, 2000.0)


def nearby(seconds: float) -> list[dict[str, Any]]:
    """Return the pods received within `seconds`, strongest first."""
    found = asyncio.run(scan(Radio(), tuple(PROTOCOLS.values()), timeout_s=seconds))
    return [
        {
            "name": pod.name,
            "address": pod.address,
            "protocol": pod.protocol.name,
            "rssi_dbm": pod.rssi_dbm,
        }
        for pod in found
    ]


def check_place(athlete: str, store: Path) -> None:
    """Raise for an athlete or a store that nothing can be recorded into."""
    check_athlete(athlete)
    nearest_folder(store)


def record_run(
    athlete: str,
    store: Path,
    *,
    allow_missing: bool,
    stated: Mapping[str, Any],
    go_on: bool = False,
    enter: Enter | None = None,
    live: bool = True,
    cues: Path | None = None,
    rate_hz: float | None = None,
) -> Path:
    """Record until Ctrl-C and return the journal; the terminal shows every pod and the last minute.

    `go_on` adds to the newest recording of the athlete, which was interrupted. `enter` enters other
    surroundings than this machine. Without `live` nothing of the run is shown, nor are there cues,
    which stand in the file `cues`, by default that of the athlete. Without `rate_hz` each pod is
    asked for the rate that suits it.
    """
    check_rate(rate_hz)
    rules = _rules(athlete, store, cues) if live else []
    enter = enter or this_machine(store)
    with live_process(rules) if live else nullcontext() as executor:
        recording = _record(
            athlete,
            store,
            enter,
            executor,
            allow_missing=allow_missing,
            stated=stated,
            go_on=go_on,
            rate_hz=rate_hz,
        )
        return asyncio.run(recording)


def check_rate(rate_hz: float | None) -> None:
    """Raise ValueError for a rate at which no pod measures."""
    slowest_hz, fastest_hz = RATES_HZ
    if rate_hz is not None and not slowest_hz <= rate_hz <= fastest_hz:
        raise ValueError(
            f"a rate of {rate_hz:g} Hz cannot be meant; give {slowest_hz:g} to {fastest_hz:g}"
        )


def _rules(athlete: str, store: Path, cues: Path | None) -> list[Rule]:
    if cues is None and not cues_path(store, athlete).exists():
        return []
    from pipelines.capture.live.rules import rules_of  # what it needs takes long to load

    return rules_of(store, athlete, cues or cues_path(store, athlete), _say)


def _say(words: str) -> None:
    print(escaped(words), file=sys.stderr, flush=True)


def interrupted_last(athlete: str, store: Path) -> Path | None:
    """Return the newest journal of an athlete if a crash interrupted it, else None."""
    paths = sorted(journal_folder(store, athlete).glob("*.journal"), key=_changed)
    held = {path for path, _ in in_progress(store)}
    return paths[-1] if paths and paths[-1] not in held and not is_closed(paths[-1]) else None


def _changed(path: Path) -> float:
    return path.stat().st_mtime


def _session(athlete: str, store: Path, *, go_on: bool) -> str:
    if not go_on:
        return new_session(datetime.now(UTC))
    last = interrupted_last(athlete, store)
    if last is None:
        raise ValueError(
            f"the last recording of {athlete} was not interrupted; record without --resume"
        )
    return last.stem


async def _record(
    athlete: str,
    store: Path,
    enter: Enter,
    executor: Executor | None,
    *,
    allow_missing: bool,
    stated: Mapping[str, Any],
    go_on: bool,
    rate_hz: float | None,
) -> Path:
    from rich.console import Console
    from rich.text import Text

    stop, console = asyncio.Event(), Console(stderr=True)
    session = _session(athlete, store, go_on=go_on)

    def say(words: str) -> None:
        console.print(Text(escaped(words)))
        if page is not None:
            page.said(words)

    def health(pods: Sequence[PodHealth]) -> None:
        screen.health(pods)
        if page is not None:
            page.health(pods)

    with (
        stopping_on_signals(stop),
        live_screen(console) as screen,
        _page(executor, live_path(store, athlete), athlete, session) as page,
    ):
        async with enter(say) as around:
            with pressed_keys(around.actions) as keys:
                if keys is not None:
                    console.print(HELP)
                return await record(
                    around.radio,
                    around.rig,
                    store,
                    athlete=athlete,
                    session=session,
                    go_on=go_on,
                    stop=stop,
                    on_health=health,
                    awake_ns=perf_counter_ns,
                    allow_missing=allow_missing,
                    rate_hz=rate_hz,
                    stated=_both(stated, around.stated),
                    say=say,
                    keys=keys,
                    live=_live(executor, screen, page, console, say),
                )


def _both(stated: Mapping[str, Any], of_place: Mapping[str, Any]) -> dict[str, Any]:
    tags = [*stated.get("tags", ()), *of_place.get("tags", ())]
    return {**stated, **of_place, **({"tags": tags} if tags else {})}


def _page(
    executor: Executor | None, path: Path, athlete: str, session: str
) -> AbstractContextManager[ForPage | None]:
    return nullcontext() if executor is None else closing(ForPage(executor, path, athlete, session))


def _live(
    executor: Executor | None,
    screen: Screen,
    page: ForPage | None,
    console: Console,
    say: Callable[[str], None],
) -> Live | None:
    if executor is None or page is None:
        return None

    def show(view: View | None) -> None:
        screen.last_minute(view)
        page.last_minute(view)
        for cue in view.cues if view is not None else ():
            say(cue.words)
            if cue.bell:
                console.bell()

    return Live(executor, look, show)
