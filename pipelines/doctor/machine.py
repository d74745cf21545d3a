"""Look at the disk, the clock and the time zone of this machine."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from pipelines.capture.machine.disk import (
    HOUR_BYTES,
    LEAST_BYTES,
    LOW_BYTES,
    FreeBytes,
    check_room,
    nearest_folder,
)
from pipelines.doctor.condition import Condition
from pipelines.errors import cannot_write
from pipelines.time_zone import machine_zone

TIMEX_BYTES: Final = 512  # more than struct timex of any Linux
NOT_SYNCHRONISED: Final = 5  # TIME_ERROR of adjtimex(2)


def disk_condition(store: Path, free_bytes: FreeBytes) -> Condition:
    """Say for how long can be recorded into a store, which may not exist yet."""
    try:
        check_room(store, free_bytes)
        _check_writable(store)
    except OSError as error:
        return Condition("disk", "wrong", str(error))
    free = free_bytes(nearest_folder(store))
    hours = (free - LEAST_BYTES) / HOUR_BYTES
    words = f"room for {hours:.0f} hours of recording into {store} ({free / 1e9:.1f} GB free)"
    if free < LOW_BYTES:
        return Condition("disk", "note", words, "free some disk space before a long run")
    return Condition("disk", "ok", words)


def _check_writable(store: Path) -> None:
    """Raise OSError with one sentence where nothing can be written; the trial leaves no trace."""
    folder = nearest_folder(store)
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise cannot_write(folder, error) from error


def clock_condition(ask: Callable[[], bool | None] | None = None) -> Condition:
    """Say whether something keeps the clock right; `ask` asks it, None for not known."""
    synchronised = (ask or _synchronised)()
    if synchronised is None:
        return Condition("clock", "ok", "whether it is kept right cannot be asked here; look at it")
    if synchronised:
        return Condition("clock", "ok", "kept right over the network")
    words = "nothing says that it is kept right, and runs are ordered by it"
    return Condition("clock", "note", words, "sudo timedatectl set-ntp true")


def zone_condition(zone: str | None = None) -> Condition:
    """Say in which time zone runs are recorded."""
    name = machine_zone() if zone is None else zone
    if name:
        return Condition("time zone", "ok", name)
    cure = 'state timezone = "Europe/Berlin", or yours, in athlete.toml'
    return Condition("time zone", "note", "this machine does not say which it is in", cure)


def _synchronised() -> bool | None:
    """Ask the kernel of Linux; other systems are not asked."""
    if sys.platform != "linux":
        return None
    try:
        answer = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
    except (AttributeError, OSError):
        return None
    return None if answer < 0 else answer != NOT_SYNCHRONISED
