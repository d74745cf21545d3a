"""List pods and record a run on the operating system's Bluetooth."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from pipelines.capture.marks import HELP, pressed_keys
from pipelines.capture.recorder import record, stopping_on_signals
from pipelines.capture.terminal import live_table
from pipelines.escape import escaped
from pipelines.protocols import PROTOCOLS
from pipelines.radio.central import Radio, scan
from pipelines.store.files import check_athlete, new_session
from pipelines.store.journal.in_progress import in_progress
from pipelines.store.journal.reader import is_closed
from pipelines.store.stated.rig import read_rig


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
    if store.exists() and not store.is_dir():
        raise NotADirectoryError(f"{store} is a file; name a folder for the store")


def record_run(
    athlete: str,
    store: Path,
    *,
    allow_missing: bool,
    stated: Mapping[str, Any],
    go_on: bool = False,
) -> Path:
    """Record until Ctrl-C and return the journal; the terminal shows every pod's health.

    `go_on` adds to the newest recording of the athlete, which was interrupted.
    """
    return asyncio.run(
        _record(athlete, store, allow_missing=allow_missing, stated=stated, go_on=go_on)
    )


def interrupted_last(athlete: str, store: Path) -> Path | None:
    """Return the newest journal of an athlete if a crash interrupted it, else None."""
    paths = sorted((store / "journal" / check_athlete(athlete)).glob("*.journal"), key=_changed)
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
    athlete: str, store: Path, *, allow_missing: bool, stated: Mapping[str, Any], go_on: bool
) -> Path:
    from rich.console import Console
    from rich.text import Text

    stop, console = asyncio.Event(), Console(stderr=True)
    with (
        stopping_on_signals(stop),
        live_table(console) as on_health,
        pressed_keys() as keys,
    ):
        if keys is not None:
            console.print(HELP)
        return await record(
            Radio(),
            read_rig(store),
            store,
            athlete=athlete,
            session=_session(athlete, store, go_on=go_on),
            go_on=go_on,
            stop=stop,
            on_health=on_health,
            awake_ns=perf_counter_ns,
            allow_missing=allow_missing,
            stated=stated,
            say=lambda words: console.print(Text(escaped(words))),
            keys=keys,
        )
