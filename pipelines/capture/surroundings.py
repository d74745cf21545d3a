"""Where a recording takes place: on this machine's Bluetooth, or among virtual pods."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.capture.marks import Actions
from pipelines.radio.scan import Radio
from pipelines.store.stated.rig import Rig, read_rig

Say = Callable[[str], None]


@dataclass(frozen=True)
class Surroundings:
    """A radio, the rig whose pods are in its range, and what keys do to them.

    `stated` is what is known of every run recorded there.
    """

    radio: Radio
    rig: Rig
    actions: Actions = field(default_factory=dict)
    stated: Mapping[str, Any] = field(default_factory=dict)


Enter = Callable[[Say], AbstractAsyncContextManager[Surroundings]]
"""Enters surroundings and leaves them again; it may say what there is to know of them."""


def this_machine(store: Path) -> Enter:
    """Return what enters this machine's Bluetooth, with the rig of a store."""

    @asynccontextmanager
    async def enter(_: Say) -> AsyncIterator[Surroundings]:
        yield Surroundings(Radio(), read_rig(store))

    return enter
