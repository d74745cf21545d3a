"""Look at everything that a recording needs, one condition after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipelines.capture.machine.disk import free_bytes_at
from pipelines.doctor.bluetooth import bluetooth_conditions
from pipelines.doctor.condition import Condition
from pipelines.doctor.machine import clock_condition, disk_condition, zone_condition
from pipelines.doctor.software import packages_condition, python_condition
from pipelines.doctor.stored import store_conditions
from pipelines.radio.scan import Radio
from pipelines.store.stated.rig import Rig, read_rig

SCAN_S: Final = 5.0


def examine(store: Path, *, scan_s: float = SCAN_S) -> Iterator[Condition]:
    """Yield how each thing is, as it is found; without `scan_s` no pod is looked for.

    Nothing is changed.
    """
    yield python_condition()
    yield packages_condition()
    yield from asyncio.run(bluetooth_conditions(Radio(), _rig(store), scan_s=scan_s))
    yield disk_condition(store, free_bytes_at)
    yield clock_condition()
    yield zone_condition()
    yield from store_conditions(store)


def _rig(store: Path) -> Rig:
    try:
        return read_rig(store)
    except ValueError:
        return {}  # which the conditions of the store say
