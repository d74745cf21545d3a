"""List pods and record a run on the operating system's Bluetooth."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from pipelines.capture.recorder import record, stopping_on_signals
from pipelines.capture.terminal import live_table
from pipelines.protocols import PROTOCOLS
from pipelines.radio.central import Radio, scan
from pipelines.store.files import check_athlete, new_session
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
    athlete: str, store: Path, *, allow_missing: bool, stated: Mapping[str, Any]
) -> Path:
    """Record until Ctrl-C and return the journal; the terminal shows every pod's health."""
    return asyncio.run(_record(athlete, store, allow_missing=allow_missing, stated=stated))


async def _record(
    athlete: str, store: Path, *, allow_missing: bool, stated: Mapping[str, Any]
) -> Path:
    from rich.console import Console

    stop = asyncio.Event()
    with stopping_on_signals(stop), live_table(Console(stderr=True)) as on_health:
        return await record(
            Radio(),
            read_rig(store),
            store,
            athlete=athlete,
            session=new_session(datetime.now(UTC)),
            stop=stop,
            on_health=on_health,
            awake_ns=perf_counter_ns,
            allow_missing=allow_missing,
            stated=stated,
        )
